"""Asks what came back of a return, line by line and by its condition: opened by the button "Received"."""

from collections.abc import Iterator, Mapping

from core.content.text import shorten
from core.desk.forms import Field, Form, Passage
from core.shop.return_steps import CONDITIONS, Counted
from core.shop.return_tracks import COUNTED, Approval
from hub.desk.form import FormKind, Look
from storage.shop import filed_returns, orders
from storage.shop.filed_returns import Filed

LINES = 12  # more do not fit into a form with four fields each
HOW = "How many pieces came now, and how are they? What you leave out is still expected; what will not come is missing."
NO_NUMBER = "Write a number: 0, 1, 2 …"
TOO_MANY = "No more than {} of these can still come."
NOTHING = "Write at least one piece."
_LABELS = {"ok": "in order", "damaged": "damaged", "wrong": "wrong item", "missing": "missing, will not come"}


def _draw(look: Look) -> Form | None:
    filed = filed_returns.by_id(look.conn, look.pressed.value)
    if filed is None or filed.tracks.approval is not Approval.APPROVED or filed.tracks.logistics in COUNTED:
        return None
    order = orders.by_number(look.conn, filed.record.order_number)
    fields: list[Field | Passage] = [Passage(HOW)]
    for number, line_id, left in _left(filed):
        known = order.line(line_id) if order else None
        title = shorten(known.title if known else f"line {line_id}", 60)
        for condition in CONDITIONS:
            value = str(left) if condition == "ok" else ""
            label = f"{title} ({left}): {_LABELS[condition]}"
            fields.append(Field(name_of(number, condition), label, value=value, is_optional=True))
    return Form("return_received", filed.id, "What came back?", tuple(fields), "Received")


def _check(look: Look) -> dict[str, str]:
    filed = filed_returns.by_id(look.conn, look.pressed.value)
    if filed is None:
        return {}
    mistakes = {name: NO_NUMBER for name, value in look.pressed.values.items() if not _is_number(value)}
    if mistakes:
        return mistakes
    counts = counts_of(filed, look.pressed.values)
    for number, line_id, left in _left(filed):
        if line_id in counts and counts[line_id].pieces > left:
            mistakes[name_of(number, "ok")] = TOO_MANY.format(left)
    first = next((name_of(number, "ok") for number, _, _ in _left(filed)), "")
    return mistakes or ({first: NOTHING} if first and not counts else {})


def counts_of(filed: Filed, values: Mapping[str, str]) -> dict[str, Counted]:
    """Reads what was filled in: what came of each line, without the lines of which nothing did."""
    found = {
        line_id: Counted(line_id, **{name: int(values.get(name_of(number, name)) or 0) for name in CONDITIONS})
        for number, line_id, _ in _left(filed)
    }
    return {line_id: each for line_id, each in found.items() if each.pieces}


def name_of(number: int, condition: str) -> str:
    """Names the field for the pieces of the return's line of that number that came so."""
    return f"{condition}_{number}"


def _left(filed: Filed) -> Iterator[tuple[int, str, int]]:
    """Lists the lines of which something is still expected: their number, id and pieces."""
    for number, line in enumerate(filed.record.lines[:LINES]):
        before = filed.counts.get(line.line_id)
        left = line.quantity - (before.pieces if before else 0)
        if left > 0:
            yield number, line.line_id, left


def _is_number(value: str) -> bool:
    return not value.strip() or (value.strip().isdecimal() and len(value.strip()) < 5)


FORM = FormKind("return_received", _draw, "return:receive", _check)
