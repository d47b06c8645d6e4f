"""Hears what happened outside the conversation: goes on with what waits for it, else tells the customer."""

from collections.abc import Callable, Mapping

import msgspec
from sqlalchemy import Connection

from core.desk.bot_flows import TO_BOT
from core.desk.posts import PostNote
from core.messages.inbound import Happened
from core.messages.outbound import OutboundMessage
from core.people.consent import SERVICE
from core.people.conversations import Owner, window_open
from core.shop.shop_actions import PREFIX, ShopStatus
from flows.engine.events import External
from flows.engine.stepping.waiting import LONG, REMINDER, forget
from hub.conversation.run_flow import run_flow
from hub.conversation.store_view import GroupReader
from hub.conversation.turn import Turn
from hub.conversation.unasked import given_back
from hub.conversation.unasked.ratings import RATING_DUE, ask_rating
from hub.conversation.unasked.restocked import RESTOCKED, tell_restocked
from hub.outgoing import summary
from hub.outgoing.answers import ANSWERED
from storage.outgoing import rows
from storage.people import consents

CASE = "shop_request"
_BEGIN: Mapping[str, Callable[[Turn, str, GroupReader], None]] = {
    TO_BOT: given_back.begin,
    RATING_DUE: ask_rating,
    RESTOCKED: tell_restocked,
}


def hear(turn: Turn, event: Happened, reader: GroupReader) -> None:
    """Lets the flow that waits for it go on; the store's answer is told where no flow waits (any more)."""
    if turn.is_blocked:
        return
    if begin := _BEGIN.get(event.name):
        begin(turn, event.key, reader)
        return
    event = _in_our_words(turn, event)
    told, before = External(event.name, event.key, event.value), turn.session
    if before is not None and _may_speak(turn, told, reader.conn):
        run_flow(turn, told, reader)
        if turn.session != before:
            _explain(turn, event, reader)
            return
    elif before is not None:
        turn.session = forget(before, told)
    if event.name == ANSWERED:
        _tell_answer(turn, event, reader)


def _in_our_words(turn: Turn, event: Happened) -> Happened:
    """Says a refusal that we know in the customer's language; the store's own words stay as they are."""
    if event.name != ANSWERED or not (why := event.value.get("why")) or event.value.get("reason"):
        return event
    words = turn.hub.say(f"shop_refusal_{why}", turn.locale or "en")
    return msgspec.structs.replace(event, value={**event.value, "reason": words})


def _may_speak(turn: Turn, event: External, conn: Connection) -> bool:
    """Tells whether the bot may say something now, unasked: no person has the conversation; after a STOP only what the
    customer is waiting for; a reminder only while every customer of the channel can be written to."""
    if turn.owner is Owner.AGENT and turn.hub.has_desk:
        return False
    where = turn.conversation
    channel = turn.hub.channel(where.channel, where.account)
    if event.name == REMINDER:
        hours = channel.capabilities.window_hours if channel else None
        return _is_welcome(turn, conn) and window_open(turn.inbound_at, hours, turn.now)
    recent = turn.inbound_at is not None and turn.now - turn.inbound_at < LONG
    return recent or _is_welcome(turn, conn)


def _is_welcome(turn: Turn, conn: Connection) -> bool:
    return consents.allows(conn, turn.conversation.channel, turn.conversation.value, SERVICE)


def _explain(turn: Turn, event: Happened, reader: GroupReader) -> None:
    """Says in the case that a flow opened why nobody carries the request out, and what exactly was asked for."""
    failed = event.name == ANSWERED and event.value["status"] == ShopStatus.FAILED
    request = rows.by_name(reader.conn, event.key) if failed and turn.case_id else None
    if request is not None and turn.case_id:
        turn.post(PostNote(turn.case_id, summary.of_request(request)))


def _tell_answer(turn: Turn, event: Happened, reader: GroupReader) -> None:
    """Says what became of a request; one that nobody carries out is handed to people, filled in."""
    request = rows.by_name(reader.conn, event.key)
    status = str(event.value["status"])
    if request is None or status == ShopStatus.PENDING:
        return  # that it goes on was said when it was asked for
    action = request.type.removeprefix(PREFIX).replace(".", "_")
    reason = event.value.get("reason")
    told = _is_welcome(turn, reader.conn)
    if told:
        number = (request.order_number or "").lstrip("#")
        words = turn.hub.say(f"shop_{action}_{status}", turn.locale or "en", order=number, reason=reason)
        turn.say(OutboundMessage(words))
    if status == ShopStatus.FAILED:
        turn.open_case(CASE, summary.of_request(request), request.order_number)
        if turn.hub.has_desk:
            turn.owner = Owner.AGENT
    elif turn.case_id:
        turn.post(PostNote(turn.case_id, summary.of_answer(request, status, reason, told=told)))
