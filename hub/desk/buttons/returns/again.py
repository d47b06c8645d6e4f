"""Asks the shop once more for what came to nothing: the button "Try again"."""

from core.desk.events import Pressed
from core.shop.return_tracks import Approval, Settlement
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.returns.pressing import step
from hub.returns import deciding, refunding
from hub.returns.moves import FINANCE, SERVICE
from storage.outgoing import rows
from storage.shop.filed_returns import Filed

NOTHING = "There is nothing to try again: the shop has it."


def press_make(act: Act, _event: Pressed, filed: Filed) -> None:
    """Asks again for the return to be made."""
    if not deciding.make_again(act.hub, act.conn, filed, act.user.id, act.now):
        act.answer(NOTHING)


def press_pay(act: Act, _event: Pressed, filed: Filed) -> None:
    """Asks again for the money to be sent."""
    step(act, filed, lambda: refunding.again(act.hub, act.conn, filed, act.user.id, act.now))


def press_by_hand(act: Act, _event: Pressed, filed: Filed) -> None:
    """Notes that the money was sent in the shop itself."""
    step(act, filed, lambda: refunding.paid_by_hand(act.hub, act.conn, filed, act.user.id, act.now))


def is_unmade(filed: Filed, request: str) -> bool:
    """Tells whether the shop did not take an approved return."""
    return filed.tracks.approval is Approval.APPROVED and request == rows.FAILED


def is_unpaid(filed: Filed, _request: str) -> bool:
    """Tells whether a refund came to nothing."""
    return filed.tracks.settlement is Settlement.FAILED


BUTTON = Button(
    "return_make_again", "Try again", press_make, 60, open=is_unmade, teams=(SERVICE,), needs="return:approve"
)
# The money was approved before; whoever of the two teams sees it first sends it again.
BY_SERVICE = Button(
    "return_refund_again", "Try again", press_pay, 61, open=is_unpaid, teams=(SERVICE,), needs="return:approve"
)
BY_FINANCE = Button(
    "return_pay_again", "Try again", press_pay, 61, open=is_unpaid, teams=(FINANCE,), needs="refund:approve"
)
BY_HAND = Button(
    "return_by_hand",
    "Paid in the shop",
    press_by_hand,
    62,
    open=is_unpaid,
    teams=(SERVICE, FINANCE),
    needs="refund:approve",
)
BUTTONS = (BUTTON, BY_SERVICE, BY_FINANCE, BY_HAND)
