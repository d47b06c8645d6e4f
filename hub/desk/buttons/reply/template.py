"""Shows the templates that may reach a customer outside the reply window: the button "Send template"."""

from core.cases.case_reasons import spaced
from core.desk.events import Pressed
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import standing
from hub.desk.replying import reply_words
from hub.desk.undelivered import offers, templates
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case

MOST = 5  # previews in one post


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Shows what the customer would read, with a button for each."""
    if case.is_over:
        act.answer(standing.not_sent(act, case))
        return
    found = templates.found(act.hub, act.conn, case, who, act.now)[:MOST]
    if not found:
        act.answer(reply_words.NO_TEMPLATE)
        return
    previews = [reply_words.preview(spaced(each.kind), each.message.text) for each in found]
    buttons = tuple(offers.about(offers.WITH, event.value, each.kind, spaced(each.kind)) for each in found)
    act.answer("\n\n".join([reply_words.WHICH_TEMPLATE, *previews]), buttons)


BUTTON = Button(*offers.TEMPLATE, press, 10, needs="case:reply")
