"""Finds the texts of ours that customers misread most, with the file and line to change.

What that is says `insights.measuring.heard`. Texts are compared by how often it surely is so: one that was read three
times proves little.

    texts(conn, span, responses)
    # [Misread("utter_ask_reason", "en", "returns", said=120, misread=31, file="…/returns/en.yaml", line=14)]
"""

from collections.abc import Iterable
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from flows.language.responses import Responses
from insights.findings.certainty import surely
from insights.findings.leaving import named
from insights.measuring.kinds.texts import TEXT_MISREAD
from storage.insight.counting import EVERYTHING, Only, Span
from storage.insight.sources import questions

LEAST = 10  # times that a text was said


class Misread(msgspec.Struct, frozen=True):
    """Holds a text by its key, how often it was said, and how often it was misread. `file` and `line` say where it
    stands, "" and 0 for one that is no more."""

    text: str
    language: str
    flow: str
    said: int
    misread: int
    file: str = ""
    line: int = 0

    @property
    def share(self) -> float:
        """Returns the share of times that it was misread."""
        return self.misread / self.said


def texts(
    conn: Connection,
    span: Span,
    responses: Responses,
    *,
    only: Only = EVERYTHING,
    least: int = LEAST,
    root: Path | None = None,
) -> list[Misread]:
    """Lists texts that were misread on these days, the one that surely is misread most first. `root`: the folder from
    which files are named."""
    counted: dict[tuple[str, str], Misread] = {}
    rows = questions.shares(
        conn, TEXT_MISREAD, span.first, span.last, "language", only=only
    )  # by flow: one may say another's
    for row in rows:
        key = row.detail, row.language or "en"
        known = counted.get(key, Misread(*key, row.topic, 0, 0))
        numbers = {"said": known.said + row.number, "misread": known.misread + int(row.ones)}
        counted[key] = msgspec.structs.replace(known, **numbers)
    bad = (each for each in counted.values() if each.misread and each.said >= least)
    return ordered(_placed(each, responses, root) for each in bad)


def ordered(found: Iterable[Misread]) -> list[Misread]:
    """Puts texts into order, the worst first."""
    return sorted(found, key=lambda each: (-surely(each.misread, each.said), -each.misread, each.text, each.language))


def _placed(one: Misread, responses: Responses, root: Path | None) -> Misread:
    response = responses.find(one.text, one.language)
    if response is None:
        return one
    place = response.place
    return msgspec.structs.replace(one, file=named(place, root), line=place.line)
