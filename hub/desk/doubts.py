"""Decides whether an agent is asked before a message of theirs goes to the customer, and in which words."""

from core.cases.notes import is_doubtful
from hub.desk import reply_words, wording
from hub.desk.act import Act
from storage.desk.cases import Case


def question(act: Act, text: str, case: Case) -> str:
    """Returns what its author is asked; "" where it is to go out.

    A note that was not marked as agreed cannot be taken back once it is out, and a colleague may be answering already.
    """
    if is_doubtful(text):
        return reply_words.LIKE_A_NOTE
    if case.claimed_by not in (None, act.user.id):
        return wording.send_or_keep(act.holder(case))
    return ""
