"""Writes links to threads of the desk into its answers, free of the desk's own addresses: its adapter makes them."""

import re
from collections.abc import Callable

from core.desk.workspaces import ACCOUNT

_LINK = re.compile(rf"\[(#\d{{1,9}})\]\(thread:({ACCOUNT}[A-Z0-9]{{1,32}})/(\d{{1,20}}\.\d{{1,10}})\)")


def thread_link(number: int, place: str, thread: str) -> str:
    """Writes a case's number as a link to its thread; of one without a thread the number alone."""
    link = f"[#{number}](thread:{place}/{thread})"
    return link if _LINK.fullmatch(link) else f"#{number}"


def has_links(text: str) -> bool:
    """Tells whether links stand in a text."""
    return bool(_LINK.search(text))


def resolve(text: str, write: Callable[[str, str, str], str]) -> str:
    """Replaces the links in a text by what `write(label, place, thread)` makes of each."""
    return _LINK.sub(lambda found: write(found[1], found[2], found[3]), text)


def without_links(text: str) -> str:
    """Leaves of each link its label."""
    return resolve(text, lambda label, _place, _thread: label)
