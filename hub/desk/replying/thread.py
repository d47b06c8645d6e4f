"""Handles what agents write in a case's thread: replies and notes."""

from core.content.styles import Formatted
from core.desk.events import AgentMessage
from hub.desk import buttons
from hub.desk.act import Act
from hub.desk.casework import standing
from hub.desk.replying import reply_words
from hub.desk.replying.doubts import collision, question
from hub.desk.replying.replies import collect, go_out, keep
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case
from storage.desk.messages import HELD, NOTE, SENT


def written(act: Act, event: AgentMessage, case: Case, who: Conversation) -> None:
    """Sends an agent's message to the customer, keeps it as a note, or holds it with a question."""
    if messages.find(act.conn, event.place, event.message):
        return
    said = Formatted(event.text, event.styles)
    if event.note:
        keep(act, case, event.message, said, NOTE)
        if event.in_passing:
            act.answer(reply_words.NAMES_SOMEBODY)
    elif not (said.text.strip() or event.files):
        keep(act, case, event.message, said, NOTE)
        act.answer(reply_words.NOTHING_BESIDE if event.aside == "forwarded" else reply_words.NOTHING_TO_READ)
    elif case.is_over:
        keep(act, case, event.message, said, NOTE)
        act.answer(standing.not_sent(act, case))
    else:
        _send_or_hold(act, event, said, case, who)


def _send_or_hold(act: Act, event: AgentMessage, said: Formatted, case: Case, who: Conversation) -> None:
    asked = question(act, said, case, who, event.files)
    warning = "" if asked else collision(act, case)  # in an agent's own case, who is told and not kept waiting
    kept = keep(act, case, event.message, said, HELD if asked else SENT)
    collect(act, event.files, who, kept.id)
    if asked:
        act.answer(asked, buttons.under_held(kept.id))
        return
    if warning:
        act.answer(warning)
    go_out(act, case, who, kept)
