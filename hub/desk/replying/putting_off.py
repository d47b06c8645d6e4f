"""Puts a reply off: it leaves at a time that its agent chooses, or they are told at once why it could not."""

from datetime import datetime

from core.content.styles import Formatted
from core.desk import leaving
from core.desk.events import Pressed
from core.desk.glances import ButtonGlance
from core.desk.posts import PostNote
from core.people.consent import SERVICE
from hub.delivery.postings import post_to_desk
from hub.desk import wording
from hub.desk.act import Act
from hub.desk.casework import standing
from hub.desk.casework.resting import zone_of
from hub.desk.forms.later import CLOCK, DAY, WHEN, WORDS
from hub.desk.replying import later_words, marks
from hub.desk.replying.replies import keep
from hub.desk.undelivered import failures, offers, reply_window, templates
from storage.conversations.conversations import Conversation
from storage.desk import later, messages
from storage.desk.cases import Case
from storage.desk.later import CAN_WAIT
from storage.desk.messages import HELD, SENT, DeskMessage
from storage.people import consents


def filled_in(act: Act, event: Pressed, case: Case, who: Conversation, kept: DeskMessage | None) -> None:
    """Puts off what was filled into the form: words of the agent's own, or those of a message of theirs."""
    words, values = event.values.get(WORDS, "").strip(), event.values
    until = leaving.leaves_at(values.get(WHEN, ""), values.get(DAY, ""), values.get(CLOCK, ""), act.now, zone_of(act))
    if case.is_over:
        act.answer(standing.not_sent(act, case))
    elif not words or until is None:
        act.answer(later_words.NOT_FILLED)
    elif until <= act.now:
        act.answer(later_words.PAST)
    elif kept and kept.state == SENT:
        act.answer(wording.SENT_ALREADY)
    else:
        _put_off(act, case, who, _with_words(act, case, kept, words), until)


def _with_words(act: Act, case: Case, kept: DeskMessage | None, words: str) -> DeskMessage:
    """Returns the message with those words: a colleague's own stays as it is, and another says them too."""
    if kept is None or kept.user != act.user.id:
        return keep(act, case, "", Formatted(words), HELD)
    if kept.text.strip() != words:
        messages.rewrite(act.conn, kept.id, Formatted(words))
    return messages.by_id(act.conn, kept.id) or kept


def _put_off(act: Act, case: Case, who: Conversation, kept: DeskMessage, until: datetime) -> None:
    """Has a message leave then; where it could not, it is held, and the agent told at once what can be done."""
    closes = reply_window.closes_at(act.hub, who)
    if closes and closes <= act.now:
        failures.stop(act, case, who, kept)
        return
    zone = zone_of(act)
    why = _why_not(act, who, until, closes, zone)
    if why:
        messages.become(act.conn, kept.id, CAN_WAIT, HELD)
        text, below = later_words.held(act.user.name, why, kept.text), _instead(act, case, who, kept)
    else:
        later.put_off(act.conn, act.hub.store, kept.id, until, act.now)
        text = later_words.waits(act.user.name, leaving.told(until, zone), kept.text)
        below = tuple(offers.about(each, kept.id) for each in (offers.NOW, offers.CHANGE, offers.CANCEL))
        act.audit("reply.later", case, {"until": until.isoformat()})
    marks.show(act.hub, act.conn, kept, marks.INSIDE[HELD], act.now)
    shows = "" if kept.is_shown else kept.id
    post_to_desk(act.hub, act.conn, PostNote(case.id, text, buttons=below, shows=shows), case.id, act.now)


def _why_not(act: Act, who: Conversation, until: datetime, closes: datetime | None, zone: str) -> str:
    """Says what keeps a reply from leaving then; empty for nothing."""
    if not consents.allows(act.conn, who.channel, who.value, SERVICE):
        return later_words.NO_MESSAGES
    if closes and closes <= until:
        name = act.hub.labels[who.channel]
        return later_words.window_closes(name, leaving.told(closes, zone), leaving.told(until, zone))
    return ""


def _instead(act: Act, case: Case, who: Conversation, kept: DeskMessage) -> tuple[ButtonGlance, ...]:
    """Offers what else may be done with a reply that cannot leave at the time that was wanted."""
    ways = [offers.NOW, offers.CHANGE]
    ways += [offers.TEMPLATE] if templates.found(act.hub, act.conn, case, who, act.now) else []
    return tuple(offers.about(each, kept.id) for each in (*ways, offers.CANCEL))
