"""Tells what agents do at the running desk: a file for each subject, its stories found by being there.

A story names what it presses: a button by its id, and `shortcut: id`, `home: id`, `/desk word`. To the id of a form
belongs that it is opened, searched and drawn anew where it can be, refused once where it may be, and submitted.
"""

import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

from hub.desk.form import FormKind
from hub.desk.forms import FORMS
from tests.journeys.presses.team import Team

Tell = Callable[[Team], None]


class Story(NamedTuple):
    """Holds a story with what it presses."""

    tell: Tell
    presses: tuple[str, ...]

    @property
    def name(self) -> str:
        """Returns its name, by which a single one is run (`pytest -k`)."""
        return f"{self.tell.__module__.rpartition('.')[2]}: {self.tell.__name__.replace('_', ' ')}"

    def missed(self, used: set[str]) -> set[str]:
        """Lists what it says that it presses, and did not; of a form, what was not done to it."""
        wanted = set(self.presses)
        for id_ in {each.removeprefix("shortcut: ") for each in self.presses} & set(FORMS):
            wanted |= {f"{id_}: opened", f"{id_}: submitted"}
            wanted |= {f"{id_}: refused"} if FORMS[id_].check is not _NO_CHECK else set()
            wanted |= {each.replace("can be ", "") for each in used if each.startswith(f"{id_}: can be")}
        return wanted - used


def presses(*used: str) -> Callable[[Tell], Tell]:
    """Declares a story, and what it presses."""

    def declared(tell: Tell) -> Tell:
        _STORIES.append(Story(tell, used))
        return tell

    return declared


def stories() -> list[Story]:
    """Finds all stories."""
    for each in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{each.name}")
    return _STORIES


_NO_CHECK = FormKind.__dataclass_fields__["check"].default
_STORIES: list[Story] = []
