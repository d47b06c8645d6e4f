"""Checks that a page can be read by everybody: at any width, in both languages, light and dark."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

WIDTHS = (390, 820, 1440)
ASKED_IN = {"en": ("light", "dark"), "zh": ("dark", "light")}  # the narrowest, the widest
SEEN = ("serious", "critical")
PICTURES = os.environ.get("PICTURES")  # a folder that screenshots go to, to be looked at
AXE = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
DRAWN = "() => [...document.querySelectorAll('canvas')].every((each) => window.Chart?.getChart(each))"
TOO_WIDE = """() => {
  const most = document.documentElement.clientWidth;
  return document.documentElement.scrollWidth > most ? document.documentElement.scrollWidth - most : 0;
}"""


def read_by_everybody(page: Page, axe: str, url: str, language: str) -> None:
    """Opens a page at three widths, light and dark; axe-core is asked at the narrowest and the widest, each in one
    light."""
    asked = {WIDTHS[0]: ASKED_IN[language][0], WIDTHS[-1]: ASKED_IN[language][1]}
    for theme in ("light", "dark"):
        answer = page.goto(f"{url}{'&' if '?' in url else '?'}lang={language}&theme={theme}")
        assert answer
        assert answer.status == 200
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_function(DRAWN)
            keep(page, f"{_named(url)}-{width}-{language}-{theme}")
            assert page.evaluate(TOO_WIDE) == 0, (width, theme)
            if asked.get(width) == theme:
                page.evaluate(axe)
                assert [_told(each) for each in page.evaluate(AXE) if each["impact"] in SEEN] == [], (width, theme)


def keep(page: Page, name: str) -> None:
    """Takes a picture, where somebody wants to look."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def _named(url: str) -> str:
    return urlsplit(url).path.removeprefix("/dashboard").strip("/").replace("/", "-") or "overview"


def _told(violation: dict[str, Any]) -> str:
    nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
    return f"{violation['id']}: {violation['help']}: {nodes}"
