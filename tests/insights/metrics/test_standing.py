"""Tests what stood open at the end of each day, over days of 23 and 25 hours, against a count of each by itself."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from core.ids import micros
from insights.metrics.standing import standing
from storage.insight.counting import Span

ZONE = ZoneInfo("America/New_York")
DAY = timedelta(days=1)
SPAN = Span(date(2026, 10, 28), date(2026, 11, 10))  # summer time ends on November 1
BEGIN = datetime(2026, 10, 20, tzinfo=UTC)
LAST = date.max
DAYS = [SPAN.first + number * DAY for number in range(14)]


def brute(rows: list[tuple[str, datetime, date]], day: date, age: timedelta) -> list[str]:
    over = datetime.combine(day + DAY, time(), ZONE)
    return [key for key, at, end in rows if at + age < over and end > day]


row = st.tuples(
    st.sampled_from(["a", "b"]),
    st.integers(0, 25 * 48).map(lambda halves: BEGIN + halves * timedelta(minutes=30)),
    st.one_of(st.just(LAST), st.integers(9, 30).map(lambda days: date(2026, 10, 20) + days * DAY)),
)


@given(st.lists(row, max_size=12), st.sampled_from([0, 1, 3]))
def test_it_is_what_each_day_counts_by_itself(rows: list[tuple[str, datetime, date]], days: int) -> None:
    age = days * DAY
    read = [(key, micros(at), over) for key, at, over in rows]
    by_day = standing(read, SPAN, "day", ZONE, age)
    assert by_day == {str(day): len(found) for day in DAYS if (found := brute(rows, day, age))}
    at_end = brute(rows, SPAN.last, age)
    assert standing(read, SPAN, "channel", ZONE, age) == {key: at_end.count(key) for key in set(at_end)}
    by_week = standing(read, SPAN, "week", ZONE, age)
    ends = {str(day - day.weekday() * DAY): day for day in DAYS}
    assert by_week == {week: len(found) for week, day in ends.items() if (found := brute(rows, day, age))}
