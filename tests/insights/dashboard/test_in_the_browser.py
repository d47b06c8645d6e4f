"""Opens every page of the navigation in a real browser: at three widths, in both languages, light and dark."""

import pytest
from playwright.sync_api import Page

from insights.dashboard.page import found
from tests.insights.dashboard.readable import read_by_everybody

RULES = [each.rule for each in found() if each.nav]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("rule", RULES)
def test_a_page_can_be_read_by_everybody(rule: str, language: str, site: str, page: Page, axe: str) -> None:
    read_by_everybody(page, axe, f"{site}{rule}", language)


def test_the_keyboard_reaches_the_content_first(site: str, page: Page) -> None:
    page.goto(f"{site}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_what_was_chosen_is_kept(site: str, page: Page) -> None:
    page.goto(f"{site}/?lang=zh&theme=dark")
    page.goto(f"{site}/")
    assert page.locator("html").get_attribute("lang") == "zh"
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("html").get_attribute("data-theme") == "dark"
