"""Answers in the customer's language: the message shortcut "Translate", and what its form asks for or sends."""

from core.desk.events import Pressed
from core.desk.posts import PostForm
from core.encoding import encode
from core.ids import new_id
from core.locales import language_name
from flows.understanding.lexicon.languages import language_of
from hub.delivery.postings import post_to_desk
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import standing
from hub.desk.forms import translate
from hub.desk.replying import reply_words
from hub.desk.replying.said_in_form import say
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case
from storage.hooks import rows
from storage.hooks.rows import REPLY

OFF = "There is no translation hook here: TRANSLATE_URL names one. Write to the customer in the thread."
NOT_THERE = "Nothing was sent: the form was not there. Use *Translate* again."
NOT_SENT = "Nothing was sent. {why}"
LONGEST = 2900  # characters that one note shows


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Asks for a translation while the form is open; sends what was chosen when it is filled in."""
    is_on = act.hub.hooks is not None and REPLY in act.hub.hooks.kinds
    if event.view:
        _ask(act, event, case, who, is_on=is_on)
    elif case.is_over:
        act.answer(standing.not_sent(act, case))
    elif not event.values:
        act.answer(NOT_THERE if is_on else OFF)
    else:
        _send(act, event, case, who)


def _ask(act: Act, event: Pressed, case: Case, who: Conversation, *, is_on: bool) -> None:
    if not is_on or not translate.own_words(event.values):
        post_to_desk(act.hub, act.conn, PostForm(event, trouble="off"), case.id, act.now)
        return
    id_, into = new_id(act.now), rows.spoken_in(act.conn, case.id) or language_of(who.locale)
    ask = rows.new(id_, REPLY, case.id, id_, act.now, pressed=encode(event), language=into)
    rows.add(act.conn, act.hub.store, [ask])


def _send(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Sends the translation, or the agent's own words; the thread shows both."""
    text, into = translate.chosen(event.values)
    own, agent = translate.own_words(event.values), act.user.name
    if wrong := translate.mistakes(event.values):  # the form could not be checked, as the database was away
        act.answer(NOT_SENT.format(why=next(iter(wrong.values()))))
    elif not into:
        say(act, case, who, text, reply_words.said_in_form(agent, text))
    else:
        shown, below = reply_words.translated(agent, language_name(into), text), reply_words.written_as(own)
        fits = len(shown) + len(below) < LONGEST
        say(act, case, who, text, f"{shown}\n\n{below}" if fits else shown)
        if not fits:
            act.note(case, below)


BUTTON = Button(translate.ID, "Translate", press, 92, needs="case:reply")
