"""Reads what the bot says from its own files: a text may change without a journey breaking."""

import re
from functools import cache
from typing import Any

from bots.wiring.store.folder import load_folder
from flows.engine.flowset import FlowSet
from flows.language.responses import Variation
from tests.journeys.system import ROOT


class _Nothing(dict[str, Any]):
    """Holds no slot: whatever is asked of it is nothing too."""

    def __missing__(self, _name: str) -> "_Nothing":
        return _Nothing()


# What conditions of responses ask of a conversation in which nothing has happened yet.
_NOTHING_YET: dict[str, Any] = {
    "slots": _Nothing(opening=""),
    "dialog": {"channel": "", "again": False},
}
ON_TELEGRAM = {"channel": "telegram", "again": False}  # the dialog
_CONDITION = re.compile(r"\{% if ((?:(?!\{% if ).)*?)\{% endif %\}", re.DOTALL)  # an innermost one
_NO_CONSTANT = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\n")


def said(key: str, locale: str = "en", **values: Any) -> str:
    """Fills in the text of a response; `values` stand in its placeholders and conditions: `item`, `slots`, `agent`."""
    return _flows().say(key, locale, **{**_NOTHING_YET, **values}).strip()


def constant(key: str, locale: str = "en", **values: Any) -> str:
    """Finds the longest piece of a response that is the same whatever its placeholders hold, within one line.

    Of conditions it takes what is said where none of them holds. `order_paid`: "is paid and we're getting it ready."
    """
    source, found = _wording(key, locale, values).text.source, 1
    while found:
        source, found = _CONDITION.subn(_otherwise, source)
    piece = max((piece.strip() for piece in _NO_CONSTANT.split(source)), key=len)
    assert piece, f"nothing of {key} is always said"
    return piece


def _otherwise(condition: re.Match[str]) -> str:
    """Returns what is said where the condition does not hold."""
    return "\n" + condition[1].partition("{% else %}")[2]


def choice(key: str, name: str, locale: str = "en") -> str:
    """Reads the title of a choice below a response."""
    wording = _wording(key, locale, {})
    return wording.choices[name].title({})


def request(key: str, locale: str = "en", **values: Any) -> str:
    """Reads the title of the button that asks for a contact or a place."""
    title = _wording(key, locale, values).request_title
    assert title, f"{key} asks for nothing"
    return title({})


def a_parcel(carrier: str) -> dict[str, Any]:
    """Makes a parcel with nothing known but its carrier, as an `item`."""
    return _Nothing(carrier=carrier)


def an_order(number: str) -> dict[str, Any]:
    """Makes an order without parcels and without a promised day, as an `item`."""
    return _Nothing(order_number=number, parcels=())


def _wording(key: str, locale: str, values: dict[str, Any]) -> Variation:
    responses = _flows().responses
    return responses.wording(key, locale, responses.reader({**_NOTHING_YET, **values}, locale).scope)


@cache
def _flows() -> FlowSet:
    return load_folder(ROOT / "config" / "store").flows
