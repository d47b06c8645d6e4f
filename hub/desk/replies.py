"""Sends an agent's words and files to the customer."""

from collections.abc import Sequence

from core.cases.desk import AgentFile
from core.ids import new_id
from core.messages.outbound import OutboundMessage, Speaker
from core.shop.promises import PromiseState
from hub.desk import marks
from hub.desk.act import Act
from hub.media import attachments
from storage.conversations import timeline
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case
from storage.desk.messages import DeskMessage
from storage.media import files
from storage.media.files import File
from storage.promises import ledger

REPLIED = "agent.replied"  # keeps the promise of an answer


def reply(act: Act, case: Case, who: Conversation, text: str, origin: str, sent: Sequence[File] = ()) -> str:
    """Sends the agent's words and files to the customer; returns the outbox id. `origin` is their message's id."""
    seen = timeline.last_heard(act.conn, who.id) if act.hub.marks_read(who.channel, who.account) else ""
    message = OutboundMessage(text, speaker=Speaker.AGENT, media=attachments.described(sent), seen=seen)
    id_ = act.send(who, message, act.user.id, case_id=case.id, origin=origin)
    files.adopt(act.conn, [file.id for file in sent], id_)
    ledger.replied(act.conn, case.id, PromiseState.KEPT, REPLIED, act.now)
    return id_


def collect(act: Act, shared: Sequence[AgentFile], who: Conversation, message_id: str) -> list[File]:
    """Has the agent's files fetched, as files of that message."""
    if not shared:
        return []
    files.add(act.conn, act.hub.store, attachments.agent_rows(shared, act.event.place, who, message_id, act.now))
    return files.of_message(act.conn, who.customer_id, message_id)


def keep(act: Act, case: Case, message: str, text: str, state: str, outbox_id: str | None = None) -> str:
    """Records what became of an agent's message; returns the record's id."""
    id_ = new_id(act.now)
    kept = DeskMessage(id_, act.event.place, message, case.id, act.user.id, text, state, outbox_id, act.now)
    messages.keep(act.conn, act.hub.store, kept)
    marks.show(act.hub, act.conn, kept, marks.INSIDE.get(state, ""), act.now)
    return id_
