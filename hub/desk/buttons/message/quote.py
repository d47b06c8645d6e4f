"""Answers one of the customer's messages, which they see quoted: the message shortcut "Quote to customer"."""

from core.desk.events import Pressed
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import standing
from hub.desk.forms.quote import QUOTE, WORDS
from hub.desk.replying import reply_words
from hub.desk.replying.said_in_form import say
from storage.conversations.conversations import Conversation
from storage.desk import quotable
from storage.desk.cases import Case


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Sends what was filled in, and shows it in the thread; what reads like a note is held there, with the question."""
    words = event.values.get(WORDS, "").strip()
    quoted = quotable.line_shown(act.conn, case, event.message)
    if case.is_over:
        act.answer(standing.not_sent(act, case))
    elif not words or quoted is None:
        act.answer(reply_words.NOTHING_TO_QUOTE)
    else:
        line, text = quoted
        say(act, case, who, words, reply_words.answered(act.user.name, text, words), line)


BUTTON = Button(QUOTE, "Quote to customer", press, 90, needs="case:reply")
