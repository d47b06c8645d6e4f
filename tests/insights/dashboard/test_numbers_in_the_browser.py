"""Goes through the numbers with the keyboard alone: filters, a table put in order, a chart's numbers."""

import re

import pytest
from playwright.sync_api import Page, expect

URL = "/metrics/contacts?from=2026-11-02&to=2026-11-29&by=topic&lang=en"


def tabs_to(page: Page, selector: str) -> None:
    """Presses Tab until something has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no Tab leads to {selector}")


def test_filters_are_chosen_by_keys_and_stand_in_the_address(page: Page, site: str) -> None:
    page.goto(site + URL)
    tabs_to(page, "select[name=channel]")
    page.keyboard.type("WhatsApp")
    tabs_to(page, ".filters button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("channel=whatsapp"))
    expect(page.locator("select[name=channel]")).to_have_value("whatsapp")
    expect(page.locator("select[name=by]")).to_have_value("topic")
    assert "from=2026-11-02" in page.url


def test_a_table_is_put_in_order_by_keys(page: Page, site: str) -> None:
    page.goto(site + URL)
    table = page.get_by_role("region", name="By topic")
    heads = table.locator("thead th")
    tabs_to(page, "thead th:nth-child(2) button")
    page.keyboard.press("Enter")
    expect(heads.nth(1)).to_have_attribute("aria-sort", "descending")
    page.keyboard.press("Enter")
    expect(heads.nth(1)).to_have_attribute("aria-sort", "ascending")
    values = [float(cell.get_attribute("data-sort") or 0) for cell in table.locator("tbody tr td:nth-child(2)").all()]
    assert values == sorted(values)
    assert len(values) > 3


def test_what_a_chart_draws_is_there_as_numbers(page: Page, site: str) -> None:
    page.goto(f"{site}{URL}")
    tabs_to(page, "figure summary")
    page.keyboard.press("Enter")
    numbers = page.locator("figure table")
    expect(numbers).to_be_visible()
    assert numbers.locator("tbody tr").count() == 28


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_number_has_its_zone_and_its_time(page: Page, site: str, language: str) -> None:
    page.goto(f"{site}/?lang={language}")
    expect(page.locator(".measured")).to_contain_text("America/New_York")
