"""Describes a page, and finds all there are.

A page is a module of `pages/` with `PAGES`, texts in `texts/<page>.yaml` and a template:

    def view(house: House, asked: Asked) -> str: return asked.render("questions.html", rows=…)
    PAGES = (Page("/questions", view, nav="questions"),)
"""

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from flask import Response

from insights.dashboard import pages

NAV = (
    "overview",
    "numbers",
    "conversations",
    "trace",
    "questions",
    "flows",
    "people",
    "notices",
    "promises",
    "carriers",
    "returns",
    "costs",
    "reports",
    "improvements",
)  # in this order; whatever else has a place comes after

View = Callable[..., Response | str]  # of House, Asked and the variable parts of the rule by their names


@dataclass(frozen=True)
class Page:
    """One page. `rule`: its path under /dashboard, as Flask writes it; `nav`: its place in the navigation, which is
    also the file of its texts (`<nav>.title` is its name); none where others lead to it. A POST is proved to be ours
    before the view is called.
    """

    rule: str
    view: View
    nav: str | None = None
    methods: tuple[str, ...] = ("GET",)

    @property
    def place(self) -> tuple[int, str]:
        """Returns where it stands in the navigation."""
        nav = self.nav or ""
        return (NAV.index(nav) if nav in NAV else len(NAV), nav)


def found() -> list[Page]:
    """Lists all pages, in the order of the navigation."""
    return sorted(_found(), key=lambda page: (*page.place, page.rule))


def _found() -> Iterator[Page]:
    for module in pkgutil.iter_modules(pages.__path__):
        yield from import_module(f"{pages.__name__}.{module.name}").PAGES
