"""Reads what agents send with one press (`saved_replies.yaml`): texts with values, and what they do to the case."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from core.desk.ready_texts import TEXT_MAX, ReadyText
from core.files.documents import Document
from core.files.near import one_of
from core.people.conversations import Priority

FILE = "saved_replies.yaml"
VARIABLES = (
    *("customer.name", "customer.first_name", "agent.first_name", "order.number", "order.total", "order.status"),
    *("parcel.carrier", "parcel.tracking_number", "parcel.tracking_url", "parcel.eta", "refund.amount", "shop.name"),
)
Id = Annotated[str, Meta(pattern="^[a-z0-9_-]{1,64}$")]
Language = Annotated[str, Meta(pattern="^[a-z]{2,3}(-[A-Za-z]{2,4})?$")]
Said = Annotated[str, Meta(min_length=1, max_length=TEXT_MAX)]
_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_BRACES = ("{{", "}}", "{%", "%}", "{#")


class Then(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Says what becomes of the case when the reply has gone out; what it leaves out stays."""

    state: Literal["waiting", "resolved"] | None = None
    priority: Priority | None = None
    team: str | None = None
    tags: tuple[Id, ...] = ()


class SavedReply(ReadyText, frozen=True, forbid_unknown_fields=True):
    """Holds a reply: its title and text in each language, and for whose cases it is (no `teams`: everybody's)."""

    id: Id
    title: Annotated[dict[Language, Said], Meta(min_length=1)]
    text: Annotated[dict[Language, Said], Meta(min_length=1)]
    tags: tuple[Id, ...] = ()
    teams: tuple[str, ...] = ()
    then: Then = Then()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    replies: tuple[SavedReply, ...] = ()


def load_saved_replies(paths: Iterable[Path], teams: Collection[str] | None = None) -> tuple[SavedReply, ...]:
    """Reads the files, of which a later one adds to the earlier, and replaces replies by id.

    `teams` are those that there are (None: not looked at). Raises ConfigurationError with file, line and nearest name.
    """
    found: dict[str, SavedReply] = {}
    for path in paths:
        document = Document(path)
        own: dict[str, SavedReply] = {}
        for number, reply in enumerate(document.read(_File).replies):
            if reply.id in own:
                words = f"there is a reply {reply.id!r} already; expected another"
                raise document.fault(words, "replies", number, "id")
            _check(document, reply, teams, number)
            own[reply.id] = reply
        found |= own
    return tuple(found.values())


def filled(text: str, values: Mapping[str, str]) -> str:
    """Fills in the values; a placeholder without one stays as it stands."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1]) or found[0], text)


def missing(text: str) -> tuple[str, ...]:
    """Lists the values that a text still waits for, in their order."""
    return tuple(dict.fromkeys(name for name in _PLACEHOLDER.findall(text) if name in VARIABLES))


def _check(document: Document, reply: SavedReply, teams: Collection[str] | None, number: int) -> None:
    for steps, message in (*_misspelt(reply), *(_misrouted(reply, teams) if teams is not None else ())):
        raise document.fault(message, "replies", number, *steps)


def _misspelt(reply: SavedReply) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for language, text in reply.text.items():
        for name in _PLACEHOLDER.findall(text):
            if name not in VARIABLES:
                yield ("text", language), f"there is no value {name!r}; {one_of(name, VARIABLES)}"
        if any(brace in _PLACEHOLDER.sub("", text) for brace in _BRACES):
            yield ("text", language), "only values stand in braces, like {{ order.number }}"


def _misrouted(reply: SavedReply, teams: Collection[str]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for place, team in enumerate(reply.teams):
        if team not in teams:
            yield ("teams", place), _no_team(team, teams)
    if reply.then.team and reply.then.team not in teams:
        yield ("then", "team"), _no_team(reply.then.team, teams)


def _no_team(team: str, teams: Collection[str]) -> str:
    return f"there is no team {team!r} in routing.yaml; {one_of(team, teams)}"
