"""Answers one of the customer's messages, which they see quoted: the message shortcut "Quote to customer"."""

from core.cases.desk import PostNote, Pressed
from core.content.styles import Formatted
from hub.delivery.postings import post_to_desk
from hub.desk import buttons, doubts, reply_words, standing
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.forms.quote import QUOTE, WORDS
from hub.desk.replies import go_out, keep
from storage.conversations.conversations import Conversation
from storage.desk import quotable
from storage.desk.cases import Case
from storage.desk.messages import HELD, SENT


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Sends what was filled in, and shows it in the thread; what reads like a note is held there, with the question."""
    words = event.values.get(WORDS, "").strip()
    quoted = quotable.line_shown(act.conn, case, event.message)
    if case.is_over:
        act.answer(standing.not_sent(act, case))
    elif not words or quoted is None:
        act.answer(reply_words.NOTHING_TO_QUOTE)
    else:
        _send(act, case, who, words, quoted)


def _send(act: Act, case: Case, who: Conversation, words: str, quoted: tuple[str, str]) -> None:
    line, text = quoted
    asked = doubts.question(act, words, case)
    kept = keep(act, case, "", Formatted(words), HELD if asked else SENT)
    shown = PostNote(case.id, reply_words.answered(act.user.name, text, words), shows=kept.id)
    post_to_desk(act.hub, act.conn, shown, case.id, act.now)
    if asked:
        act.answer(asked, buttons.under_held(kept.id))
    else:
        go_out(act, case, who, kept, quote=line)


BUTTON = Button(QUOTE, "Quote to customer", press, 90, needs="case:reply")
