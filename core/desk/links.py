"""Writes links to threads, and times, into the desk's answers, free of its own forms: the desk's adapter makes them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from core.desk.workspaces import ACCOUNT

_LINK = re.compile(rf"\[(#\d{{1,9}})\]\(thread:({ACCOUNT}[A-Z0-9]{{1,32}})/(\d{{1,20}}\.\d{{1,10}})\)")
_TIME = re.compile(r"\[(\d\d [A-Z][a-z]{2} \d\d:\d\d UTC)\]\(time:(\d{1,11})\)")


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


def moment(at: datetime) -> str:
    """Writes a time that every reader sees in their own zone: `[01 Dec 10:00 UTC](time:1796119200)`."""
    return f"[{at.astimezone(UTC):%d %b %H:%M} UTC](time:{int(at.timestamp())})"


def resolve_times(text: str, write: Callable[[datetime], str]) -> str:
    """Replaces the times in a text by what `write` makes of each."""
    return _TIME.sub(lambda found: write(datetime.fromtimestamp(int(found[2]), UTC)), text)


def without_links(text: str) -> str:
    """Leaves of each link, and time, its label."""
    return _TIME.sub(r"\1", resolve(text, lambda label, _place, _thread: label))
