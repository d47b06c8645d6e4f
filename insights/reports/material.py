"""Holds what findings are made of, as it is read from the rows: of each matter the worst first."""

from typing import NamedTuple

from insights.findings.lanes import Lane
from insights.findings.leaving import Left
from insights.findings.returned import Returned
from insights.questions.misread import Misread
from insights.questions.unmatched import Asked


class Topic(NamedTuple):
    """Counts the contacts about something, and those that the bot did not settle for good: people were needed, or the
    customer came back."""

    topic: str
    contacts: int
    unsettled: int
    before: float | None  # their share before


class Material(NamedTuple):
    """Holds all of it."""

    topics: tuple[Topic, ...] = ()
    questions: tuple[Asked, ...] = ()
    texts: tuple[Misread, ...] = ()
    steps: tuple[Left, ...] = ()
    lanes: tuple[Lane, ...] = ()
    returned: tuple[Returned, ...] = ()
