"""Says to the customer what an agent wrote in a form: by the rules of a typed reply, and seen in the thread."""

from core.content.styles import Formatted
from core.desk.events import Pressed
from core.desk.posts import PostNote
from core.desk.ready_texts import named
from hub.delivery.postings import post_to_desk
from hub.desk import buttons, text_form
from hub.desk.act import Act
from hub.desk.casework import standing
from hub.desk.replying import reply_words
from hub.desk.replying.doubts import question
from hub.desk.replying.replies import go_out, keep
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case
from storage.desk.messages import HELD, SENT

NOT_CHOSEN = "Nothing was sent: the form was not there. Press “{title}” again."


def say(act: Act, case: Case, who: Conversation, words: str, shown: str, quote: str = "", ready: str = "") -> None:
    """Sends the words, or holds them with a question. `shown` is how the team sees them.

    The post that shows them becomes the agent's message at the desk. `quote` is our id of the message they answer,
    `ready` names the ready text that they were made of.
    """
    said = Formatted(words)
    asked = question(act, said, case, who)
    kept = keep(act, case, "", said, HELD if asked else SENT, ready)
    post_to_desk(act.hub, act.conn, PostNote(case.id, shown, shows=kept.id), case.id, act.now)
    if asked:
        act.answer(asked, buttons.under_held(kept.id))
    else:
        go_out(act, case, who, kept, quote)


def say_ready(form: text_form.TextForm, act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Sends the text that was chosen in a form, as the agent left it."""
    text, chosen = text_form.words(event.values), text_form.chosen(event.values)
    if case.is_over:
        act.answer(standing.not_sent(act, case))
    elif not text:
        act.answer(NOT_CHOSEN.format(title=form.title))
    else:
        shown = reply_words.said_in_form(act.user.name, text)
        say(act, case, who, text, shown, ready=named(form.kind, chosen) if chosen else "")
