"""Reads what each number means: one file in `insights/definitions/` for each, named as the number is.

metrics()["first_response_s"].name["en"]   # First response
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec

from core.files.documents import Document, files
from core.files.durations import EXPECTED, duration
from storage.insight.counting import Of

FOLDER = Path(__file__).parents[1] / "definitions"
GROUPS = ("promises", "service", "bot", "people", "satisfaction", "notices", "cost")
ORDERS = "order"  # what is counted of the orders themselves, whenever they came
LANGUAGES = ("en", "zh")

Words = dict[str, str]  # by language
As = Literal["number", "part", "sum", "share", "mean", "wait", "top", "nps", "standing"]
Unit = Literal["count", "share", "seconds", "per_100", "score", "money"]
Carried = Literal["channel", "topic", "agent", "team", "language", "detail"]


class Made(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Says which measures a number is made of, and how.

    `as`: how many there are; which `part` of all, however it is filtered; sum or mean of the values; the share of the
    ones among ones and zeros; how long (median and 90th percentile); of scores the share of 4 and 5, or the percentage
    of 9 and 10 less that of 0 to 6; how many stood open at the end of each day (`older` than that). `per`: for each
    `times` of that measure; `shared` names what both of them carry: what only the first carries does not part the
    second.
    """

    measure: str
    as_: As = msgspec.field(name="as", default="number")
    per: str = ""
    times: int = 1
    shared: tuple[Carried, ...] = ()
    older: str = "0s"

    @property
    def age(self) -> timedelta:
        """Returns how old what is counted must be."""
        return duration(self.older)


class Where(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names the details that alone are counted; of the measure that it is counted per, `per`."""

    detail: str | tuple[str, ...] = ()
    per: str | tuple[str, ...] = ()


class Metric(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Defines a number. `id`: its file's name; `name` and `formula` in all our languages; `place`: its rank in the
    group; `leads`: whether the overview and reports tell it first; `better`: which way it should go; `behind`: which
    rows are shown first; `target`: the usual one."""

    id: str = ""
    group: Literal["promises", "service", "bot", "people", "satisfaction", "notices", "cost"]
    place: int = 50
    leads: bool = False
    name: Words
    formula: Words
    unit: Unit
    clock: Literal["calendar", "business", "both", "none"] = "none"
    better: Literal["less", "more", "neither"] = "neither"
    of: Made
    where: Where = Where()
    behind: Literal["all", "ones", "zeros", "longest"] = "all"
    target: float | None = None

    @property
    def counts(self) -> Of:
        """Returns the measures that it is made of."""
        return Of(self.of.measure, _each(self.where.detail))

    @property
    def per(self) -> Of | None:
        """Returns the measures that it is counted per; None where it is not."""
        return Of(self.of.per, _each(self.where.per)) if self.of.per else None


def _each(words: str | tuple[str, ...]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else words


@cache
def metrics() -> Mapping[str, Metric]:
    """Returns all numbers by name, in the order of their groups. Raises ConfigurationError."""
    known = sorted(map(read, files(FOLDER)), key=lambda each: (GROUPS.index(each.group), each.place, each.id))
    return MappingProxyType({each.id: each for each in known})


def read(path: Path) -> Metric:
    """Reads the definition of one number. Raises ConfigurationError."""
    document = Document(path)
    metric = document.read(Metric)
    for field, words in (("name", metric.name), ("formula", metric.formula)):
        if set(words) != set(LANGUAGES):
            raise document.fault(f"expected words in {' and '.join(LANGUAGES)}", field)
    try:
        _ = metric.of.age
    except ValueError:
        raise document.fault(f"expected {EXPECTED}", "of", "older") from None
    return msgspec.structs.replace(metric, id=path.stem)
