"""Finds the texts of ours that customers misread most, with the file and line to change.

A text was misread where what the customer wrote next was not understood, was no answer to its question, asked for it
again, or for a person. Texts are compared by how often that surely is so: one that was read three times proves little.

    texts(conn, span, responses)
    # [Misread("utter_ask_reason", "en", "returns", answered=120, misread=31, file="…/returns/en.yaml", line=14)]
"""

import math
from collections.abc import Iterable
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from flows.language.responses import Responses
from insights.measuring.heard import TEXT_MISREAD
from storage.insight import questions
from storage.insight.measures import Span

LEAST = 10  # times that a text was answered
_SURE = 1.64  # of ten such texts nine are misread at least so often


class Misread(msgspec.Struct, frozen=True):
    """Holds a text by its key, how often customers wrote after it, and how often they had misread it. `file` and `line`
    say where it stands, "" and 0 for one that is no more."""

    text: str
    language: str
    flow: str
    answered: int
    misread: int
    file: str = ""
    line: int = 0

    @property
    def share(self) -> float:
        """Returns the share of answers that show that it was misread."""
        return self.misread / self.answered

    @property
    def surely(self) -> float:
        """Returns the share that is sure: the lower end of Wilson's interval."""
        n, squared = self.answered, _SURE**2
        spread = _SURE * math.sqrt(self.share * (1 - self.share) / n + squared / (4 * n * n))
        return max(0.0, (self.share + squared / (2 * n) - spread) / (1 + squared / n))


def texts(
    conn: Connection, span: Span, responses: Responses, *, least: int = LEAST, root: Path | None = None
) -> list[Misread]:
    """Lists texts that were misread on these days, the one that surely is misread most first. `root`: the folder from
    which files are named."""
    found = (
        _placed(Misread(row.text, row.language or "en", row.flow, row.answered, int(row.misread)), responses, root)
        for row in questions.read_as(conn, TEXT_MISREAD, span.first, span.last)
        if row.answered >= least and row.misread
    )
    return ordered(found)


def ordered(found: Iterable[Misread]) -> list[Misread]:
    """Puts texts into order, the worst first."""
    return sorted(found, key=lambda each: (-each.surely, -each.misread, each.text, each.language))


def _placed(one: Misread, responses: Responses, root: Path | None) -> Misread:
    response = responses.find(one.text, one.language)
    if response is None:
        return one
    path = Path(response.place.file)
    inside = root is not None and path.is_relative_to(root)
    return msgspec.structs.replace(
        one, file=str(path.relative_to(root) if inside and root else path), line=response.place.line
    )
