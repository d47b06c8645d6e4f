"""Reads a vCard (RFC 6350, and its elders 2.1 and 3.0) as the cards of `core.content.cards`."""

import quopri
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from core.content.cards import Entry, card, entries, entry

LONGEST, MOST = 1_000_000, 50  # characters (photos may stand between them), cards
_FOLDED = re.compile(r"\r?\n[ \t]")
_ESCAPED = re.compile(r"\\([\\,;nN])")
_PARTS = re.compile(r"(?<!\\);")
_NO_TYPES = frozenset(("voice", "pref", "internet", "quoted-printable", "base64"))  # say nothing to people


class _Line(NamedTuple):
    name: str
    types: tuple[str, ...]
    value: str

    @property
    def words(self) -> str:
        """Returns the value in one piece."""
        return _unescaped(self.value)

    @property
    def parts(self) -> list[str]:
        """Returns the parts of a value that has several (N, ADR, ORG)."""
        return [_unescaped(each) for each in _PARTS.split(self.value)]

    @property
    def type(self) -> str:
        """Returns what the entry is for: home, work, cell."""
        return next(iter(self.types), "")


def read_vcards(text: str) -> list[dict[str, Any]]:
    """Reads the cards of a file, none where there are none; one that is cut short as far as it goes."""
    blocks = islice(_blocks(_FOLDED.sub("", text[:LONGEST]).splitlines()), MOST)
    return [made for block in blocks if (made := _card(list(_lines(block))))]


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    block: list[str] | None = None
    for line in lines:
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            block = []
        elif word == "END:VCARD" and block is not None:
            yield block
            block = None
        elif block is not None:
            block.append(line)
    if block:
        yield block


def _card(lines: list[_Line]) -> dict[str, Any]:
    first = {name: next((each for each in lines if each.name == name), None) for name in ("fn", "n", "org", "title")}
    n, org = first["n"], first["org"]
    parts = n.parts if n else []
    spoken = " ".join(filter(None, (*parts[3:4], *parts[1:3], *parts[0:1], *parts[4:5])))
    phones = _listed(lines, "tel")
    found = card(
        (first["fn"].words if first["fn"] else "") or spoken,
        phones[0]["value"] if phones else "",
        own=False,
        phones=phones,
        emails=_listed(lines, "email"),
        addresses=_addresses(lines),
        urls=_listed(lines, "url"),
        organisation=", ".join(filter(None, org.parts)) if org else "",
        title=first["title"].words if first["title"] else "",
        nickname=_word(lines, "nickname"),
        birthday=_word(lines, "bday"),
        note=_word(lines, "note"),
    )
    return found if any(found.values()) else {}


def _word(lines: list[_Line], name: str) -> str:
    return next((each.words for each in lines if each.name == name), "")


def _listed(lines: list[_Line], name: str) -> list[Entry]:
    return entries(entry(each.words.removeprefix("tel:"), each.type) for each in lines if each.name == name)


def _addresses(lines: list[_Line]) -> list[Entry]:
    found = (each for each in lines if each.name == "adr")
    return entries(entry(", ".join(part for part in each.parts if part), each.type) for each in found)


def _lines(block: Iterable[str]) -> Iterator[_Line]:
    """Reads the lines: `item1.TEL;TYPE=CELL,VOICE:+1…` is a tel of type cell."""
    for line in _joined(block):
        head, colon, value = line.partition(":")
        name, *parameters = head.lower().split(";")
        if colon and value.strip():
            said = _decoded(value) if _is_coded(line) else value.strip()
            yield _Line(name.rpartition(".")[2], _types(parameters), said)


def _joined(block: Iterable[str]) -> Iterator[str]:
    """Joins lines that quoted-printable broke."""
    held: list[str] = []
    for line in block:
        if line.endswith("=") and (held or _is_coded(line)):
            held.append(line[:-1])
        else:
            yield "".join((*held, line))
            held = []


def _is_coded(line: str) -> bool:
    return "quoted-printable" in line.partition(":")[0].lower()


def _types(parameters: list[str]) -> tuple[str, ...]:
    """Reads what an entry is for: `TYPE=home,voice`, or (2.1) `HOME` alone."""
    words = (each.removeprefix("type=").strip('"').split(",") for each in parameters)
    named = (word.strip('"') for listed in words for word in listed)
    return tuple(each for each in named if "=" not in each and each not in _NO_TYPES)


def _decoded(value: str) -> str:
    return quopri.decodestring(value.encode()).decode("utf-8", "replace").strip()


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value).strip()
