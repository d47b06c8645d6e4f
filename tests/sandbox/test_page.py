"""The page in a real browser: a customer writes, taps, and an agent answers; nothing overflows on a narrow screen."""

import asyncio
import shutil
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from tests.sandbox.playground import Playground, play
from tests.sandbox.test_slack import card
from tests.sandbox.test_whatsapp import interactive, message, post, rows

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="needs Chromium: apt-get install -y chromium fonts-noto-cjk fonts-noto-color-emoji"
)


def browse(scenario: Any, width: int = 1440, height: int = 900) -> None:
    async def run(place: Playground) -> None:
        async with async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            page = await browser.new_page(viewport={"width": width, "height": height})
            complaints: list[str] = []
            page.on("console", lambda entry: complaints.append(entry.text) if entry.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            await page.goto(place.config.page)
            await scenario(place, page)
            assert complaints == []
            await browser.close()

    play(run)


def test_a_customer_writes_taps_a_list_and_sees_the_ticks() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        phone = page.get_by_test_id("phone-whatsapp")
        await phone.get_by_test_id("phone-input").fill("Where is <b>my</b> order?")
        await phone.get_by_test_id("phone-send").click()
        own = phone.locator("[data-testid=bubble][data-direction=in]")
        await own.get_by_text("Where is <b>my</b> order?").wait_for()
        await post(place, message("interactive", interactive("list", rows(3))))
        await phone.get_by_test_id("list-button").click()
        await page.get_by_test_id("choice-button").nth(1).click()
        await own.get_by_text("Row 1").wait_for()
        await phone.locator("[data-direction=out][data-status=read]").wait_for()
        assert len(place.product.on("/webhooks/whatsapp")) >= 2

    browse(scenario)


def test_an_agent_presses_and_answers() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        headers = {"Authorization": f"Bearer {place.settings['SLACK_BOT_TOKEN']}"}
        body = {"channel": place.settings["SLACK_CHANNEL"], "text": "Case", "blocks": card()}
        async with place.session.post(
            f"{place.settings['SLACK_API_URL']}chat.postMessage", json=body, headers=headers
        ) as response:
            assert (await response.json())["ok"]
        thread = page.get_by_test_id("slack-thread")
        await thread.get_by_text("Jane", exact=True).wait_for()
        assert "<3" in await thread.inner_text()
        await page.get_by_test_id("slack-agent-sam").click()
        await thread.get_by_test_id("slack-action-claim").click()
        await thread.get_by_test_id("slack-reply-input").fill("On my way")
        await thread.get_by_test_id("slack-reply-send").click()
        await thread.get_by_text("On my way").wait_for()
        await place.until(lambda: any(b"payload" in hook.body for hook in place.product.on("/slack/events")))

    browse(scenario)


def test_the_store_ships_and_the_wire_log_tells() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        order = page.get_by_test_id("order-1002")
        assert await order.get_by_test_id("order-1002-pay").is_disabled()
        await order.get_by_test_id("order-1002-ship").click()
        await order.get_by_text("in transit").wait_for()
        await page.get_by_test_id("wire-log").get_by_text("/api/v1/events").first.click()
        await page.get_by_test_id("wire-log").get_by_text("shipment.created").wait_for()

    browse(scenario)


def test_a_narrow_screen_has_no_horizontal_scroll() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        for view in ("phone", "slack", "store", "wire"):
            await page.locator(f"[data-go={view}]").click()
            await asyncio.sleep(0.05)
            assert await page.evaluate("document.documentElement.scrollWidth") <= 390

    browse(scenario, 390, 844)
