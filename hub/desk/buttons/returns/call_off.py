"""Calls an approved return off of which nothing has come: the button "Call off"."""

from core.desk.events import Pressed
from core.shop.return_tracks import HERE, PAID, Approval, Settlement
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.returns.pressing import step
from hub.returns import deciding
from hub.returns.moves import SERVICE
from storage.shop.filed_returns import Filed

DONE = (
    "Called off here. Nobody was told: write to the customer in the thread, and cancel it in the shop if it is there."
)


def press(act: Act, _event: Pressed, filed: Filed) -> None:
    """Calls it off, unless goods or money are on their way back."""
    step(act, filed, lambda: deciding.call_off(act.hub, act.conn, filed, act.user.id, act.now), DONE)


def is_open(filed: Filed, _request: str) -> bool:
    """Tells whether it is approved, and nothing has come of it."""
    tracks = filed.tracks
    moved = tracks.logistics in HERE or tracks.settlement in (
        *PAID,
        Settlement.AWAITING_APPROVAL,
        Settlement.PROCESSING,
    )
    return tracks.approval is Approval.APPROVED and not moved and tracks.settlement is not Settlement.FAILED


BUTTON = Button("return_call_off", "Call off", press, 70, open=is_open, teams=(SERVICE,), needs="return:approve")
