"""Tells a customer who is handed over until when they should hear from a person, and books that."""

from datetime import UTC, timedelta
from typing import Any

from msgspec.structs import replace

from core.cases.expected_reply import LOOKED_BACK, expected_wait
from core.ids import EPOCH
from core.people.conversations import Routed
from core.shop.promises import Matter, Promised, Purpose
from flows.language.formats import as_day, local
from hub.clocks.closed import ONCE_IN, closed_words
from hub.clocks.keeping import expecting
from hub.clocks.plans import desk_of
from hub.conversation.turn import Turn
from notifications.store.peak import peak_now
from storage.desk.tables import case_clocks as clocks_table
from storage.people import customers

EXPECTED = "handoff_expected"
SOURCE = "flow:handoff"
STEP = timedelta(minutes=5)  # moments are told in whole ones, later rather than earlier


def tell_wait(turn: Turn, routed: Routed, case_id: str) -> None:
    """Adds to the last words of the turn by when the case is answered: by the team's hours, aims and queue."""
    hub, shop = turn.hub, turn.hub.notices.shop
    policy = hub.times.policy(routed.sla)
    peak = peak_now(shop, hub.notices.cutoffs, turn.now)
    # Whatever the policy's clocks run by: nobody answers, and nobody takes cases, while the desk is closed.
    desk = desk_of(hub, routed.team)
    queue, since = turn.expected.find_queue(routed.team, desk.before(turn.now, LOOKED_BACK))
    queue = replace(queue, span=desk.between(since, turn.now))
    wait = expected_wait(policy.first, queue, is_peak=peak is not None)
    due = desk.after(turn.now, wait)
    zone, due = turn.zone, EPOCH - (EPOCH - due) // STEP * STEP
    for clock in expecting(hub, case_id, routed.team, due, turn.now):
        turn.batch.insert(clocks_table, clock)
    closed = _closed(turn, routed.team)
    is_today = as_day(local(due, zone)) == as_day(local(turn.now, zone))
    words = {"item": {"due": due.isoformat(), "today": is_today, "busy": peak is not None, **closed}}
    locale = turn.session.locale if turn.session else turn.locale or "en"
    said = hub.flows.message(EXPECTED, locale, words, zone, turn.now).text
    turn.add(said)
    promised = Promised(Purpose.REPLY, Matter.CASE, due.astimezone(UTC), SOURCE, matter_id=case_id, zone=zone)
    turn.expected.promise(promised, [said])


def _closed(turn: Turn, team: str) -> dict[str, Any]:
    """Returns when a closed desk is back, unless the customer has heard so lately; notes that they do now."""
    words = closed_words(turn.hub, turn.conversation, team, turn.now)
    if words is None:
        return {"closed": False, "back": ""}
    told = {"row": turn.customer_id, "now": turn.now, "since": turn.now - ONCE_IN}
    turn.batch.update(customers.NOTE_CLOSED, told)
    return {"closed": True, **words}
