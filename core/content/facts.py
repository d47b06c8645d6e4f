"""Reads what a payload tells when nobody knows its form: its words, numbers and links, by their names there."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from core.people.addresses import mask

MOST, LONGEST, DEEPEST, LOOKS = 12, 500, 6, 2000
# Names of what only machines read, and of people and places around the content.
_PLUMBING = frozenset(
    (
        *("type", "mid", "from", "sender", "recipient", "chat", "to", "hash", "sha256", "signature", "token"),
        *("timestamp", "date", "mime type", "width", "height", "length", "offset", "file size", "thumbnail", "thumb"),
        *("entities", "currency"),
    )
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ID = re.compile(r"(.* )?(id|ids|uid|token|key)")
_WORDS = (
    *("title", "headline", "question", "name", "text", "subtitle", "description", "body", "caption"),
    *("message", "details"),
)
_LINKS = ("url", "link", "href")
_PERSONAL = re.compile(r"phone|mobile|\btel\b|e-?mail|street|address|zip|postcode|postal")
_LINK = re.compile(r"https?://\S+")
_SECONDS = re.compile(r"[12][0-9]{9}")
_TIME = re.compile(r"(time|timestamp|date|at)$")
_CODE = re.compile(r"\S{80,}")


def facts(payload: Any) -> dict[str, str]:
    """Reads {"title": "Winter sale", "url": "https://…"}: each name once, without sizes and the like, and without ids
    where there is anything else."""
    return _gathered(payload, _without_ids) or _gathered(payload, _all_names)


def told(known: Mapping[str, Any], beside: str = "") -> str:
    """Writes facts as a line: words, then what needs its name, then links. Nothing that `beside` says already; phones,
    e-mails and street addresses are masked."""
    words = [known[name] for name in _WORDS if name in known]
    named = [f"{name}: {_masked(name, each)}" for name, each in known.items() if name not in (*_WORDS, *_LINKS)]
    links = [known[name] for name in _LINKS if name in known]
    listed = [" ".join(str(each).split()) for each in (*words, *named, *links)]
    return ", ".join(dict.fromkeys(each for each in listed if each and each not in beside))


def _gathered(payload: Any, wanted: Callable[[str], bool]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for name, words in _walk(payload, "", DEEPEST, wanted, iter(range(LOOKS))):
        if name in found or len(found) < MOST:
            found.setdefault(name, []).append(words)
    return {name: "; ".join(dict.fromkeys(listed))[:LONGEST] for name, listed in found.items()}


def _all_names(name: str) -> bool:
    return name not in _PLUMBING


def _without_ids(name: str) -> bool:
    return name not in _PLUMBING and not _ID.fullmatch(name)


def _masked(name: str, value: Any) -> str:
    return mask(str(value)) if _PERSONAL.search(name) else str(value)


def _walk(
    value: Any, name: str, depth: int, wanted: Callable[[str], bool], looks: Iterator[int]
) -> Iterator[tuple[str, str]]:
    """Lists names and words, `depth` levels down, until there are no more `looks`."""
    if isinstance(value, (dict, list)):
        pairs = _named(value) if isinstance(value, dict) else ((name, each) for each in value)
        for below, each in pairs if depth else ():
            if next(looks, None) is None:
                return
            if wanted(below):
                yield from _walk(each, below, depth - 1, wanted, looks)
    elif name and (words := _moment(name, value) or _words(value)):
        yield name, words


def _named(value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((_CAMEL.sub(" ", str(key)).replace("_", " ").lower(), each) for key, each in value.items())


def _moment(name: str, value: Any) -> str:
    """Writes a time in seconds since 1970, if it is one: "2026-12-01 10:00 UTC"."""
    seconds = int(value) if type(value) is int or (isinstance(value, str) and _SECONDS.fullmatch(value)) else 0
    if not (_TIME.search(name) and _SECONDS.fullmatch(str(seconds))):
        return ""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def _words(value: Any) -> str:
    """Writes a plain value; "" for what says nothing: false, nothing, a code."""
    if value is True:
        return "yes"
    if isinstance(value, str):
        text = " ".join(value.split())
        return text if _LINK.fullmatch(text) or not _CODE.fullmatch(text) else ""
    return str(value) if isinstance(value, (int, float)) and value is not False else ""
