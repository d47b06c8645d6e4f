"""Decides whether an agent is asked before a message of theirs goes to the customer, and in which words."""

from datetime import timedelta

from core.desk.notes import is_doubtful
from hub.desk import wording
from hub.desk.act import Act
from hub.desk.replying import reply_words
from storage.desk import agents, messages
from storage.desk.cases import Case
from storage.desk.messages import HELD

JUST_NOW = timedelta(minutes=2)
HAS_WRITTEN = "{} answered this customer just now. "
IS_WRITING = "{} is about to answer this customer. "


def question(act: Act, text: str, case: Case) -> str:
    """Returns what its author is asked; "" where it is to go out.

    A note that was not marked as agreed cannot be taken back once it is out, and a colleague may be answering already.
    """
    if is_doubtful(text):
        return reply_words.LIKE_A_NOTE
    if case.claimed_by not in (None, act.user.id):
        return f"{collision(act, case)}{wording.send_or_keep(act.holder(case))}"
    return ""


def collision(act: Act, case: Case) -> str:
    """Says who wrote just now, or is about to, so that the customer is not answered twice; empty where nobody did."""
    theirs = messages.of_others(act.conn, case.id, act.user.id, act.now - JUST_NOW)
    if theirs is None:
        return ""
    name = agents.name_of(act.conn, theirs.user) or wording.A_COLLEAGUE
    return (IS_WRITING if theirs.state == HELD else HAS_WRITTEN).format(name)
