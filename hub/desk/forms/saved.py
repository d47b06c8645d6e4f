"""Finds a saved reply, and shows it as the customer would read it: opened by the button "Saved replies"."""

from collections.abc import Iterator, Mapping

from core.content.text import shorten
from core.desk.forms import Field, Form, Option, Passage
from core.desk.notes import mark_length
from core.desk.saved_replies import SavedReply, filled, missing
from hub.desk.form import FormKind, Look
from hub.desk.forms.quote import IS_A_NOTE
from hub.desk.replying.reply_values import values_of
from storage.conversations import conversations
from storage.conversations.conversations import Conversation
from storage.desk import saved_uses
from storage.desk.cases import Case

ID, REPLY = "case_saved", "reply"
_TEXT, _VALUE = "text_", "value_"  # the text's field is another for each reply: Slack keeps what stood in the same one
TITLE = 75  # characters of an option at Slack
CHOOSE = "Choose a reply."
EMPTY = "Write what the customer is to read."
FILL = "This is not known. Fill it in, or take it out of the text."
NONE = "There is no saved reply for this team's cases. saved_replies.yaml holds them."
SEARCH = "Words of its title, text or tags, in English or Chinese"
FIRST = "Choose one to see what the customer would read. You can change it before it goes out."
LABEL = "The customer reads"
HINT = "Change what you like. What stands in {{ }} is filled in from the fields above."


def chosen(values: Mapping[str, str]) -> str:
    """Returns the id of the reply that was chosen."""
    return values.get(REPLY, "")


def words(values: Mapping[str, str]) -> str:
    """Returns what the customer is to read: the text as the agent left it, with the values that they filled in."""
    text = next((value for name, value in values.items() if name.startswith(_TEXT)), "")
    own = {name: values.get(_field(name), "").strip() for name in missing(text)}
    return filled(text, own).strip()


def _draw(look: Look) -> Form | None:
    case, who = look.case, _customer(look)
    if case is None or who is None or case.is_over:
        return None
    listed = _ranked(look, case)
    if not listed:
        return Form(ID, case.id, "Saved replies", (Passage(NONE),))
    reply = next((each for each in listed if each.id == look.value(REPLY)), None)
    shown = (_option(reply, look),) if reply else ()
    search = Field(REPLY, "Reply", "search", reply.id if reply else "", shown, SEARCH, redraws=True)
    items = tuple(_preview(look, case, who, reply)) if reply else (Passage(FIRST),)
    return Form(ID, case.id, "Saved replies", (search, *items), "Send")


def _preview(look: Look, case: Case, who: Conversation, reply: SavedReply) -> Iterator[Field | Passage]:
    values = values_of(look.conn, case, who, look.user.name if look.user else "", look.words.shop)
    text = filled(reply.said(who.locale), values)
    for name in missing(text):
        label = name.replace(".", ": ").replace("_", " ").capitalize()
        yield Field(_field(name), label, value=look.value(_field(name)), is_optional=True)
    yield Field(f"{_TEXT}{reply.id}", LABEL, "text", text, hint=HINT if missing(text) else "", is_optional=True)
    if told := _then(reply):
        yield Passage(told)


def _then(reply: SavedReply) -> str:
    """Says what becomes of the case with it."""
    then = reply.then
    said = [f"the case is {then.state}"] if then.state else []
    said += [f"its priority is {then.priority}"] if then.priority else []
    said += [f"it goes to {then.team}"] if then.team else []
    said += [f"it is tagged {', '.join(then.tags)}"] if then.tags else []
    return f"When it is sent, {'; '.join(said)}." if said else ""


def _check(look: Look) -> dict[str, str]:
    values = look.pressed.values
    if not chosen(values):
        return {REPLY: CHOOSE}
    text = words(values)
    field = next((name for name in values if name.startswith(_TEXT)), f"{_TEXT}{chosen(values)}")
    if not text:
        return {field: EMPTY}
    if mark_length(text):
        return {field: IS_A_NOTE}
    return {field: FILL} if missing(text) else {}


def _options(look: Look, field: str, typed: str) -> tuple[Option, ...]:
    if field != REPLY or look.case is None:
        return ()
    return tuple(_option(each, look) for each in _ranked(look, look.case) if each.fits(typed))


def _ranked(look: Look, case: Case) -> list[SavedReply]:
    """Lists the replies for the case's team, those first that are used most."""
    uses = saved_uses.counted(look.conn)
    mine = (each for each in look.words.saved if not each.teams or case.team in each.teams)
    return sorted(mine, key=lambda each: -uses.get(each.id, 0))


def _option(reply: SavedReply, look: Look) -> Option:
    who = _customer(look)
    return Option(reply.id, shorten(reply.titled(who.locale if who else ""), TITLE))


def _customer(look: Look) -> Conversation | None:
    return conversations.by_id(look.conn, look.case.conversation_id) if look.case else None


def _field(name: str) -> str:
    return _VALUE + name.replace(".", "_")


FORM = FormKind(ID, _draw, "case:reply", _check, _options)
