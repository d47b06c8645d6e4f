"""Approves a refund above the limit, which somebody else asked for: the button "Refund" of finance."""

from core.desk.events import Pressed
from core.shop.return_tracks import Settlement
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.returns.pressing import step
from hub.returns import refunding
from hub.returns.moves import FINANCE
from storage.shop.filed_returns import Filed


def press(act: Act, _event: Pressed, filed: Filed) -> None:
    """Sends the money."""
    step(act, filed, lambda: refunding.grant(act.hub, act.conn, filed, act.user.id, act.now))


def is_open(filed: Filed, _request: str) -> bool:
    """Tells whether a refund waits for finance."""
    return filed.tracks.settlement is Settlement.AWAITING_APPROVAL


BUTTON = Button(
    "return_pay", "Refund", press, 51, style="primary", open=is_open, teams=(FINANCE,), needs="refund:approve"
)
