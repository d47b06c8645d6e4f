"""Keeps what was said of each item that is sent back: how many pieces, and why."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flows.engine.session import Offered
from flows.library.returns.offers import FAULTS
from flows.understanding.normalise import clean
from flows.understanding.values.counts import count as how_many
from flows.understanding.values.recogniser import mentioned

DIFFER = "differ"  # the reason that says that each item has its own
_NEEDS = ("quantity", "reason")
_BETWEEN = re.compile(r"[,;、，；。.&+]|\band\b|[和跟与與]")
_TIMES = re.compile(r"#?(\d{1,2})\s?[x×*]\s?(\d{1,3})")
Line = Mapping[str, Any]  # a line that is open: {value, title, variant, quantity, …}


class Common(NamedTuple):
    """Holds what was said of the chosen items together: how many of the only one, why; and how many of each that was
    named with a number."""

    quantity: int | None = None
    reason: str | None = None
    by_line: Mapping[str, int] = {}
    for_all: bool = False  # the reason, whenever an item was added


def next_of(
    lines: Sequence[Line], items: Sequence[str], answers: Mapping[str, Mapping[str, Any]], common: Common
) -> dict[str, Any]:
    """Finds what is still to be asked of the chosen lines: {needs: quantity | reason | none, line, answers, faults}.

    The common reason is that of the items that were there when it was asked: one that is added later has its own.
    """
    known = {line["value"]: line for line in lines}
    asked = [known[item] for item in items if item in known]
    told = {line["value"]: dict(answers.get(line["value"], {})) for line in asked}
    is_first = not any("reason" in own for own in told.values())
    for line in asked:
        own = told[line["value"]]
        count = _count(line, common, len(asked))
        if count:
            own.setdefault("quantity", count)
        if (is_first or common.for_all) and common.reason and common.reason != DIFFER:
            own["reason"] = common.reason
    for line in asked:
        for need in _NEEDS:
            if need not in told[line["value"]]:
                return {"needs": need, "line": line, "answers": told, "faults": False}
    faults = any(own["reason"] in FAULTS for own in told.values())
    return {"needs": "none", "line": None, "answers": told, "faults": faults}


def noted(
    answers: Mapping[str, Mapping[str, Any]], line: Line, quantity: int | None, reason: str | None
) -> dict[str, Any]:
    """Adds to what was said of a line."""
    added = {"quantity": quantity, "reason": reason}
    own = {**answers.get(line["value"], {}), **{name: value for name, value in added.items() if value}}
    return {**answers, line["value"]: own}


def quantities(texts: Sequence[str], lines: Sequence[Line]) -> dict[str, int]:
    """Reads how many of which lines a customer wants, by the line's id; the first text that says it counts. A number
    that is no possible quantity of its line is another thing: a size, a price."""
    offered = [Offered("", line["value"], line["title"], str(line.get("variant") or "")) for line in lines]
    found: dict[str, int] = {}
    for piece in (piece for text in texts for piece in _BETWEEN.split(clean(text).casefold())):
        times = _TIMES.fullmatch(piece.strip())
        if times:
            place, count = int(times[1]) - 1, int(times[2])
            line = lines[place] if 0 <= place < len(lines) else None
        else:
            named = [choice.value for choice in mentioned(piece, offered)]
            line = next((each for each in lines if [each["value"]] == named), None)
            count = how_many(_without_name(piece, line)) or 0 if line else 0
        if line is not None and 1 <= count <= line["quantity"]:
            found.setdefault(line["value"], count)
    return found


def _without_name(piece: str, line: Line) -> str:
    """Leaves the numbers out that belong to an item's name: a size, a model."""
    own = re.findall(r"\d+", f"{line['title']} {line.get('variant') or ''}")
    return re.sub(rf"(?<!\d)(?:{'|'.join(own)})(?!\d)", " ", piece) if own else piece


def _count(line: Line, common: Common, chosen: int) -> int | None:
    if line["quantity"] == 1:
        return 1
    if common.quantity and chosen == 1:
        return min(common.quantity, int(line["quantity"]))
    return common.by_line.get(line["value"])
