"""Opens a conversation and a trace in a real browser: everybody reads them, with a keyboard too."""

import pytest
from playwright.sync_api import Page
from sqlalchemy import func, select

from insights.dashboard.house import House
from storage.desk.tables import cases
from storage.people.tables import messages
from tests.insights.dashboard.readable import read_by_everybody


@pytest.fixture(scope="module")
def long(filled: House) -> str:
    """Returns the conversation in which most was said, with a case."""
    with filled.store.read() as conn:
        counted = select(messages.c.conversation_id).where(
            messages.c.conversation_id.in_(select(cases.c.conversation_id))
        )
        counted = counted.group_by(messages.c.conversation_id).order_by(func.count().desc(), messages.c.conversation_id)
        return str(conn.scalar(counted.limit(1)))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_conversation_can_be_read_by_everybody(language: str, site: str, page: Page, axe: str, long: str) -> None:
    read_by_everybody(page, axe, f"{site}/conversations/{long}", language)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_trace_can_be_read_by_everybody(language: str, site: str, page: Page, axe: str, long: str) -> None:
    read_by_everybody(page, axe, f"{site}/trace?q={long}", language)


def test_from_the_list_to_the_receipt_by_keyboard(site: str, page: Page) -> None:
    page.goto(f"{site}/conversations?lang=en")
    page.get_by_role("searchbox", name="Words").fill("delivered")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=delivered**")
    page.get_by_role("link", name="Reset").click()
    page.locator("tbody th a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/conversations/*")
    details = page.locator(".line details", has=page.locator("a", has_text="Trace")).last
    details.locator("summary").focus()
    page.keyboard.press("Enter")
    details.get_by_role("link", name="Trace").press("Enter")
    page.wait_for_url("**/trace?q=*")
    assert page.locator(".steps li").count() > 0


def test_somebody_is_shown_and_hidden_again(site: str, page: Page, long: str) -> None:
    page.goto(f"{site}/conversations/{long}?lang=en")
    masked = page.locator("h1").inner_text()
    page.get_by_role("button", name="Show names and addresses").click()
    assert "•••" in masked
    assert "•••" not in page.locator("h1").inner_text()
    page.get_by_role("button", name="Hide again").click()
    assert page.locator("h1").inner_text() == masked
