"""Finds the questions of flows at which customers leave, with the file and line of the step and of its text."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from core.files.documents import Place
from flows import library
from flows.engine.model import Flow
from flows.engine.stepping.asking import question
from insights.findings.certainty import surely
from storage.insight.counting import EVERYTHING, Only, Span
from storage.insight.sources import questions

LEAST = 10  # times that it was asked
QUESTION_LEFT = "question_left"
OURS = library.HERE.parents[1]  # from where files that we ship are named


class Left(msgspec.Struct, frozen=True):
    """Holds a question: how often it was asked, and how often it stayed without an answer. `file` and `line`: where the
    step stands, `text` the key of what it says, "" where the flow or the step is no more."""

    flow: str
    step: str
    asked: int
    left: int
    file: str = ""
    line: int = 0
    text: str = ""

    @property
    def share(self) -> float:
        """Returns the share that was left."""
        return self.left / self.asked


def left_steps(
    conn: Connection,
    span: Span,
    flows: Mapping[str, Flow],
    *,
    only: Only = EVERYTHING,
    least: int = LEAST,
    root: Path | None = None,
) -> list[Left]:
    """Lists the questions that were left on these days, the one that surely is left most first. `flows`: those
    in which steps are looked for; `root`: the folder from which files are named."""
    counted = questions.shares(conn, QUESTION_LEFT, span.first, span.last, only=only)
    found = (_placed(Left(row.topic, row.detail, row.number, int(row.ones)), flows, root) for row in counted)
    return ordered(each for each in found if each.left and each.asked >= least)


def ordered(found: Iterable[Left]) -> list[Left]:
    """Puts questions into order, the worst first."""
    return sorted(found, key=lambda each: (-surely(each.left, each.asked), -each.left, each.flow, each.step))


def _placed(one: Left, flows: Mapping[str, Flow], root: Path | None) -> Left:
    flow = flows.get(one.flow)
    step = flow.steps.get(one.step) if flow else None
    if step is None:
        return one
    return msgspec.structs.replace(one, file=named(step.place, root), line=step.place.line, text=question(step))


def named(place: Place, root: Path | None) -> str:
    """Names a file, from a folder where it is in it; one that we ship, from ours."""
    path = Path(place.file)
    return next((str(path.relative_to(each)) for each in (root, OURS) if each and path.is_relative_to(each)), str(path))
