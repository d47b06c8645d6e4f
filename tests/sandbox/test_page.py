"""Tests the page in a real browser: a customer writes, taps, an agent answers; nothing overflows a narrow screen."""

import shutil
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from tests.sandbox.playground import Playground, play
from tests.sandbox.test_slack import card
from tests.sandbox.test_twilio import TOM, create
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
            await page.locator(f"[data-pane={view}]").wait_for()
            assert await page.evaluate("document.documentElement.scrollWidth") <= 390

    browse(scenario, 390, 844)


PHONES = ("jane-whatsapp", "sofia-messenger", "marcus-telegram", "tom-sms", "meiling-twilio_whatsapp")


async def take(page: Page, phone: str) -> Any:
    """Takes a phone in hand."""
    person, channel = phone.split("-")
    await page.get_by_test_id(f"person-{person}").click()
    await page.get_by_test_id(f"phone-tab-{phone}").click()
    return page.get_by_test_id(f"phone-{channel}")


@pytest.mark.parametrize(("phone", "width"), [*((phone, 1280) for phone in PHONES), ("marcus-telegram", 390)])
def test_everything_in_the_attach_menu_can_be_sent(phone: str, width: int) -> None:
    async def scenario(place: Playground, page: Page) -> None:
        frame = await take(page, phone)
        await place.say(phone, text="hi")
        menu = frame.get_by_test_id("attach-menu")
        await frame.get_by_test_id("phone-attach").click()
        await menu.wait_for()
        assert await menu.evaluate("node => node.scrollWidth <= node.clientWidth")
        names = await menu.get_by_role("menuitem").evaluate_all("tiles => tiles.map((tile) => tile.dataset.testid)")
        await page.keyboard.press("Escape")
        assert len(names) >= 12
        for name in names:
            known = len(place.product.hooks)
            await frame.get_by_test_id("phone-attach").click()
            await frame.get_by_test_id(name).click()
            await place.until(lambda known=known: len(place.product.hooks) > known)
            assert await page.locator("#toast").is_hidden(), name
        assert await page.evaluate("document.documentElement.scrollWidth") <= width

    browse(scenario, width, 844)


def test_a_caption_is_what_was_typed_already() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        frame = await take(page, "marcus-telegram")
        await frame.get_by_test_id("phone-input").fill("broken")
        await frame.get_by_test_id("phone-attach").click()
        await frame.get_by_test_id("attach-image").click()
        await frame.locator("[data-testid=bubble] img").wait_for()
        await frame.get_by_test_id("bubble").get_by_text("broken").wait_for()
        assert await frame.get_by_test_id("phone-input").input_value() == ""
        assert place.product.hooks[0].json["message"]["caption"] == "broken"

    browse(scenario)


def test_a_bubble_is_quoted_marked_changed_and_deleted() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        frame = await take(page, "jane-whatsapp")
        await place.say("jane-whatsapp", text="hallo")
        await post(place, message("text", {"body": "Which order?"}))
        theirs = frame.locator("[data-testid=bubble][data-direction=out]").first
        await theirs.get_by_text("Which order?").click()
        await frame.get_by_test_id("react-❤️").click()
        await theirs.get_by_test_id("reaction").get_by_text("❤️").wait_for()
        await theirs.get_by_text("Which order?").click()
        await frame.get_by_test_id("react-❤️").click()
        await theirs.get_by_test_id("reaction").wait_for(state="detached")
        await theirs.get_by_text("Which order?").click()
        await frame.get_by_test_id("bubble-quote").click()
        await frame.get_by_test_id("context-bar").get_by_text("Which order?").wait_for()
        await frame.get_by_test_id("phone-input").fill("1001")
        await frame.get_by_test_id("phone-send").click()
        await frame.locator(".quoted").get_by_text("Which order?").wait_for()
        own = frame.locator("[data-testid=bubble][data-direction=in]")
        await own.first.get_by_text("hallo").click()
        await frame.get_by_test_id("bubble-edit").click()
        await frame.get_by_test_id("phone-input").fill("hello")
        await frame.get_by_test_id("phone-send").click()
        await own.first.get_by_text("edited").wait_for()
        await own.first.get_by_text("hello").click()
        await frame.get_by_test_id("bubble-delete").click()
        await own.first.get_by_text("This message was deleted").wait_for()
        values = [hook.json["entry"][0]["changes"][0]["value"] for hook in place.product.hooks]
        kinds = [value["messages"][0]["type"] for value in values if "messages" in value]
        assert kinds == ["text", "reaction", "reaction", "text", "edit", "revoke"]

    browse(scenario)


def test_files_of_the_store_are_shown_with_name_and_size() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        frame = await take(page, "tom-sms")
        media = place.parts.world.media
        links = [f"{place.config.page}media/{media.sample(kind).id}" for kind in ("image", "document")]
        await create(place, to=TOM, body="Your label", media_url=links)
        bubble = frame.locator("[data-testid=bubble][data-direction=out]")
        await bubble.locator("img").wait_for()
        assert "pdf · 125 B" in await bubble.get_by_test_id("file-chip").inner_text()

    browse(scenario)


def test_a_phone_can_write_to_the_second_number() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        frame = await take(page, "tom-sms")
        await frame.get_by_test_id("phone-more").click()
        await frame.get_by_test_id("phone-second").click()
        await page.locator("[data-phone=tom-sms-second]").wait_for()
        await frame.get_by_test_id("phone-input").fill("to number two")
        await frame.get_by_test_id("phone-send").click()
        hook = (await place.until(lambda: place.product.on("/webhooks/twilio")))[0]
        assert hook.form["To"] == place.config.extra["twilio_second_sms_from"]
        await frame.get_by_test_id("phone-account-tom-sms").click()
        await page.locator("[data-phone=tom-sms]").wait_for()
        await frame.get_by_test_id("phone-tab-tom-sms-second").click()
        await frame.get_by_text("to number two").wait_for()

    browse(scenario)


def test_any_error_of_a_platform_can_be_armed() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        await page.get_by_test_id("tab-faults").click()
        await page.get_by_test_id("fault-platform").select_option("twilio")
        await page.get_by_test_id("fault-kind").select_option("failed_receipts")
        error = page.get_by_test_id("fault-error")
        await error.locator("option").first.wait_for(state="attached")
        await error.select_option(label="30005 Unknown destination handset")
        await page.get_by_test_id("fault-add").click()
        await page.get_by_test_id("fault").get_by_text("30005").wait_for()
        callback = f"{place.config.product}/webhooks/twilio/status"
        await create(place, to=TOM, body="hi", status_callback=callback)
        told = await place.until(lambda: [hook for hook in place.product.hooks if "ErrorCode" in hook.form])
        assert told[0].form["ErrorCode"] == "30005"

    browse(scenario)


def test_an_agent_replies_with_files() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        headers = {"Authorization": f"Bearer {place.settings['SLACK_BOT_TOKEN']}"}
        body = {"channel": place.settings["SLACK_CHANNEL"], "text": "Case", "blocks": card()}
        async with place.session.post(
            f"{place.settings['SLACK_API_URL']}chat.postMessage", json=body, headers=headers
        ) as response:
            assert (await response.json())["ok"]
        thread = page.get_by_test_id("slack-thread")
        await thread.get_by_test_id("slack-reply-input").fill("Your label")
        await thread.get_by_test_id("slack-attach").click()
        await thread.get_by_test_id("slack-attach-both").click()
        await thread.locator("img.photo").wait_for()
        await thread.get_by_test_id("file-chip").get_by_text("invoice.pdf").wait_for()

    browse(scenario)
