"""Keeps what was said of each item that is sent back: how many pieces, and why."""

from collections.abc import Mapping, Sequence
from typing import Any

from flows.library.returns.offers import FAULTS

DIFFER = "differ"  # the reason that says that each item has its own
_NEEDS = ("quantity", "reason")
Line = Mapping[str, Any]  # a line that is open: {value, quantity, …}


def next_of(
    lines: Sequence[Line],
    items: Sequence[str],
    answers: Mapping[str, Mapping[str, Any]],
    quantity: int | None,
    reason: str | None,
) -> dict[str, Any]:
    """Finds what is still to be asked of the chosen lines: {needs: quantity | reason | none, line, answers, faults}."""
    known = {line["value"]: line for line in lines}
    asked = [known[item] for item in items if item in known]
    told = {line["value"]: dict(answers.get(line["value"], {})) for line in asked}
    for line in asked:
        own = told[line["value"]]
        if line["quantity"] == 1 or (quantity and len(asked) == 1):
            own["quantity"] = min(quantity or 1, line["quantity"])
        if reason and reason != DIFFER:
            own.setdefault("reason", reason)
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
