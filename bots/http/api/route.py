"""Defines one of the store's own calls: what it takes, what it answers, who may call, and how that is written down.

The OpenAPI document (`document`) is made of these routes and of the types they name, and of nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import msgspec
from flask import Response

from adapters.shops import events
from bots.http.answers import as_json
from bots.http.webhooks import View
from bots.wiring.intake import Intake
from core.errors import SignatureInvalid
from core.files.near import hint
from core.ports.webhooks import RawRequest

PREFIX = "/api/v1/"
MOST = 200  # items of a page
COMPONENT = "#/components/schemas/{model}"  # how the document names a schema
T = TypeVar("T")

Schema = dict[str, Any]
Keep = Callable[[Sequence[Any], str], list[bool] | None]


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong with a request, and where: a JSON path in the body, or the name of a parameter."""

    path: str
    error: str


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request came to nothing. `path` and `errors`: what to mend, the first and all of it."""

    error: str
    path: str = ""
    errors: tuple[Fault, ...] = ()


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A page of a list, newest first; `next` is the cursor of the page that follows, null on the last."""

    items: list[T]
    next: str | None


class RefusedError(Exception):
    """Raised by an answer: the status, and what is said."""

    def __init__(self, status: int, refusal: Refusal) -> None:
        super().__init__(refusal.error)
        self.status = status
        self.refusal = refusal


@dataclass(frozen=True)
class Parameter:
    """A parameter in the query, or in the path where the path names it."""

    name: str
    says: str
    schema: Schema = field(default_factory=lambda: {"type": "string"})
    is_required: bool = False


CURSOR = Parameter("cursor", "Where the page before ended: its `next`.")
LIMIT = Parameter("limit", "How many at most.", {"type": "integer", "minimum": 1, "maximum": MOST, "default": 50})


class Asked:
    """Holds a verified request to a route, as far as parameters go."""

    def __init__(self, route: "Route", raw: RawRequest) -> None:
        self._query = raw.query
        # What stands for the variable part of the path. NUL, which no database keeps, is none.
        self.rest = urlsplit(raw.url).path.partition(route.fixed)[2].replace("\0", "")
        known = [each.name for each in route.parameters]
        for name in raw.query:
            if name not in known:
                raise wrong(name, f"there is no parameter {name!r}{hint(name, known)}")

    def word(self, name: str) -> str:
        """Reads a parameter; "" where it is not given. Raises RefusedError for one of which nothing can be read."""
        given = self._query.get(name, "")
        found = given.replace("\0", "").strip()
        if given and not found:
            raise wrong(name, f"{name} has nothing that can be read; write something, or leave it out")
        return found

    def needed(self, name: str, example: str) -> str:
        """Reads a parameter that has to be there. Raises RefusedError."""
        found = self.word(name)
        if not found:
            raise wrong(name, f"{name} is missing, like {example}")
        return found

    @property
    def limit(self) -> int:
        """Reads how many items a page has. Raises RefusedError."""
        text = self.word("limit") or str(LIMIT.schema["default"])
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        if not 1 <= number <= MOST:
            raise wrong("limit", f"expected a whole number from 1 to {MOST}")
        return number


@dataclass(frozen=True)
class Route:
    """One call. `path` as OpenAPI writes it; `returns` is the type of its answer with `status`.

    Either `answer` makes the value (for verified requests that only read), or `view` does it all.
    """

    method: str
    path: str
    summary: str
    returns: Any
    status: int = 200
    parameters: tuple[Parameter, ...] = ()
    refusals: Mapping[int, str] = field(default_factory=dict)
    answer: Callable[[Intake, Asked], Any] | None = None
    view: Callable[[Intake, Keep], View] | None = None
    body: Callable[[], tuple[Schema, Schema]] | None = None  # (its schema, the schemas that it names)
    examples: Callable[[], Mapping[str, Any]] | None = None  # of the body
    is_open: bool = False  # to everybody, without a key

    @property
    def fixed(self) -> str:
        """Returns the path up to its variable part."""
        return self.path.partition("{")[0]

    @property
    def rule(self) -> str:
        """Returns the path as Flask writes it; a variable part may hold anything."""
        return self.path.replace("{", "<path:").replace("}", ">")

    def viewed(self, intake: Intake, keep: Keep) -> View:
        """Makes the view of one installation."""
        if self.view is not None:
            return self.view(intake, keep)
        return lambda raw: self._read(intake, raw)

    def _read(self, intake: Intake, raw: RawRequest) -> Response:
        try:
            events.verify(raw, *intake.store_secrets(), intake.now())
        except SignatureInvalid as error:
            return as_json(401, Refusal(str(error)))
        try:
            answered = self.answer(intake, Asked(self, raw)) if self.answer else None
        except RefusedError as error:
            return as_json(error.status, error.refusal)
        return as_json(self.status, answered)


def wrong(name: str, words: str, status: int = 400) -> RefusedError:
    """Makes the refusal of a parameter, or of a field of the body."""
    return RefusedError(status, Refusal(words, f"$.{name}", (Fault(f"$.{name}", words),)))


def missing(words: str) -> RefusedError:
    """Makes the refusal of what is not there."""
    return RefusedError(404, Refusal(words))
