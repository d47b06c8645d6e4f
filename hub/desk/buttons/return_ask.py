"""Asks the customer for a photo or a detail before a return is decided: the button "Ask", and what it can ask for."""

from functools import partial

from core.cases.desk import Pressed
from core.people.conversations import CaseState
from core.shop.return_tracks import UNDECIDED
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.handover import claim
from hub.desk.returns import words
from hub.returns.moves import SERVICE
from storage.conversations import conversations
from storage.desk import cases
from storage.shop.filed_returns import Filed

WHAT = "What do you need from the customer? The answer comes into the thread; the case is yours then."
NOBODY = "There is no conversation with this customer here."
ASKED = "Asked: “{}”"


def press(act: Act, _event: Pressed, filed: Filed) -> None:
    """Asks what to ask for."""
    if is_open(filed, ""):
        act.answer(WHAT, tuple(each.about(filed.id) for each in QUESTIONS))
    else:
        act.answer(words.stands(act, filed))


def press_question(key: str, act: Act, _event: Pressed, filed: Filed) -> None:
    """Asks the customer, whose answer then goes to this agent."""
    case = cases.by_id(act.conn, filed.case_id) if filed.case_id else None
    who = conversations.by_id(act.conn, case.conversation_id, lock=True) if case else None
    if case is None or who is None:
        act.answer(NOBODY)
        return
    if case.state == CaseState.OPEN:
        claim(act, case, who)
    asked = act.hub.say(key, who.locale or "en", agent=act.user.name, reference=filed.record.id)
    act.say(who, asked)
    act.answer(ASKED.format(asked))


def is_open(filed: Filed, _request: str) -> bool:
    """Tells whether nobody has decided yet, and there is somebody to ask."""
    return filed.tracks.approval in UNDECIDED and bool(filed.case_id)


BUTTON = Button("return_ask", "Ask", press, 30, open=is_open, teams=(SERVICE,), needs="return:approve")
QUESTIONS = (
    Button("return_ask_photo", "A photo", partial(press_question, "return_ask_photo"), 31, needs="return:approve"),
    Button(
        "return_ask_details", "More details", partial(press_question, "return_ask_details"), 32, needs="return:approve"
    ),
)
BUTTONS = (BUTTON, *QUESTIONS)
