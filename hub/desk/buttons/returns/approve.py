"""Approves a return: the buttons "Approve", and "Approve anyway" where the policy speaks against it."""

from core.desk.events import Pressed
from core.shop.return_tracks import UNDECIDED
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.returns.pressing import step
from hub.returns import deciding
from hub.returns.deciding import PolicyError
from hub.returns.moves import SERVICE
from storage.shop.filed_returns import Filed

ANYWAY = "Approve it as an exception? It stands in the record with your name."
BARRED = "This cannot be approved."


def press(act: Act, _event: Pressed, filed: Filed) -> None:
    """Approves it, if the policy still agrees; else asks whether to make an exception."""
    _approve(act, filed, exception=False)


def press_anyway(act: Act, _event: Pressed, filed: Filed) -> None:
    """Approves it although the policy speaks against it."""
    _approve(act, filed, exception=True)


def _approve(act: Act, filed: Filed, *, exception: bool) -> None:
    def deed() -> None:
        deciding.approve(act.hub, act.conn, filed, act.user.id, act.now, exception=exception)

    try:
        step(act, filed, deed)
    except PolicyError as error:
        reasons = "\n".join(error.reasons)
        if error.is_final:
            act.answer(f"{BARRED}\n{reasons}")
        else:
            act.answer(f"{reasons}\n{ANYWAY}", (EXCEPTION.about(filed.id),))


def is_open(filed: Filed, _request: str) -> bool:
    """Tells whether nobody has decided yet."""
    return filed.tracks.approval in UNDECIDED


BUTTON = Button(
    "return_approve", "Approve", press, 10, style="primary", open=is_open, teams=(SERVICE,), needs="return:approve"
)
EXCEPTION = Button("return_exception", "Approve anyway", press_anyway, 11, needs="return:approve")
BUTTONS = (BUTTON, EXCEPTION)
