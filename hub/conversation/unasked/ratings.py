"""Asks for a rating after a resolved case: once, when nothing else goes on, and not too often.

Outside the reply window by a template, where there is one; why there is none stands in the case's trace.
"""

from datetime import datetime, timedelta

from core.ids import new_id
from core.people.conversations import Owner
from flows.engine.events import Opened
from flows.engine.session import new_session
from hub.conversation.run_flow import run_flow
from hub.conversation.store_view import GroupReader
from hub.conversation.turn import Turn
from hub.conversation.unasked.gate import may_write
from hub.customers import templated
from notifications.planning.decisions import Reason
from notifications.wording.case_templates import RATING
from storage.desk import audit, cases, ratings
from storage.desk.ratings import CSAT, EFFORT, NPS
from storage.desk.tables import audit as audit_table
from storage.desk.tables import ratings as ratings_table

RATING_DUE = "rating.due"
FLOW = "csat"
CLOCK, SKIPPED = "clock", "csat.skipped"  # who did not ask, and what was not done, in the audit log
NPS_EVERY = timedelta(days=90)
# Why the bot gave up: then it is asked how easy it was.
HARD = frozenset(("no_match_3", "clarify_2", "max_attempts", "verification_failed", "action_failed"))


def ask_rating(turn: Turn, case_id: str, reader: GroupReader) -> None:
    """Begins the flow that asks, unless something speaks against it; it is not made up for later."""
    case = cases.by_id(reader.conn, case_id)
    if case is None or FLOW not in turn.hub.flows.flows or not _is_quiet(turn):
        return
    before = ratings.asked_last(reader.conn, turn.customer_id)
    if before is not None and before + turn.hub.times.once_per_customer > turn.now:
        return
    where, kind = turn.conversation, _kind(turn, reader, case.reason, before)
    if not may_write(turn, reader.conn):
        words = templated.said(turn.hub, reader.conn, where, RATING, case.number)
        if isinstance(words, Reason):
            entry = audit.row(CLOCK, SKIPPED, f"case:{case_id}", turn.now, {"reason": words.value})
            turn.batch.insert(audit_table, entry)
            return
        turn.instead, kind = words, CSAT  # the only question of which there is a template
    asked = ratings.row(new_id(turn.now), case_id, where.id, turn.customer_id, kind, turn.now)
    turn.batch.insert(ratings_table, asked)
    if turn.session is None:
        turn.session = new_session(turn.locale, where.channel, turn.zone)
    slots = {"rating_kind": kind, "rating_low": turn.hub.times.low, "rated_agent": case.agent_name}
    run_flow(turn, Opened(FLOW, slots), reader)


def _is_quiet(turn: Turn) -> bool:
    """Tells whether nothing goes on."""
    return turn.owner is Owner.BOT and not turn.case_id and (turn.session is None or turn.session.idle)


def _kind(turn: Turn, reader: GroupReader, reason: str, before: datetime | None) -> str:
    """Chooses what is asked: how easy it was after the bot gave up; whom we asked `before`, now and then, whether they
    would recommend us; else how it went."""
    if reason in HARD:
        return EFFORT
    last = ratings.asked_last(reader.conn, turn.customer_id, NPS)
    return NPS if before is not None and (last is None or last + NPS_EVERY <= turn.now) else CSAT
