"""Sends a template in the place of a message that cannot go out: a choice of "Send template"."""

from core.cases.case_reasons import spaced
from core.desk.events import Pressed
from core.people.conversations import CaseState
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework import standing
from hub.desk.casework.handover import claim
from hub.desk.replying import reply_words
from hub.desk.undelivered import offers, templates
from storage.conversations.conversations import Conversation
from storage.desk import messages
from storage.desk.cases import Case


def press(act: Act, event: Pressed, case: Case, who: Conversation) -> None:
    """Sends it with what is true now, once until the customer writes again; the team sees it in the thread."""
    message_id, kind = offers.read(event.value)
    kept = messages.by_id(act.conn, message_id)
    fits = {each.kind: each.message for each in templates.found(act.hub, act.conn, case, who, act.now)}
    message = fits.get(kind)
    if case.is_over:
        act.answer(standing.not_sent(act, case))
    elif kept is None or message is None:
        act.answer(reply_words.NO_TEMPLATE)
    elif templates.was_sent(act.conn, who, message):
        act.answer(reply_words.TEMPLATE_IS_OUT)
    else:
        if case.state == CaseState.OPEN:
            claim(act, case, who)
        act.send(who, message, act.user.id, case_id=case.id, origin=kept.message)
        act.audit("reply.template", case, {"kind": kind})
        act.note(case, reply_words.template_sent(act.user.name, spaced(kind), message.text))


BUTTON = Button(*offers.WITH, press, 70, needs="case:reply")
