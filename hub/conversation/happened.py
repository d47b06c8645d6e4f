"""Hears what happened outside the conversation: goes on with what waits for it, else tells the customer."""

from core.conversations import Owner
from core.desk import PostNote
from core.messages import Happened, OutboundMessage, Speaker
from core.shop_actions import PREFIX, ShopStatus
from flows.engine.events import External
from hub.conversation.run_flow import run_flow
from hub.conversation.store_view import GroupReader
from hub.conversation.turn import Turn
from hub.outgoing import summary
from hub.outgoing.answers import ANSWERED
from storage.outgoing import rows

CASE = "shop_request"


def hear(turn: Turn, event: Happened, reader: GroupReader) -> None:
    """Lets the flow that waits for it go on; the store's answer is told where no flow waits (any more)."""
    if turn.session is not None and not (turn.owner is Owner.AGENT and turn.hub.has_desk):
        before = turn.session
        run_flow(turn, External(event.name, event.key, event.value), reader)
        if turn.session != before:
            return
    if event.name == ANSWERED:
        _tell_answer(turn, event, reader)


def _tell_answer(turn: Turn, event: Happened, reader: GroupReader) -> None:
    """Says what became of a request; one that nobody carries out is handed to people, filled in."""
    request = rows.by_name(reader.conn, event.key)
    status = str(event.value["status"])
    if request is None or status == ShopStatus.PENDING:
        return  # that it goes on was said when it was asked for
    action = request.type.removeprefix(PREFIX).replace(".", "_")
    reason = event.value.get("reason")
    text = turn.hub.say(
        f"shop_{action}_{status}", turn.locale or "en", order=(request.order_number or "").lstrip("#"), reason=reason
    )
    turn.say(OutboundMessage(text, speaker=Speaker.SYSTEM))
    if status == ShopStatus.FAILED:
        turn.open_case(CASE, summary.of_request(request), request.order_number)
        if turn.hub.has_desk:
            turn.owner = Owner.AGENT
    elif turn.case_id:
        turn.post(PostNote(turn.case_id, summary.of_answer(request, status, reason)))
