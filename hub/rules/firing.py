"""Fires rules: asks them about what happened, keeps each firing once, and does what follows, in one transaction."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from core.ids import new_id
from hub import metrics
from hub.hub import Hub
from hub.rules.deeds import do_all
from hub.rules.facts import Heard, asked
from notifications.catalogue.loading import SILENT_AFTER
from notifications.rules.asking import Found, true_now
from notifications.rules.guards import LOOP, ONCE, TOO_OFTEN, is_too_deep, may_fire
from notifications.rules.rule import Rules
from storage.people import customers
from storage.rules import firings
from storage.rules.firings import FIRED, HELD, Firing, Key

log = logging.getLogger(__name__)

Times = Mapping[tuple[str, str], Sequence[datetime]]
NOTHING: Times = {}


class Decided(NamedTuple):
    """Says of what is true whether it fires; `guard` is what holds it back, "" for nothing. `is_known`: so it did."""

    found: Found
    guard: str
    is_known: bool = False


def fire(hub: Hub, conn: Connection, heard: Sequence[Heard], now: datetime, only: Rules | None = None) -> int:
    """Asks the rules (or `only` these) about what happened, within the transaction that writes it; returns how many
    fired. What happened more than 48 hours ago fires nothing.
    """
    fresh = [each for each in heard if each.change.at >= now - SILENT_AFTER]
    found = _true(conn, only or hub.rules, fresh, now)
    if not found:
        return 0
    decided = [each for each in guarded(conn, found, now, locks=True) if not (each.guard and each.is_known)]
    rows = {new_id(now): each for each in decided}
    kept = [_row(id_, each, now) for id_, each in rows.items()]
    new = firings.add(conn, hub.store, kept)
    going = {id_: each.found for id_, each in rows.items() if id_ in new and not each.guard}
    for id_, each in rows.items():
        if id_ in new:
            _note(each)
    if going:
        firings.done(conn, do_all(hub, conn, going, now))
    return len(going)


def would_fire(conn: Connection, heard: Sequence[Heard], now: datetime, rules: Rules) -> list[Heard]:
    """Returns those of what happened of which these rules may fire now; reads only."""
    found = _true(conn, rules, heard, now)
    known = firings.states(conn, [key_of(each) for each in found]) if found else {}
    people = {each.customer_id for each in found if known.get(key_of(each)) != FIRED}
    return [each for each in heard if each.customer_id in people]


def hears(hub: Hub, type_: str) -> bool:
    """Tells whether any rule hears events of this type."""
    return bool(hub.rules.listening(type_))


def guarded(
    conn: Connection,
    found: Sequence[Found],
    now: datetime,
    *,
    locks: bool = False,
    tells_known: bool = False,
    before: Times = NOTHING,
) -> Iterator[Decided]:
    """Decides on what is true; what fired before for its subject is left out, or (`tells_known`) held back by ONCE.

    `locks`: nobody else fires for these customers meanwhile. `before`: what a dry run would have fired so far, as times
    by rule and customer.
    """
    known = firings.states(conn, [key_of(each) for each in found])
    left = [each for each in found if known.get(key_of(each)) != FIRED]
    if tells_known:
        yield from (Decided(each, ONCE, is_known=True) for each in found if known.get(key_of(each)) == FIRED)
    times = _times(conn, left, now, locks=locks)
    for name, more in before.items():
        times.setdefault(name, []).extend(more)
    for each in left:
        guard = _guard(each, times, now)
        if not guard:
            times.setdefault((each.rule.id, each.customer_id), []).append(now)
        yield Decided(each, guard, is_known=known.get(key_of(each)) == HELD)


def key_of(found: Found) -> Key:
    """Returns which firing it is, or would be."""
    return Key(found.rule.id, found.rule.once_per.value, found.subject_id)


def _true(conn: Connection, rules: Rules, heard: Sequence[Heard], now: datetime) -> list[Found]:
    types = {each.change.event.type for each in heard}
    concerned = {rule.id: rule for type_ in types for rule in rules.listening(type_)}
    return true_now(rules, asked(conn, heard, list(concerned.values()), now)) if concerned else []


def _guard(found: Found, times: Times, now: datetime) -> str:
    if is_too_deep(found.depth):
        return LOOP
    limit = found.rule.at_most
    if limit and not may_fire(limit, times.get((found.rule.id, found.customer_id), ()), now):
        return TOO_OFTEN
    return ""


def _times(
    conn: Connection, found: Iterable[Found], now: datetime, *, locks: bool
) -> dict[tuple[str, str], list[datetime]]:
    """Reads when the rules with a limit fired for these customers."""
    limited = [(each, each.rule.at_most.per) for each in found if each.rule.at_most]
    if not limited:
        return {}
    people = sorted({each.customer_id for each, _ in limited})
    if locks:
        customers.lock(conn, people)
    since = now - max(per for _, per in limited)
    return firings.times(conn, {each.rule.id for each, _ in limited}, people, since)


def _row(id_: str, decided: Decided, now: datetime) -> Firing:
    found = decided.found
    return Firing(
        id=id_,
        rule=found.rule.id,
        subject=found.rule.once_per.value,
        subject_id=found.subject_id,
        state=HELD if decided.guard else FIRED,
        reason=decided.guard,
        at=now,
        event=found.event,
        facts=dict(found.facts),
        did=[],
        digest=found.rule.digest,
        depth=found.depth,
        customer_id=found.customer_id,
        order_number=found.order_number or None,
    )


def _note(decided: Decided) -> None:
    """Counts and logs a firing, without what it was about in words."""
    found, result = decided.found, decided.guard or FIRED
    metrics.rules.labels(found.rule.id, result).inc()
    told = {"rule": found.rule.id, "subject": found.rule.once_per.value, "result": result, "digest": found.rule.digest}
    log.info("a rule was true", extra=told | {"order": found.order_number, "customer_id": found.customer_id})
