"""Opens every page of the navigation in a real browser: at three widths, in both languages, light and dark."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from insights.dashboard.page import found

WIDTHS = (390, 820, 1440)
ASKED_IN = {"en": ("light", "dark"), "zh": ("dark", "light")}  # the narrowest, the widest
SEEN = ("serious", "critical")
PICTURES = os.environ.get("PICTURES")  # a folder that screenshots go to, to be looked at
RULES = [each.rule for each in found() if each.nav]
AXE = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
DRAWN = "() => [...document.querySelectorAll('canvas')].every((each) => window.Chart?.getChart(each))"
TOO_WIDE = """() => {
  const most = document.documentElement.clientWidth;
  return document.documentElement.scrollWidth > most ? document.documentElement.scrollWidth - most : 0;
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Opens an empty page; the test fails when the browser complains about anything: an error, a refused file."""
    complaints: list[str] = []
    context = browser.new_context(reduced_motion="reduce", timezone_id="Asia/Shanghai", locale="en-GB")
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda entry: complaints.append(entry.text) if entry.type in ("error", "warning") else None)
    opened.on("requestfailed", lambda request: complaints.append(f"{request.url}: {request.failure}"))
    yield opened
    context.close()
    assert complaints == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("rule", RULES)
def test_a_page_can_be_read_by_everybody(rule: str, language: str, site: str, page: Page, axe: str) -> None:
    """At three widths, light and dark; axe-core is asked at the narrowest and the widest, each in one light."""
    asked = {WIDTHS[0]: ASKED_IN[language][0], WIDTHS[-1]: ASKED_IN[language][1]}
    for theme in ("light", "dark"):
        answer = page.goto(f"{site}{rule}?lang={language}&theme={theme}")
        assert answer
        assert answer.status == 200
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_function(DRAWN)
            keep(page, f"{rule.strip('/').replace('/', '-') or 'overview'}-{width}-{language}-{theme}")
            assert page.evaluate(TOO_WIDE) == 0, (width, theme)
            if asked.get(width) == theme:
                page.evaluate(axe)
                assert [told(each) for each in page.evaluate(AXE) if each["impact"] in SEEN] == [], (width, theme)


def keep(page: Page, name: str) -> None:
    """Takes a picture, where somebody wants to look."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def told(violation: dict[str, Any]) -> str:
    nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
    return f"{violation['id']}: {violation['help']}: {nodes}"


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
