"""Tests that the report of a store's month names what was planted in it, and nothing counts twice."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from benchmarks.insight import causes
from benchmarks.insight.history import fill
from insights.measuring.increments import measure_all
from insights.measuring.measurer import Shop
from insights.reports import report
from insights.reports.gathering import said_by
from insights.reports.making import Asks, make
from insights.reports.report import Report
from insights.reports.words import Words
from notifications.store.opening import Desk
from notifications.store.support_hours import SupportHours
from storage.engine import migrate
from storage.engine.store import Store
from tests.fakes import STORE_DIR, shipped_flows

NOW = datetime(2026, 12, 1, 15, tzinfo=UTC)
ZONE = causes.ZONE


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Makes a store with six weeks behind it, all of them measured."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('reports')}/doorstep.db")
    migrate.upgrade(store)
    fill(store, messages=8_000, cases=500, seed=3, now=NOW)
    shop = Shop(ZONE, lambda team: Desk(SupportHours(), ZONE.key, team))
    measure_all(store, shop, NOW - timedelta(days=60), NOW, NOW)
    yield store
    store.close()


def made(store: Store, kind: Any, of: date | None = None) -> Report:
    said = said_by(shipped_flows(), STORE_DIR)
    with store.read() as conn:
        return make(conn, Asks(kind, "Northwind", ZONE.key, "USD", NOW, NOW, of, said=said))


@pytest.fixture(scope="module")
def month(filled: Store) -> Report:
    return made(filled, "month")


def test_the_question_at_which_people_leave_is_found_with_its_line(month: Report) -> None:
    first = month.about(report.STEP)[0]
    assert (first.numbers["flow"], first.numbers["step"]) == (causes.LEFT_FLOW, causes.LEFT_STEP)
    assert first.file == "flows/library/change_address/flow.yaml"
    line = shipped_flows().flows[causes.LEFT_FLOW].steps[causes.LEFT_STEP].place.line
    assert first.line == line


def test_the_text_that_is_misread_is_found_with_its_line(month: Report) -> None:
    key = f"utter_ask_{causes.MISREAD_STEP}"
    found = {(each.numbers["text"], each.numbers["language"]): each for each in month.about(report.TEXT)}
    text = found[key, causes.MISREAD_LANGUAGE]
    assert (text.file, text.line > 0) == ("flows/library/returns/en.yaml", True)
    assert (key, "zh") not in found


def test_the_late_lanes_are_found(filled: Store) -> None:
    week = made(filled, "week", causes.late_day(NOW))
    assert {(each.numbers["carrier"], each.numbers["country"]) for each in week.about(report.LANE)} == {
        (causes.SLOW_CARRIER, causes.SLOW_COUNTRY),
        (causes.LATE_CARRIER, causes.LATE_COUNTRY),
    }


def test_the_product_that_comes_back_is_found_with_its_reason(month: Report) -> None:
    first = month.about(report.RETURN)[0].numbers
    assert (first["title"], first["reason"]) == (causes.RETURNED_PRODUCT, causes.RETURN_REASON)


def test_what_nobody_understood_is_found_in_both_languages(month: Report) -> None:
    first = month.about(report.QUESTION)[0].numbers
    assert causes.UNANSWERED_LIKE in first["example"]
    assert {each.numbers["language"] for each in month.about(report.QUESTION)} == {"en", "zh"}


def test_the_offer_is_named_as_the_cause_of_what_it_cost(filled: Store) -> None:
    week = made(filled, "week", causes.offer_day(NOW))
    cost = next(each for each in week.figures if each.metric.id == "cost")
    assert cost.cause is not None
    assert cost.cause.key == causes.OFFER_KIND


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize("kind", ["week", "month"])
def test_all_of_it_has_words(filled: Store, kind: str, locale: str) -> None:
    sections = Words(locale).sections(made(filled, kind))
    assert {"numbers", "problem", "lane"} <= {section.name for section in sections}
    assert all(line.text and "{" not in line.text for section in sections for line in section.lines)


def test_the_numbers_of_a_week_are_those_of_its_days(filled: Store) -> None:
    week = made(filled, "week")
    contacts = next(each for each in week.figures if each.metric.id == "contacts")
    topics = [each.numbers["contacts"] for each in week.about(report.PROBLEM)]
    assert contacts.compared.now.value
    assert sum(topics) <= contacts.compared.now.value
    assert contacts.compared.before.value
