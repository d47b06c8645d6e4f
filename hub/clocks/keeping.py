"""Keeps the clocks of a case: started when it opens, and brought in line with whatever becomes of it."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from core.cases import case_clocks
from core.cases.clocks import at
from core.cases.sla import Metric
from core.desk.posts import PostCard
from core.ids import new_id
from core.people.conversations import Routed
from hub.clocks.plans import desk_of, plan_of
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from storage.desk import clocks, later, messages
from storage.desk.clocks import Ranked
from storage.promises import ledger

REPLIED = "agent.replied"  # keeps the promise of an answer


def opening(hub: Hub, case_id: str, routed: Routed, now: datetime) -> Iterator[dict[str, Any]]:
    """Makes the rows of the clocks of a case that opens; without a desk nobody looks at them."""
    if hub.has_desk:
        plan = plan_of(hub, routed.sla, routed.team)
        yield from map(clocks.row, case_clocks.opened(case_id, plan, now, partial(new_id, now)))


def expecting(hub: Hub, case_id: str, team: str, told: datetime, now: datetime) -> Iterator[dict[str, Any]]:
    """Makes the row of the clock for a time that the customer was told: when it is over, they hear of it."""
    after = hub.times.still_waiting
    if after is not None:
        due = desk_of(hub, team).after(told, after)
        yield clocks.row(at(new_id(now), case_id, Metric.EXPECTED, due, now))


def follow(hub: Hub, conn: Connection, case_id: str, now: datetime) -> None:
    """Brings the clocks of a case in line with what it is now, within the transaction that changed it."""
    found = clocks.of_case(conn, case_id) if hub.has_desk else None
    if found is None:
        return
    case, running = found
    plan = plan_of(hub, case.sla, case.team)
    make_id = partial(new_id, now)
    changed = case_clocks.follow(case_id, running, case.state, plan, now, make_id, is_claimed=case.is_claimed)
    clocks.save(conn, hub.store, changed, {each.id for each in running})
    if case.has_later and case.state.is_over:
        later.look_again(conn, case_id, now)


def unanswered(hub: Hub, conn: Connection, case_id: str, now: datetime) -> None:
    """Lets clocks run again, and promises be open, that replies ended which did not reach the customer (after all)."""
    found = clocks.of_case(conn, case_id) if hub.has_desk else None
    if found is None or found[0].state.is_over:
        return
    case, running = found
    last = messages.last_out(conn, case_id)
    ledger.unreplied(conn, case_id, REPLIED, last)
    ended = clocks.answered_after(conn, case_id, last)
    gone, back = case_clocks.unanswered(ended, running, case.state, plan_of(hub, case.sla, case.team), now)
    clocks.save(conn, hub.store, gone, {each.id for each in gone})
    clocks.rerun(conn, back)
    if back:
        post_to_desk(hub, conn, PostCard(case_id), case_id, now)


def wrote(hub: Hub, conn: Connection, case_id: str, now: datetime) -> Ranked | None:
    """Starts the clock of the next answer, where none is owed yet, and has the card show it; returns the case, None
    where it is over."""
    found = clocks.of_case(conn, case_id)
    if found is None or found[0].state.is_over:
        return None
    case, running = found
    plan = plan_of(hub, case.sla, case.team)
    started = case_clocks.wrote(case_id, running, plan, case.state, now, partial(new_id, now))
    clocks.save(conn, hub.store, started, ())
    if started:
        post_to_desk(hub, conn, PostCard(case_id), case_id, now)
    return case
