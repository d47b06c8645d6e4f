"""Holds what findings are made of, as it is read from the rows."""

from typing import NamedTuple


class Topic(NamedTuple):
    """Counts the contacts about something, and those that the bot did not settle for good: people were needed, or the
    customer came back."""

    topic: str
    contacts: int
    unsettled: int
    before: float | None  # their share before


class Group(NamedTuple):
    """Holds questions that nobody understood and that are like each other."""

    example: str
    times: int
    conversations: int
    language: str
    intent: str = ""  # the nearest that is known


class Text(NamedTuple):
    """Counts how often a text of the bot's was said, and how often what followed shows that it was misunderstood."""

    key: str
    locale: str
    flow: str
    said: int
    misread: int
    file: str = ""
    line: int = 0


class Step(NamedTuple):
    """Counts how often a question was asked, and not answered."""

    flow: str
    step: str
    asked: int
    left: int
    file: str = ""
    line: int = 0


class Lane(NamedTuple):
    """Counts the parcels of a carrier to a place, those that were late, and by how many days half of these were."""

    carrier: str
    place: str
    parcels: int
    late: int
    days: float


class Returned(NamedTuple):
    """Counts the returns of a product for one reason, and those for any; `sold`: how many were."""

    product: str
    title: str
    reason: str
    times: int
    returns: int
    sold: int = 0


class Material(NamedTuple):
    """Holds all of it."""

    topics: tuple[Topic, ...] = ()
    groups: tuple[Group, ...] = ()
    texts: tuple[Text, ...] = ()
    steps: tuple[Step, ...] = ()
    lanes: tuple[Lane, ...] = ()
    returned: tuple[Returned, ...] = ()
