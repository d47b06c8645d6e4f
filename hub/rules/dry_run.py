"""Lists whom the rules would fire for on what is stored, why, what would be done, and what guards would hold back.

It only reads: rules on `timer` are asked in the same walk as ever, the others about what was told and what happened
since a moment, each order, customer, return and case as it stands now.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from core.shop.store_events import Ignored, decode_store_item
from hub.hub import Hub
from hub.notices import walk
from hub.notices.planning import News, plan_all
from hub.rules import desk_news, rounds
from hub.rules.deeds import NOBODY_HEARS, TOLD_ALREADY, notice_of, was_told
from hub.rules.facts import Heard, asked
from hub.rules.firing import Decided, guarded, key_of
from hub.rules.retold import told_again
from notifications.planning.decisions import Decision, Hold, Send, Skip
from notifications.rules.asking import Found, true_now
from notifications.rules.rule import AddTag, Deed, OpenCase, Rules, SendNotice, TellStore
from storage.notices import notices
from storage.people import customers
from storage.queues import inbox
from storage.rules.firings import Key

GROUP = 100  # of what was told, asked about together
Step = Callable[[int], None]


class Would(msgspec.Struct, frozen=True):
    """Says that a rule is true of a subject. `would` is what it would do; `held_back` the guard that keeps it from it,
    `once_per` where it fired before."""

    rule: str
    subject: str
    subject_id: str
    customer_id: str
    order_number: str
    event: str
    facts: dict[str, Any]
    would: list[dict[str, Any]]
    held_back: str


class DryRun:
    """Asks the rules (or one of them) about all there is since a moment, and counts the steps."""

    def __init__(self, hub: Hub, rules: Rules, since: datetime, now: datetime) -> None:
        self._hub = hub
        self._rules = rules
        self._since = since
        self._now = now
        self._seen: set[Key] = set()
        self._fired: dict[tuple[str, str], list[datetime]] = {}

    def expected(self, conn: Connection) -> int:
        """Counts the steps: what is walked over, and what was told."""
        walked = sum(walk.count(conn, each, self._now) for each in self._rounds())
        return walked + inbox.count_told(conn, self._since)

    def run(self, step: Step) -> Iterator[Would]:
        """Lists what would be done; calls `step` with how many more were asked about."""
        for round_ in self._rounds():
            rules = rounds.rules_of(self._rules, round_)
            for conn, group in walk.groups(self._hub, round_, self._now):
                yield from self._would(conn, rounds.heard_of(self._hub, conn, group, self._now), rules)
                step(len(group.orders) + len(group.people) + len(group.cases))
        yield from self._of_events(step)
        with self._hub.store.read() as conn:
            found = desk_news.happened(conn, self._since, self._now)
            yield from self._would(conn, desk_news.heard_of(self._hub, conn, found, self._now), self._rules)

    def _rounds(self) -> list[walk.Round]:
        return walk.rounds_of({rounds.round_of(rule) for rule in self._rules.timed})

    def _of_events(self, step: Step) -> Iterator[Would]:
        last = ""
        while True:
            with self._hub.store.read() as conn:
                rows = inbox.told_after(conn, self._since, last, GROUP)
                if not rows:
                    return
                told = [event for _, payload in rows if not isinstance(event := decode_store_item(payload), Ignored)]
                heard = told_again(self._hub, conn, told, self._now)
                yield from self._would(conn, heard, self._rules)
            last = rows[-1][0]
            step(len(rows))

    def _would(self, conn: Connection, heard: Sequence[Heard], rules: Rules) -> Iterator[Would]:
        types = {each.change.event.type for each in heard}
        concerned = {rule.id: rule for type_ in types for rule in rules.listening(type_)}
        if not concerned:
            return
        true = true_now(rules, asked(conn, heard, list(concerned.values()), self._now))
        found = [each for each in true if key_of(each) not in self._seen]
        self._seen |= {key_of(each) for each in found}
        decided = list(guarded(conn, found, self._now, before=self._fired, tells_known=True))
        for each in decided:
            if not each.guard:
                self._fired.setdefault((each.found.rule.id, each.found.customer_id), []).append(self._now)
        yield from _described(self._hub, conn, decided, self._now)


def _described(hub: Hub, conn: Connection, decided: Sequence[Decided], now: datetime) -> Iterator[Would]:
    found = [each.found for each in decided]
    told = notices.told_kinds(conn, {each.order_number for each in found} - {""})
    accounts = customers.accounts(conn, {each.customer_id for each in found}) if found else {}
    plans = _planned(hub, conn, found, now)
    for each in decided:
        one = each.found
        yield Would(
            rule=one.rule.id,
            subject=one.rule.once_per.value,
            subject_id=_named(one, accounts),
            customer_id=accounts.get(one.customer_id) or one.customer_id,
            order_number=one.order_number,
            event=one.event,
            facts=dict(one.facts),
            would=[_deed(hub, one, deed, plans, told, now) for deed in one.rule.then],
            held_back=each.guard,
        )


def _named(found: Found, accounts: dict[str, str | None]) -> str:
    named = {"customer": accounts.get(found.customer_id) or found.customer_id, "case": str(found.case_number)}
    return named.get(found.rule.once_per.value, found.subject_id)


def _planned(hub: Hub, conn: Connection, found: Sequence[Found], now: datetime) -> dict[str, Decision]:
    """Plans the notices as they would leave now; returns what is decided, by their keys."""
    news = [
        News(notice_of(each, deed.kind, hub.notices.kinds, now), each.customer_id)
        for each in found
        for deed in each.rule.then
        if isinstance(deed, SendNotice)
    ]
    planned = plan_all(hub, conn, news, now)
    return {each.notice.key: plan.decision for each, plan in zip(news, planned, strict=True)}


def _deed(
    hub: Hub, found: Found, deed: Deed, plans: dict[str, Decision], told: set[tuple[str, str, str]], now: datetime
) -> dict[str, Any]:
    match deed:
        case SendNotice(kind=kind):
            notice = notice_of(found, kind, hub.notices.kinds, now)
            if was_told(notice, told):
                return {"notice": kind, "left_out": TOLD_ALREADY}
            return {"notice": kind, **_decision(plans[notice.key])}
        case OpenCase(reason=reason, priority=priority, team=team):
            return {"case": reason, "priority": priority.value if priority else None, "team": team or None}
        case AddTag(tag=tag):
            return {"tag": tag}
        case TellStore(name=name):
            return {"event": name} if hub.outlets.listener else {"event": name, "left_out": NOBODY_HEARS}


def _decision(decision: Decision) -> dict[str, Any]:
    match decision:
        case Send(ways=ways):
            return {"decision": "send", "channel": ways[0].address.channel}
        case Hold(until=until, reason=reason):
            return {"decision": "hold", "reason": reason.value, "until": until}
        case Skip(reason=reason):
            return {"decision": "skip", "reason": reason.value}
