"""Notes what the warehouse got of a return: the button "Received", and the answers to what it asks."""

from core.cases.desk import Pressed
from core.shop.return_tracks import COUNTED, Approval
from hub.desk.act import Act
from hub.desk.button import Button
from hub.desk.returns.pressing import step
from hub.returns import receiving, refunding
from hub.returns.moves import WAREHOUSE
from storage.shop.filed_returns import Filed

HOW = "What came of return {}?"


def press(act: Act, _event: Pressed, filed: Filed) -> None:
    """Asks what came, as long as anything is expected."""
    if is_open(filed, ""):
        act.answer(HOW.format(filed.record.id), tuple(each.about(filed.id) for each in ANSWERS))
    else:
        step(act, filed, lambda: receiving.receive(act.hub, act.conn, filed, act.user.id, {}, act.now))


def press_all(condition: str, act: Act, filed: Filed) -> None:
    """Counts everything that is still expected as that."""
    counts = receiving.all_as(filed, condition)
    step(act, filed, lambda: receiving.receive(act.hub, act.conn, filed, act.user.id, counts, act.now))


def is_open(filed: Filed, _request: str) -> bool:
    """Tells whether goods are still to come."""
    tracks = filed.tracks
    return tracks.approval is Approval.APPROVED and tracks.logistics not in COUNTED and not refunding.keeps(filed)


def _answer(condition: str, label: str, order: int) -> Button:
    return Button(
        f"return_came_{condition}",
        label,
        lambda act, _event, filed: press_all(condition, act, filed),
        order,
        needs="return:receive",
    )


BUTTON = Button(
    "return_received", "Received", press, 40, style="primary", open=is_open, teams=(WAREHOUSE,), needs="return:receive"
)
ANSWERS = (
    _answer("ok", "All of it, in order", 41),
    _answer("damaged", "Damaged", 42),
    _answer("wrong", "The wrong item", 43),
    _answer("missing", "Nothing (more) came", 44),
)
BUTTONS = (BUTTON, *ANSWERS)
