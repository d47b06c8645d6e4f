"""Tests which days a report is about, and beside which it sets them."""

from datetime import date

import pytest

from insights.reports.periods import period
from insights.reports.report import Kind

TODAY = date(2026, 12, 1)  # a Tuesday


@pytest.mark.parametrize(
    ("kind", "of", "now", "before"),
    [
        ("week", None, ("2026-11-23", "2026-11-29"), ("2026-11-16", "2026-11-22")),
        ("week", "2026-11-18", ("2026-11-16", "2026-11-22"), ("2026-11-09", "2026-11-15")),
        ("week", "2026-12-01", ("2026-11-30", "2026-12-01"), ("2026-11-23", "2026-11-24")),  # not over: as many days
        ("month", None, ("2026-11-01", "2026-11-30"), ("2026-10-01", "2026-10-31")),
        ("month", "2026-03-31", ("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        ("month", "2026-01-15", ("2026-01-01", "2026-01-31"), ("2025-12-01", "2025-12-31")),
        ("month", "2026-12-01", ("2026-12-01", "2026-12-01"), ("2026-11-01", "2026-11-01")),
    ],
)
def test_a_report_is_about_whole_weeks_and_months(
    kind: Kind, of: str | None, now: tuple[str, str], before: tuple[str, str]
) -> None:
    found = period(kind, date.fromisoformat(of) if of else None, TODAY)
    assert [tuple(map(str, span)) for span in found] == [now, before]


def test_a_month_that_is_longer_than_the_one_before_is_set_beside_all_of_it() -> None:
    found = period("month", date(2026, 3, 30), date(2026, 3, 30))
    assert str(found.before.last) == "2026-02-28"


def test_what_is_to_come_has_no_report() -> None:
    with pytest.raises(ValueError, match="2026-12-02 is still to come"):
        period("week", date(2026, 12, 2), TODAY)


def test_there_is_no_report_of_days_before_there_were_stores() -> None:
    kinds: tuple[Kind, ...] = ("week", "month")
    for kind in kinds:
        with pytest.raises(ValueError, match="0001-01-01 is before 2000-01-01"):
            period(kind, date(1, 1, 1), TODAY)
        assert period(kind, date(2000, 1, 1), TODAY).before.first.year == 1999
