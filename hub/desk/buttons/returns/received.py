"""Notes what the warehouse got of a return: the button "Received", whose form asks for the pieces."""

from core.desk.events import Pressed
from core.shop.return_tracks import COUNTED, Approval
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.forms.return_received import counts_of
from hub.desk.returns.pressing import step
from hub.returns import receiving, refunding
from hub.returns.moves import WAREHOUSE
from storage.shop.filed_returns import Filed


def press(act: Act, event: Pressed, filed: Filed) -> None:
    """Counts what was filled in; without a form, whose return is counted already, it says how that stands."""
    counts = counts_of(filed, event.values)
    step(act, filed, lambda: receiving.receive(act.hub, act.conn, filed, act.user.id, counts, act.now))


def is_open(filed: Filed, _request: str) -> bool:
    """Tells whether goods are still to come."""
    tracks = filed.tracks
    return tracks.approval is Approval.APPROVED and tracks.logistics not in COUNTED and not refunding.keeps(filed)


BUTTON = Button(
    "return_received",
    "Received",
    press,
    40,
    style="primary",
    open=is_open,
    teams=(WAREHOUSE,),
    needs="return:receive",
)
