"""Answers `/desk …` from rows, and changes nothing: a file for each word, found by being there.

A worker does so, and so does the web or socket process, at once, where it knows the users. What changes something is in
`hub.desk.deeds`; what other rooms answer is handed over (`hub.desk.extras`).
"""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from core.cases.desk import Command
from hub.desk import wording
from hub.desk.agents import refusal
from hub.desk.asked import Answer, Asked


def answer(asked: Asked) -> str:
    """Returns the answer to a command. Raises what `asked.users` raises."""
    if refused := refusal(asked.users(asked.command.user), asked.agents, "case:read", asked.users):
        return refused
    found = WORDS.get(first_word(asked.command))
    return found(asked) if found else wording.HELP


def is_later(command: Command) -> bool:
    """Tells whether a worker answers: it changes something, or other rooms know the answer."""
    return first_word(command) in LATER


def first_word(command: Command) -> str:
    """Returns the word that says what is asked for."""
    return next(iter(command.text.lower().split()), "")


def _found() -> Mapping[str, Answer]:
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    return MappingProxyType({name: import_module(f"{__name__}.{name}").answer for name in names})


WORDS = _found()
# Named without importing them: they load what decides, which the web process does without.
_DEEDS = Path(__file__).parents[1] / "deeds"
LATER = frozenset(each.name for each in pkgutil.iter_modules([str(_DEEDS)])) | {"campaign"}
