"""Asks the customer for a photo or a detail before a return is decided: the button "Ask", whose form says what for."""

from core.desk.events import Pressed
from core.shop.return_tracks import UNDECIDED
from hub import reach
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.casework.handover import claim
from hub.desk.forms.return_ask import OTHER, WHAT, WORDS
from hub.desk.returns import words
from hub.returns.moves import SERVICE
from storage.desk import cases
from storage.desk.locking import locked
from storage.shop.filed_returns import Filed

NOBODY = "There is no conversation with this customer here."
SHUT = (
    "Nothing was asked: the customer wants no messages, or last wrote too long ago for this channel. "
    "Write in the case's thread; a template is offered there."
)
ASKED = "Asked. The answer comes into the thread; the case is yours."


def press(act: Act, event: Pressed, filed: Filed) -> None:
    """Asks the customer, whose answer then goes to this agent."""
    found = locked(act.conn, cases.by_id(act.conn, filed.case_id) if filed.case_id else None)
    if not event.values:
        act.answer(words.stands(act, filed))
    elif found is None:
        act.answer(NOBODY)
    else:
        case, who = found
        if not reach.may_say(act.hub, act.conn, who, act.now):
            act.answer(SHUT)
            return
        if case.claimed_by is None:
            claim(act, case, who)
        act.say(who, _question(act, event, filed, who.locale or "en"))
        act.answer(ASKED)


def _question(act: Act, event: Pressed, filed: Filed, locale: str) -> str:
    """Words what is asked: our own text in the customer's language, then what the agent wrote."""
    what, own = event.values.get(WHAT, OTHER), event.values.get(WORDS, "").strip()
    if what == OTHER:
        return own
    asked = act.hub.say(f"return_ask_{what}", locale, agent=act.user.name, reference=filed.record.id)
    return f"{asked}\n\n{own}".strip()


def is_open(filed: Filed, _request: str) -> bool:
    """Tells whether nobody has decided yet, and there is somebody to ask."""
    return filed.tracks.approval in UNDECIDED and bool(filed.case_id)


BUTTON = Button("return_ask", "Ask", press, 30, open=is_open, teams=(SERVICE,), needs="return:approve")
