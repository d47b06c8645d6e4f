"""Counts how service is doing: `GET /api/v1/metrics?from=&to=&by=`."""

from datetime import date, timedelta

import msgspec

from bots.http.api.route import PREFIX, Asked, Parameter, Route, wrong
from bots.wiring.intake import Intake
from bots.wiring.store.policies import load_shop_of
from core.days import AHEAD, EARLIEST, day_of
from core.files.near import one_of
from insights.metrics.report import LONGEST, Numbers, numbers
from storage.insight.counting import BY, Span

WEEK = timedelta(days=6)
DATE = {"type": "string", "format": "date"}


class Metrics(msgspec.Struct, frozen=True):
    """The numbers of some days of the shop, by group; what each means: docs/store/metrics.md."""

    from_: date = msgspec.field(name="from")
    to: date
    by: str
    timezone: str
    items: list[Numbers]  # type: ignore[valid-type]  # made of the definitions


def _counted(intake: Intake, asked: Asked) -> Metrics:
    zone = load_shop_of(intake.settings.store_dir).zone
    today = intake.now().astimezone(zone).date()
    last = _day(asked, "to", today) or today
    first = _day(asked, "from", today) or last - WEEK
    if first > last:
        raise wrong("from", f"{first} is later than {last}")
    if (last - first).days >= LONGEST:
        raise wrong("from", f"{first} to {last} is more than {LONGEST} days")
    by = asked.word("by") or BY[0]
    if by not in BY:
        raise wrong("by", f"{by}: {one_of(by, BY)}")
    with intake.store.read() as conn:
        return Metrics(first, last, by, zone.key, numbers(conn, Span(first, last), by, zone))


def _day(asked: Asked, name: str, today: date) -> date | None:
    word = asked.word(name)
    found = day_of(word, today)
    if word and found is None:
        raise wrong(name, f"expected a day like 2026-12-01, from {EARLIEST} to {today + AHEAD}, not {word!r}")
    return found


ROUTES = (
    Route(
        "GET",
        f"{PREFIX}metrics",
        "How service is doing, by day, week, hour of day, channel, topic, agent, team, language or detail",
        Metrics,
        parameters=(
            Parameter("from", "The first day, in the shop's zone; six days before the last, if left out.", DATE),
            Parameter("to", f"The last day; today, if left out. At most {LONGEST} days are counted.", DATE),
            Parameter("by", "What is counted by.", {"type": "string", "enum": list(BY), "default": BY[0]}),
        ),
        answer=_counted,
    ),
)
