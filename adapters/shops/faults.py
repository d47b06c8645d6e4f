"""Describes a failed validation by a JSON path and a sentence that says what is expected; values are never repeated."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

Detail = Mapping[str, Any]


def faults(error: ValidationError, prefix: str = "") -> list[tuple[str, str]]:
    """Lists path (like `.data.order.lines[0].quantity`, below `prefix`) and sentence of each fault."""
    details = error.errors(include_url=False, include_input=False)
    return [(prefix + json_path(detail["loc"]), _sentence(detail)) for detail in details]


def json_path(steps: Sequence[str | int]) -> str:
    """Writes `("lines", 0, "quantity")` as `.lines[0].quantity`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def _sentence(detail: Detail) -> str:
    told = _SENTENCES.get(detail["type"])
    return told(detail.get("ctx", {})) if told else str(detail["msg"])


def _always(sentence: str) -> Callable[[Detail], str]:
    return lambda _: sentence


_SENTENCES: dict[str, Callable[[Detail], str]] = {
    "missing": _always("this field is required"),
    "string_type": _always("expected text"),
    "string_too_short": lambda ctx: f"expected at least {ctx['min_length']} character(s)",
    "string_too_long": lambda ctx: f"expected at most {ctx['max_length']} characters",
    "int_type": _always("expected a whole number, without quotes"),
    "int_parsing": _always("expected a whole number"),
    "int_from_float": _always("expected a whole number"),
    "greater_than_equal": lambda ctx: f"expected {ctx['ge']} or more",
    "less_than_equal": lambda ctx: f"expected {ctx['le']} or less",
    "bool_type": _always("expected true or false"),
    "bool_parsing": _always("expected true or false"),
    "enum": lambda ctx: f"expected one of {ctx['expected']}",
    "literal_error": lambda ctx: f"expected {ctx['expected']}",
    "list_type": _always("expected an array"),
    "tuple_type": _always("expected an array"),
    "dict_type": _always("expected an object"),
    "model_type": _always("expected an object"),
    "too_long": lambda ctx: f"expected at most {ctx['max_length']} items",
    "too_short": lambda ctx: f"expected at least {ctx['min_length']} item(s)",
}
