"""Refuses a return, with a reason that the customer reads: the button "Refuse", and the reasons that it asks for."""

from functools import partial

from core.cases.desk import Pressed
from core.shop.refusals import Refusal
from core.shop.return_tracks import UNDECIDED
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.returns import words
from hub.desk.returns.pressing import step
from hub.returns import deciding
from hub.returns.moves import SERVICE
from storage.shop.filed_returns import Filed

WHY = "Why is return {} refused? The customer reads the reason, in their language."


def press(act: Act, _event: Pressed, filed: Filed) -> None:
    """Asks for the reason."""
    if is_open(filed, ""):
        act.answer(WHY.format(filed.record.id), tuple(each.about(filed.id) for each in REASONS))
    else:
        act.answer(words.stands(act, filed))


def press_reason(why: Refusal, act: Act, _event: Pressed, filed: Filed) -> None:
    """Refuses it for that reason."""
    step(act, filed, lambda: deciding.refuse(act.hub, act.conn, filed, act.user.id, why.value, "", act.now))


def is_open(filed: Filed, _request: str) -> bool:
    """Tells whether nobody has decided yet."""
    return filed.tracks.approval in UNDECIDED


BUTTON = Button("return_refuse", "Refuse", press, 20, style="", open=is_open, teams=(SERVICE,), needs="return:approve")
REASONS = tuple(
    Button(f"return_because_{why.value}", why.label, partial(press_reason, why), 21 + n, needs="return:approve")
    for n, why in enumerate(Refusal)
)
BUTTONS = (BUTTON, *REASONS)
