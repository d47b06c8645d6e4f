"""Sends an agent's words and files to the customer."""

from collections.abc import Sequence

from core.cases.desk import AgentFile
from core.content.styles import Formatted
from core.ids import new_id
from core.messages.outbound import OutboundMessage, Speaker
from core.people.conversations import CaseState
from core.shop.promises import PromiseState
from hub.desk import marks
from hub.desk.act import Act
from hub.desk.handover import claim
from hub.media import attachments
from storage.conversations import timeline
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case
from storage.desk.messages import SENT, DeskMessage
from storage.media import files
from storage.media.files import File
from storage.promises import ledger

REPLIED = "agent.replied"  # keeps the promise of an answer


def reply(act: Act, case: Case, who: Conversation, said: Formatted, origin: str, sent: Sequence[File] = ()) -> str:
    """Sends the agent's words and files to the customer; returns the outbox id. `origin` is their message's id."""
    seen = timeline.last_heard(act.conn, who.id) if act.hub.marks_read(who.channel, who.account) else ""
    files_ = attachments.described(sent)
    message = OutboundMessage(said.text, speaker=Speaker.AGENT, media=files_, seen=seen, styles=said.styles)
    id_ = act.send(who, message, act.user.id, case_id=case.id, origin=origin)
    files.adopt(act.conn, [file.id for file in sent], id_)
    ledger.replied(act.conn, case.id, PromiseState.KEPT, REPLIED, act.now)
    return id_


def collect(act: Act, shared: Sequence[AgentFile], who: Conversation, message_id: str) -> None:
    """Has the agent's files fetched, as files of that message."""
    if shared:
        files.add(act.conn, act.hub.store, attachments.agent_rows(shared, act.event.place, who, message_id, act.now))


def keep(act: Act, case: Case, message: str, said: Formatted, state: str) -> DeskMessage:
    """Records what became of an agent's message."""
    styles = messages.encode_styles(said)
    kept = DeskMessage(
        new_id(act.now), act.event.place, message, case.id, act.user.id, said.text, state, None, act.now, styles=styles
    )
    messages.keep(act.conn, act.hub.store, kept)
    marks.show(act.hub, act.conn, kept, marks.INSIDE.get(state, ""), act.now)
    return kept


def go_out(act: Act, case: Case, who: Conversation, kept: DeskMessage) -> None:
    """Sends an agent's message with its files to the customer; the first one takes the case for its agent."""
    if case.state == CaseState.OPEN:
        claim(act, case, who)
    sent = files.of_message(act.conn, who.customer_id, kept.id)
    outbox_id = reply(act, case, who, kept.said, kept.message, sent)
    messages.become(act.conn, kept.id, (kept.state,), SENT, outbox_id)
