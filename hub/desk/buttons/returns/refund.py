"""Asks for the money of a return that is here, where it does not follow by itself: the button "Refund" of service."""

from core.desk.events import Pressed
from core.shop.return_tracks import COUNTED, Approval, Settlement
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.returns.pressing import step
from hub.returns import refunding
from hub.returns.moves import SERVICE
from storage.shop.filed_returns import Filed


def press(act: Act, _event: Pressed, filed: Filed) -> None:
    """Sends it, or has finance approve it above the limit."""
    step(act, filed, lambda: refunding.ask(act.hub, act.conn, filed, act.user.id, act.now))


def is_open(filed: Filed, _request: str) -> bool:
    """Tells whether money is due that nobody has asked for."""
    tracks = filed.tracks
    is_due = tracks.approval is Approval.APPROVED and (tracks.logistics in COUNTED or refunding.keeps(filed))
    unasked = tracks.settlement in (Settlement.NONE, Settlement.QUOTED)
    return is_due and unasked and refunding.due(filed) is not None


BUTTON = Button(
    "return_refund", "Refund", press, 50, style="primary", open=is_open, teams=(SERVICE,), needs="return:approve"
)
