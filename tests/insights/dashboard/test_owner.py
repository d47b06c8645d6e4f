"""Asks what an owner asks, in a real browser: from the overview on, three clicks at most, and the answer is there.

What the answers are was planted in the history (`benchmarks.insight.causes`).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from benchmarks.insight import causes
from tests.insights.dashboard.conftest import served, store_with_a_past
from tests.insights.dashboard.visitor import mounted

NOW = datetime(2026, 11, 28, 20, 5, tzinfo=UTC)  # a Saturday: the planted Tuesday is of this week
CLICKS = 3


class Owner:
    """Clicks at most three times."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._left = CLICKS

    def clicks(self, name: str, *, inside: str = "main") -> "Owner":
        """Clicks on the first link of that name."""
        assert self._left, "that is too many clicks"
        self._left -= 1
        self.page.locator(inside).get_by_role("link", name=name, exact=True).first.click()
        self.page.wait_for_load_state()
        return self

    def opens(self, name: str) -> "Owner":
        """Opens a page of the navigation."""
        return self.clicks(name, inside="header nav")

    def row(self, table: str, number: int = 0) -> str:
        """Reads a row of a table."""
        found = self.page.get_by_role("region", name=table).locator("tbody tr").nth(number)
        return re.sub(r"\s+", " ", found.inner_text())

    def rows(self, table: str) -> list[str]:
        """Reads all rows of a table."""
        found = self.page.get_by_role("region", name=table).locator("tbody tr").all_inner_texts()
        return [re.sub(r"\s+", " ", each) for each in found]

    def figure(self, name: str) -> float:
        """Reads the number of a card."""
        return float(re.sub(r"[^0-9.]", "", self.page.locator(f"article[data-number={name}] .figure").inner_text()))


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serves the pages of a store with a past in which there is something to find."""
    with store_with_a_past(tmp_path_factory.mktemp("owner"), NOW, 8_000, 640) as house:
        open_house = replace(house, door=replace(house.door, password="", redis=None))
        with served(mounted(open_house)) as address:
            yield address


@pytest.fixture
def owner(page: Page, past: str) -> Owner:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{past}/?lang=en")
    return Owner(page)


def test_why_were_more_people_unhappy_on_tuesday(owner: Owner) -> None:
    owner.clicks("Satisfied").clicks("Tue, Nov 24")
    why = owner.page.locator("section[aria-labelledby=why]")
    expect(why.locator("p").first).to_contain_text("topic “Where is the order”")
    expect(why).to_contain_text(re.compile(rf"Parcels late.*(worse).*{causes.LATE_CARRIER}", re.DOTALL))


def test_which_text_is_misunderstood(owner: Owner) -> None:
    owner.opens("Questions").clicks("28 days")
    worst = [owner.row("Which texts are misunderstood", number) for number in range(5)]
    planted = next(row for row in worst if row.startswith(f"utter_ask_{causes.MISREAD_STEP}"))
    assert "English" in planted
    assert re.search(r"flows/library/returns/en\.yaml:\d+", planted)


def test_what_do_people_ask_for_most_that_the_bot_cannot_answer(owner: Owner) -> None:
    owner.opens("Questions").clicks("28 days")
    assert causes.UNANSWERED_LIKE in owner.row("What nobody understood")


def test_which_carrier_is_late_and_where(owner: Owner) -> None:
    owner.opens("Carriers").clicks("28 days")
    assert owner.row("Lanes").startswith(f"{causes.SLOW_CARRIER} Australia")


def test_is_the_bot_really_solving_or_do_they_come_back(owner: Owner) -> None:
    owner.clicks("28 days").clicks("Came back").clicks("topic")
    shares = {row.split("%")[0].rsplit(" ", 1)[0]: row for row in owner.rows("By topic") if "%" in row}
    share = {name: float(row[len(name) :].split("%")[0]) for name, row in shares.items()}
    assert share["Where is my refund"] == max(value for name, value in share.items() if name != "not known")


def test_who_answers_slowest_and_when(owner: Owner) -> None:
    owner.opens("People").clicks("28 days")
    assert owner.row("By agent, the slowest first").startswith("Sam")
    slowest = owner.page.get_by_role("region", name="By agent, the slowest first").get_by_role("link").first
    slowest.click()
    hours = owner.page.get_by_role("region", name="By hour").locator("tbody tr").all()
    waits = {int(row.locator("th").get_attribute("data-sort") or ""): row.locator("td").first for row in hours}
    known = {hour: float(cell.get_attribute("data-sort") or 0) for hour, cell in waits.items()}
    late = [wait for hour, wait in known.items() if causes.SLOW_FROM <= hour < 18]
    early = [wait for hour, wait in known.items() if 9 <= hour < causes.SLOW_FROM]
    assert sorted(late)[len(late) // 2] > 2 * sorted(early)[len(early) // 2]


def test_what_does_a_contact_cost(owner: Owner) -> None:
    owner.opens("Costs")
    assert 0.005 < owner.figure("cost_per_contact") < 0.05


def test_do_notices_lower_where_is_my_order(owner: Owner) -> None:
    owner.opens("Notices").clicks("28 days")
    assert owner.figure("order_status_told") < owner.figure("order_status_untold")


def test_where_do_people_leave_the_return_flow(owner: Owner) -> None:
    owner.opens("Flows").clicks("28 days")
    rows = owner.rows("Where people leave")
    worst = next(row for row in rows if "%" in row)
    assert causes.LEFT_STEP in worst
    returns = [row for row in rows if row.startswith("Return ") and "flow.yaml" in row]
    assert f"Return {causes.MISREAD_STEP}" in returns[0]


def test_are_we_keeping_our_promises(owner: Owner) -> None:
    first = owner.page.locator("section:has(.cards) h2").first
    expect(first).to_have_text("Promises")
    card = owner.page.locator("article[data-number=promises_kept]")
    expect(card).to_contain_text("target 95%")
    owner.opens("Promises")
    assert any(row.startswith("Answer by") for row in owner.rows("By what was promised"))


def test_why_was_it_so_dear_last_week(owner: Owner) -> None:
    moved = owner.page.locator("section[aria-labelledby=moved]")
    expect(moved).to_contain_text(re.compile(r"Cost per contact.*“Win-back”", re.DOTALL))
