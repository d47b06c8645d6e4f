"""Answers `/desk …` from rows, and changes nothing: a file for each word, found by being there.

A worker does so, and so does the web or socket process, at once, where it knows the users. What changes something is in
`hub.desk.deeds`; what other rooms answer is handed over (`hub.desk.extras`).
"""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from core.desk.events import Command
from core.desk.permissions import Permission
from hub.desk import wording
from hub.desk.agents import refusal
from hub.desk.asked import Answer, Asked


def answer(asked: Asked) -> str:
    """Returns the answer to a command. Raises what `asked.users` raises."""
    word = first_word(asked.command)
    if refused := refusal(asked.users(asked.command.user), asked.agents, NEEDS.get(word, "case:read"), asked.users):
        return refused
    found = WORDS.get(word)
    return found(asked) if found else wording.HELP


def is_later(command: Command) -> bool:
    """Tells whether a worker answers: it changes something, or other rooms know the answer."""
    return first_word(command) in LATER


def first_word(command: Command) -> str:
    """Returns the word that says what is asked for."""
    return next(iter(command.text.lower().split()), "")


_FILES = {each.name: import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)}
WORDS: Mapping[str, Answer] = MappingProxyType({name: file.answer for name, file in _FILES.items()})
# What a word needs beyond the least, as its file says.
NEEDS: Mapping[str, Permission] = MappingProxyType(
    {name: file.NEEDS for name, file in _FILES.items() if hasattr(file, "NEEDS")}
)
# Named without importing them: they load what decides, which the web process does without.
_DEEDS = Path(__file__).parents[1] / "deeds"
LATER = frozenset(each.name for each in pkgutil.iter_modules([str(_DEEDS)])) | {"campaign"}
