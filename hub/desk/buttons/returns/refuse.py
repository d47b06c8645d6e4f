"""Refuses a return: the button "Refuse", whose form asks for the reason that the customer reads."""

from core.desk.events import Pressed
from core.shop.return_tracks import UNDECIDED
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.forms.return_refuse import WHY, WORDS
from hub.desk.returns import words
from hub.desk.returns.pressing import step
from hub.returns import deciding
from hub.returns.moves import SERVICE
from storage.shop.filed_returns import Filed


def press(act: Act, event: Pressed, filed: Filed) -> None:
    """Refuses it for the reason that was filled in."""
    why, said = event.values.get(WHY, ""), event.values.get(WORDS, "")
    if why:
        step(act, filed, lambda: deciding.refuse(act.hub, act.conn, filed, act.user.id, why, said, act.now))
    else:
        act.answer(words.stands(act, filed))


def is_open(filed: Filed, _request: str) -> bool:
    """Tells whether nobody has decided yet."""
    return filed.tracks.approval in UNDECIDED


BUTTON = Button("return_refuse", "Refuse", press, 20, open=is_open, teams=(SERVICE,), needs="return:approve")
