"""Plays the story by hand on the sandbox's page, in a real browser."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.journeys.system import ROOT, System

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PICTURE = ROOT / "docs" / "images" / "sandbox.png"
PATIENCE_MS = 20_000

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not there: apt-get install chromium fonts-noto-cjk fonts-noto-color-emoji"
)


@pytest.fixture
def page(request: pytest.FixtureRequest, sqlite_desk: System) -> Iterator[Page]:
    """Opens the sandbox's page; the test fails when the browser complains about anything."""
    complaints: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        width, height = getattr(request, "param", (1440, 900))
        opened = browser.new_page(viewport={"width": width, "height": height})
        opened.set_default_timeout(PATIENCE_MS)
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("console", lambda entry: complaints.append(entry.text) if entry.type == "error" else None)
        opened.goto(sqlite_desk.page)
        yield opened
        browser.close()
    assert complaints == []


def test_the_story_can_be_played_in_the_browser(page: Page) -> None:
    expect(page.get_by_test_id("product-status")).to_have_text("desk connected", timeout=PATIENCE_MS)
    page.get_by_test_id("person-jane").click()
    phone = page.get_by_test_id("phone-whatsapp")
    chat = phone.get_by_test_id("chat")

    _choose(page, "Where is my order?", "#1001")
    chat.get_by_text("on its way with DHL").last.wait_for()

    _write(page, "I'd like to talk to a person")
    chat.get_by_text("bringing in a colleague").last.wait_for()
    thread = page.get_by_test_id("slack-thread").filter(has_text="Jane Doe").last
    thread.get_by_test_id("slack-action-case_claim").last.wait_for()

    thread.get_by_test_id("slack-reply-input").fill("Hi Jane, Bea here. It left New York this morning.")
    thread.get_by_test_id("slack-reply-send").click()
    chat.get_by_text("It left New York this morning").last.wait_for()
    _write(page, "Thank you, Bea!")
    thread.get_by_text("Thank you, Bea!").last.wait_for()

    page.get_by_test_id("order-1002-ship").click()
    chat.get_by_text("order 1002 is on its way").last.wait_for()
    chat.locator("[data-direction=out][data-status=read]").last.wait_for()
    if os.environ.get("UPDATE_SCREENSHOT") == "1":
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        expect(page.locator("#toast")).to_be_hidden(timeout=PATIENCE_MS)
        page.screenshot(path=PICTURE, animations="disabled")

    thread.get_by_test_id("slack-action-case_resolve").last.click()
    page.get_by_test_id("slack-modal-submit").click()
    chat.get_by_text("back with me, the bot").last.wait_for()


@pytest.mark.parametrize("page", [(1400, 900)], indirect=True)
def test_an_agent_works_from_the_home_and_by_shortcuts(page: Page) -> None:
    page.get_by_test_id("person-xiaoming").click()
    _write(page, "人工客服")
    page.get_by_test_id("slack-thread").filter(has_text="王小明").last.wait_for()

    page.get_by_test_id("slack-home").click()
    home = page.locator(".slack-home-view")
    waiting = home.get_by_test_id("slack-action-case_claim").last
    waiting.wait_for()
    waiting.click()
    home.get_by_text("Your cases (").wait_for()

    page.get_by_test_id("slack-shortcuts").click()
    page.get_by_test_id("slack-shortcut-desk_find").locator("visible=true").click()
    page.get_by_test_id("slack-modal").locator("input").fill("小明")
    page.get_by_test_id("slack-modal-submit").click()
    page.get_by_role("button", name="✉ Bea").click()
    page.get_by_test_id("slack-message").filter(has_text="王小明").last.wait_for()

    page.get_by_test_id("slack-channel-customer-desk").click()
    thread = page.get_by_test_id("slack-thread").filter(has_text="王小明").last
    thread.get_by_test_id("slack-action-case_saved").last.click()
    form = page.get_by_test_id("slack-modal")
    form.locator("select").focus()
    expect(form.locator("option").nth(1)).to_be_attached()
    chosen = form.locator("option").nth(1).inner_text()
    form.locator("select").select_option(index=1)
    expect(form.locator("textarea")).not_to_have_value("")  # the form is drawn again with what the customer would read
    expect(form.locator("option:checked")).to_have_text(chosen)
    form.get_by_role("button", name="Cancel").click()
    thread.get_by_test_id("slack-reply-input").fill("// It left this morning, Jane.")
    thread.get_by_test_id("slack-reply-send").click()
    note = thread.get_by_test_id("slack-message").filter(has_text="It left this morning").last
    note.get_by_text("🔒").wait_for()
    note.get_by_test_id("slack-message-shortcuts").click()
    note.get_by_test_id("slack-shortcut-case_send").click()
    page.get_by_test_id("slack-modal-submit").click()
    page.get_by_test_id("chat").get_by_text("It left this morning, Jane.").last.wait_for()

    thread.get_by_test_id("slack-action-case_resolve").last.click()  # other stories share this desk
    page.get_by_test_id("slack-modal-submit").click()
    thread.get_by_text("Resolved").first.wait_for()


@pytest.mark.parametrize("page", [(390, 844)], indirect=True)
def test_on_a_telephone_nothing_is_wider_than_the_screen(page: Page) -> None:
    for view in ("phone", "slack", "store", "wire"):
        page.locator(f"[data-go={view}]").click()
        page.locator(f"[data-pane={view}]").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def _choose(page: Page, text: str, words: str) -> None:
    """Writes, opens the list that comes back, and takes a choice: other stories may have left lists before."""
    lists = page.get_by_test_id("phone-whatsapp").get_by_test_id("list-button")
    before = lists.count()
    _write(page, text)
    expect(lists).to_have_count(before + 1, timeout=PATIENCE_MS)
    lists.last.click()
    page.get_by_test_id("choice-button").filter(has_text=words).last.click()


def _write(page: Page, text: str) -> None:
    phone = page.get_by_test_id("phone-whatsapp")
    phone.get_by_test_id("phone-input").fill(text)
    phone.get_by_test_id("phone-send").click()
