"""Finds a saved reply, and shows it as the customer would read it: opened by the button "Saved replies"."""

from core.desk.forms import Passage
from core.desk.ready_texts import REPLY, ReadyText
from core.desk.saved_replies import SavedReply
from hub.desk.form import Look
from hub.desk.text_form import Choices, TextForm
from storage.conversations.conversations import Conversation
from storage.desk import ready_uses
from storage.desk.cases import Case

NONE = "There is no saved reply for this team's cases. saved_replies.yaml holds them."
SEARCH = "Words of its title, text or tags, in English or Chinese"
FIRST = "Choose one to see what the customer would read. You can change it before it goes out."


def _choices(look: Look, case: Case, _who: Conversation) -> Choices:
    """Lists the replies for the case's team, those first that are used most."""
    uses = ready_uses.counted(look.conn, REPLY)
    mine = (each for each in look.words.saved if not each.teams or case.team in each.teams)
    return Choices(sorted(mine, key=lambda each: -uses.get(each.id, 0)))


def _then(_look: Look, reply: ReadyText) -> tuple[Passage, ...]:
    """Says what becomes of the case with it."""
    if not isinstance(reply, SavedReply):
        return ()
    then = reply.then
    said = [f"the case is {then.state}"] if then.state else []
    said += [f"its priority is {then.priority}"] if then.priority else []
    said += [f"it goes to {then.team}"] if then.team else []
    said += [f"it is tagged {', '.join(then.tags)}"] if then.tags else []
    return (Passage(f"When it is sent, {'; '.join(said)}."),) if said else ()


SAVED = TextForm("case_saved", REPLY, "Saved replies", "Send", "Reply", SEARCH, NONE, FIRST, _choices, _then)
FORM = SAVED.as_form()
