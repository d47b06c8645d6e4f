"""Tests that money of several currencies is never added up."""

from datetime import date
from typing import Any, cast

from insights.dashboard.frame import Frame
from insights.dashboard.views.reader import Reader
from insights.metrics.spans import this_week
from storage.insight.counting import Only

SMS = Only(channel="sms")


def frame(*others: str) -> Frame:
    return Frame(cast("Any", None), this_week(date(2026, 12, 3)), SMS, Reader("en", "USD"), None, others)


def test_money_is_counted_in_one_currency_where_there_are_several() -> None:
    names = ["contacts", "cost", "cost_per_case"]
    assert frame()._in_one_currency(names, None) == [(names, SMS)]
    assert frame("EUR")._in_one_currency(names, "topic") == [
        (["contacts"], SMS),
        (["cost", "cost_per_case"], Only(channel="sms", detail="USD")),
    ]
    assert frame("EUR")._in_one_currency(["contacts"], None) == [(["contacts"], SMS)]


def test_by_currency_each_has_its_own() -> None:
    assert frame("EUR")._in_one_currency(["cost"], "detail") == [(["cost"], SMS)]
