"""Shows the store's answers that may fit what the customer asked, and finds any other: the button "Suggested answers".

Which may fit, a worker noted with the customer's words (hub.conversation.acting.suggesting).
"""

from core.content.text import shorten
from core.desk.forms import Passage
from core.desk.ready_texts import ANSWER, Answer, ReadyText
from hub.desk.form import Look
from hub.desk.showing.known import orders_of
from hub.desk.text_form import Choices, TextForm
from storage.conversations import suggestions
from storage.conversations.conversations import Conversation
from storage.desk import ready_uses
from storage.desk.cases import Case

SHOWN = 3
ASKED, TITLE = 300, 100  # characters of what the customer asked, of a question that is listed
NONE = "There is no answer that this customer could be given. faq.yaml holds them."
SEARCH = "Words of a question or answer, in English or Chinese"
FIRST = "Choose one to see what the customer would read. You can change it before it goes out."
NOTHING_NEAR = "No answer is near to what the customer wrote last. The field below finds any of them."
ASKED_FOR = "The customer asked: “{asked}”\nMay answer it:\n{titles}"
OVERDUE = "Somebody was to look at this answer again by {day:%-d %b %Y}. See that it still is true."


def _choices(look: Look, case: Case, who: Conversation) -> Choices:
    """Lists the answers that hold for this customer today: those that may fit first, then those that are used most."""
    held = _holding(look, case, who)
    newest = suggestions.newest(look.conn, case.conversation_id, case.opened_at)
    near = [held[id_] for id_ in newest.answers if id_ in held and _is_reviewed(look, held[id_])][:SHOWN]
    uses = ready_uses.counted(look.conn, ANSWER)
    others = sorted(held.values(), key=lambda each: -uses.get(each.id, 0))
    ranked = list(dict.fromkeys([*(each.id for each in near), *(each.id for each in others)]))
    titles = "\n".join(f"• {shorten(each.titled(who.locale), TITLE)}" for each in near)
    said = ASKED_FOR.format(asked=shorten(newest.asked, ASKED), titles=titles) if near else NOTHING_NEAR
    return Choices([held[id_] for id_ in ranked], near[0].id if near else "", (Passage(said),))


def _holding(look: Look, case: Case, who: Conversation) -> dict[str, Answer]:
    order = orders_of(look.conn, case, who).about
    asker = {"country": order.shipping.country if order else "", "channel": who.channel, "tier": who.tier}
    today = look.now.astimezone(look.words.zone).date()
    return {each.id: each for each in look.words.answers() if each.holds(today, asker)}


def _is_reviewed(look: Look, answer: Answer) -> bool:
    """Tells whether an answer may be suggested: one that is to be looked at again is only found."""
    return answer.is_reviewed(look.now.astimezone(look.words.zone).date())


def _warned(look: Look, text: ReadyText) -> tuple[Passage, ...]:
    if not isinstance(text, Answer) or text.review_by is None or _is_reviewed(look, text):
        return ()
    return (Passage(OVERDUE.format(day=text.review_by)),)


ANSWERS = TextForm(
    "case_answers", ANSWER, "Suggested answers", "Insert", "Answer", SEARCH, NONE, FIRST, _choices, _warned
)
FORM = ANSWERS.as_form()
