"""Checks that a page can be read by everybody: at any width, in both languages, light and dark."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, TimeoutError

WIDTHS = (390, 820, 1440)
ASKED_IN = {"en": (1440, "light"), "zh": (390, "dark")}
SETTLES = 5_000  # milliseconds
SEEN = ("serious", "critical")
PICTURES = os.environ.get("PICTURES")  # a folder that screenshots go to, to be looked at
AXE = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
DRAWN = "() => [...document.querySelectorAll('canvas')].every((each) => window.Chart?.getChart(each))"
TOO_WIDE = """() => {
  const most = document.documentElement.clientWidth;
  return document.documentElement.scrollWidth > most ? document.documentElement.scrollWidth - most : 0;
}"""


def read_by_everybody(page: Page, axe: str, url: str, language: str) -> None:
    """Opens a page at three widths, light and dark; axe-core, which takes its time, is asked once in each language."""
    for theme in ("light", "dark"):
        answer = page.goto(f"{url}{'&' if '?' in url else '?'}lang={language}&theme={theme}")
        assert answer
        assert answer.status == 200
        for width in WIDTHS:
            fits(page, width, f"{_named(url)}-{language}-{theme}")
            if (width, theme) == ASKED_IN[language]:
                is_accessible(page, axe, f"{url} {width} {theme}")


def fits(page: Page, width: int, name: str) -> None:
    """Proves that a page needs no scrolling to the side; takes its picture, where somebody wants to look."""
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_function(DRAWN)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    with suppress(TimeoutError):
        page.wait_for_function(
            f"() => ({TOO_WIDE})() === 0", timeout=SETTLES
        )  # charts follow the window a little later
    assert page.evaluate(TOO_WIDE) == 0, (name, width)


def is_accessible(page: Page, axe: str, name: str) -> None:
    """Proves that axe-core finds nothing serious."""
    page.evaluate(axe)
    found = [_told(each) for each in page.evaluate(AXE) if each["impact"] in SEEN]
    assert found == [], f"{name}: {found}"


def _named(url: str) -> str:
    return urlsplit(url).path.removeprefix("/dashboard").strip("/").replace("/", "-") or "overview"


def _told(violation: dict[str, Any]) -> str:
    nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
    return f"{violation['id']}: {violation['help']}: {nodes}"
