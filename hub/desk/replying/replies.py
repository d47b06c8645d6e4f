"""Sends an agent's words and files to the customer."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from core.content.styles import Formatted
from core.desk.events import AgentFile
from core.desk.glances import ButtonGlance
from core.ids import new_id
from core.messages.outbound import OutboundMessage, Speaker
from core.shop.promises import PromiseState
from hub.clocks.keeping import REPLIED
from hub.desk.act import Act, Deed
from hub.desk.casework.handover import claim
from hub.desk.replying import marks, reply_words, shape
from hub.desk.replying.ready import went_out
from hub.desk.undelivered import failures, offers, reply_window
from hub.media import attachments
from storage.conversations import timeline
from storage.conversations.conversations import Conversation
from storage.desk import clocks, messages
from storage.desk.cases import Case
from storage.desk.messages import HELD, DeskMessage
from storage.media import files
from storage.media.files import File
from storage.promises import ledger

NONE = timedelta(0)


def written(act: Deed, who: Conversation, said: Formatted, sent: Sequence[File] = ()) -> OutboundMessage:
    """Makes the message of an agent's words and files."""
    seen = timeline.last_heard(act.conn, who.id) if act.hub.marks_read(who.channel, who.account) else ""
    media = attachments.described(sent)
    return OutboundMessage(said.text, speaker=Speaker.AGENT, media=media, seen=seen, styles=said.styles)


def collect(act: Act, shared: Sequence[AgentFile], who: Conversation, message_id: str) -> None:
    """Has the agent's files fetched, as files of that message."""
    if shared:
        files.add(act.conn, act.hub.store, attachments.agent_rows(shared, act.event.place, who, message_id, act.now))


def keep(act: Act, case: Case, message: str, said: Formatted, state: str, ready: str = "") -> DeskMessage:
    """Records what became of an agent's message; `message` is its id at the desk, "" for one that is not there yet.

    `ready` names the ready text that it was made of.
    """
    styles = messages.encode_styles(said)
    id_ = new_id(act.now)
    where = (act.event.place, message) if message else (case.place, id_)
    kept = DeskMessage(id_, *where, case.id, act.user.id, said.text, state, None, act.now, styles=styles, ready=ready)
    messages.keep(act.conn, act.hub.store, kept)
    marks.show(act.hub, act.conn, kept, marks.INSIDE.get(state, ""), act.now)
    return kept


def go_out(act: Act, case: Case, who: Conversation, kept: DeskMessage, quote: str = "") -> None:
    """Sends an agent's message, which waits for as long as it may be undone; tells them what they should know of it."""
    message = leave(act, case, who, kept, quote, act.hub.times.undo)
    if message:
        _tell(act, who, kept, message)


def leave(
    act: Deed, case: Case, who: Conversation, kept: DeskMessage, quote: str = "", undo: timedelta = NONE
) -> OutboundMessage | None:
    """Sends an agent's message with its files to the customer; the first one takes the case for its agent.

    `quote` is our id of the message that it answers. None where the message is kept back: the reply window is closed.
    """
    if case.claimed_by is None:
        claim(act, case, who)
    if not reply_window.is_open(act.hub, who, act.now):
        failures.stop(act, case, who, kept)
        return None
    sent = _files(act, who, kept)
    message = msgspec.structs.replace(written(act, who, kept.said, sent), quote=quote)
    outbox_id = act.send(who, message, act.user.id, case_id=case.id, origin=kept.message, not_before=act.now + undo)
    files.adopt(act.conn, [file.id for file in sent], outbox_id)
    messages.go(act.conn, kept.id, (kept.state,), outbox_id, act.now)
    ledger.replied(act.conn, case.id, PromiseState.KEPT, REPLIED, act.now)
    if clocks.answered(act.conn, case.id, act.now):
        act.draw_card(case)
    went_out(act, case, who, kept)
    return message


def _tell(act: Act, who: Conversation, kept: DeskMessage, message: OutboundMessage) -> None:
    """Tells the author what will look otherwise, and for how long it can be undone."""
    said = shape.told(act.hub, who, message)
    seconds = int(act.hub.times.undo.total_seconds())
    buttons: tuple[ButtonGlance, ...] = ()
    if seconds:
        marks.show(act.hub, act.conn, kept, marks.INSIDE[HELD], act.now)
        said.append(reply_words.undo_for(seconds))
        buttons = (offers.about(offers.UNDO, kept.id),)
    if said:
        act.answer(reply_words.listed(said), buttons)


def _files(act: Deed, who: Conversation, kept: DeskMessage) -> list[File]:
    """Reads the files of an agent's message, which went out with it before perhaps."""
    found = files.of_message(act.conn, who.customer_id, kept.id)
    return found or (files.of_message(act.conn, who.customer_id, kept.outbox_id) if kept.outbox_id else [])
