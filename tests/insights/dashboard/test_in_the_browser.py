"""Opens every page in a real browser: at three widths, in both languages, light and dark."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from werkzeug.routing import Map, Rule

from insights.dashboard.app import ROOT
from insights.dashboard.page import found
from tests.insights.dashboard.readable import fits, is_accessible, read_by_everybody
from tests.insights.dashboard.visitor import PASSWORD, Visitor

RULES = [each.rule for each in found() if each.nav]
FURTHER = ("/metrics/contacts?by=hour", "/metrics/first_response_s?by=agent", "/metrics/csat/behind")
ELSEWHERE = r"/static/|/cases/|.*[?;](lang|theme)="  # files, threads at the desk, the same page once more
LINK = re.compile(rf'href="{ROOT}(/[^"#]*)')


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("rule", RULES)
def test_a_page_can_be_read_by_everybody(rule: str, language: str, site: str, page: Page, axe: str) -> None:
    read_by_everybody(page, axe, site + rule, language)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", FURTHER)
def test_what_is_behind_a_number_can_be_read_by_everybody(
    path: str, language: str, site: str, page: Page, axe: str
) -> None:
    read_by_everybody(page, axe, site + path, language)


def test_no_link_leads_nowhere(visitor: Visitor) -> None:
    """Follows the links of the navigation's pages, two for each rule, and once more those to other pages."""
    rules = Map([Rule(each.rule, endpoint=each.rule) for each in found()]).bind("localhost")
    seen = dict.fromkeys(RULES, 1)
    waiting = list(RULES)
    while waiting:
        path = waiting.pop(0)
        with visitor.get(path) as answer:
            assert answer.status_code == 200, path
            text = answer.text if answer.mimetype == "text/html" else ""
        for link in sorted(set(LINK.findall(text))):
            if not re.match(ELSEWHERE, link):
                rule = str(rules.match(urlsplit(link).path)[0])
                seen[rule] = seen.get(rule, 0) + 1
                if seen[rule] <= 2:
                    waiting.append(link.replace("&amp;", "&"))


# --- what the house does for all of them


def test_the_keyboard_reaches_the_content_first(site: str, page: Page) -> None:
    page.goto(f"{site}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_phone_shows_which_page_is_open(site: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{site}/improvements?lang=en")
    expect(page.get_by_role("navigation").get_by_role("link", name="Improvements")).to_be_in_viewport(ratio=1)


def test_paper_has_all_columns(site: str, page: Page) -> None:
    page.set_viewport_size({"width": 700, "height": 990})
    page.emulate_media(media="print")
    page.goto(f"{site}/reports?lang=en")
    cut = "() => [...document.querySelectorAll('.scroll')].filter((each) => each.scrollWidth > each.clientWidth).length"
    assert page.get_by_role("columnheader", name="Target").count()
    assert page.evaluate(cut) == 0


def test_what_was_chosen_is_kept(site: str, page: Page) -> None:
    page.goto(f"{site}/?lang=zh&theme=dark")
    page.goto(f"{site}/")
    assert page.locator("html").get_attribute("lang") == "zh"
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_somebody_signs_in_looks_and_signs_out(locked_site: str, page: Page, axe: str) -> None:
    page.goto(f"{locked_site}/conversations?from=2026-11-25")
    login = page.url
    for language in ("zh", "en"):
        page.goto(f"{login}&lang={language}")
        fits(page, 390, f"login-{language}")
        is_accessible(page, axe, "login")
    page.get_by_label("Your name").fill("Bea 王")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("That is not the password.").wait_for()
    assert page.get_by_label("Your name").input_value() == "Bea 王"
    is_accessible(page, axe, "a wrong password")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Conversations").wait_for()
    assert page.url == f"{locked_site}/conversations?from=2026-11-25"
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("status").get_by_text("You are signed out.").wait_for()
    page.goto(f"{locked_site}/conversations")
    page.get_by_label("Password").wait_for()


@pytest.mark.parametrize("path", ["/nothing", "/?from=<script>alert(1)</script>"])
def test_a_refusal_can_be_read_by_everybody(path: str, site: str, page: Page, axe: str) -> None:
    page.goto(site + path)
    fits(page, 390, "refusal")
    is_accessible(page, axe, "refusal")
