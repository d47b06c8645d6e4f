"""The page follows what happens: it scrolls to one's own words, marks what is new elsewhere, and loses no press."""

from typing import Any

from aiohttp import web
from playwright.async_api import Page, expect

from tests.sandbox.playground import Playground
from tests.sandbox.test_keeping import slack
from tests.sandbox.test_page import browse, pytestmark, take  # noqa: F401 - the mark skips without Chromium
from tests.sandbox.test_slack import card
from tests.sandbox.test_whatsapp import interactive, message, post, rows

AT_END = "node => node.scrollHeight - node.scrollTop - node.clientHeight < 3"


async def at_end(box: Any) -> None:
    """Waits until a list is scrolled to its end."""
    await box.page.wait_for_function(AT_END, arg=await box.element_handle())


async def case(place: Playground, text: str = "Case") -> str:
    posted = await slack(place, "chat.postMessage", channel=place.settings["SLACK_CHANNEL"], text=text, blocks=card())
    return str(posted["ts"])


async def talk(place: Playground, phone: str, count: int) -> None:
    for number in range(count):
        await place.say(phone, text=f"line {number}")


def test_ones_own_words_and_photos_are_always_in_sight() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        await talk(place, "jane-whatsapp", 30)
        chat = page.get_by_test_id("chat")
        await at_end(chat)
        await chat.evaluate("node => node.scrollTo(0, 0)")
        await page.wait_for_timeout(50)
        frame = page.get_by_test_id("phone-whatsapp")
        await frame.get_by_test_id("phone-attach").click()
        await frame.get_by_test_id("attach-image").click()
        await chat.locator("img").wait_for()
        await at_end(chat)
        await chat.evaluate("node => node.scrollTo(0, 0)")
        await frame.get_by_test_id("phone-input").fill("最后一句")
        await page.keyboard.press("Enter")
        await at_end(chat)
        await expect(chat.get_by_text("最后一句")).to_be_in_viewport()

    browse(scenario, 1400)


def test_who_reads_old_messages_is_left_there_and_told_of_new_ones() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        await talk(place, "jane-whatsapp", 30)
        chat = page.get_by_test_id("chat")
        await at_end(chat)
        await chat.evaluate("node => node.scrollTo(0, 0)")
        await page.wait_for_timeout(50)
        await post(place, message("text", {"body": "It left New York"}))
        await page.get_by_test_id("phone-jump").click()
        await at_end(chat)
        await expect(page.get_by_test_id("phone-jump")).to_be_hidden()

    browse(scenario)


def test_tabs_are_marked_until_somebody_looks() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        await place.say("jane-whatsapp", text="hi")
        await place.say("omar-whatsapp", text="hi")
        phone, desk = page.get_by_test_id("unread-phone"), page.get_by_test_id("unread-slack")
        await expect(phone).to_be_hidden()
        await post(place, message("text", {"body": "for Omar"}, to="12025550108"))
        await case(place)
        await expect(phone).to_have_text("1")
        await expect(desk).to_have_text("1")
        assert "new message" in str(await page.get_by_test_id("person-omar").get_attribute("aria-label"))
        await page.locator("[data-go=slack]").click()
        await expect(desk).to_be_hidden()
        await post(place, message("text", {"body": "for Jane"}))
        await expect(phone).to_have_text("2")
        await page.locator("[data-go=phone]").click()
        await expect(phone).to_have_text("1")
        await page.get_by_test_id("person-omar").click()
        await expect(phone).to_be_hidden()
        await page.reload()
        await page.get_by_test_id("person-jane").wait_for()
        await expect(phone).to_be_hidden()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390

    browse(scenario, 390, 844)


def test_a_new_case_out_of_sight_is_announced_and_ones_own_words_come_in_sight() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        roots = [await case(place, f"Case {number}") for number in range(9)]
        body = page.locator("#slack-body")
        await at_end(body)
        await body.evaluate("node => node.scrollTo(0, 0)")
        await page.wait_for_timeout(50)
        newest = await case(place, "Case 9")
        await page.get_by_test_id("slack-jump").get_by_text("1 new").click()
        await expect(page.locator(f"[data-testid=slack-thread][data-ts='{newest}']")).to_be_in_viewport()
        await expect(page.get_by_test_id("slack-jump")).to_be_hidden()
        oldest = page.locator(f"[data-testid=slack-thread][data-ts='{roots[0]}']")
        await oldest.get_by_test_id("slack-reply-input").fill("I have it")
        await page.keyboard.press("Enter")
        await expect(oldest.get_by_text("I have it")).to_be_in_viewport()
        warehouse = place.config.extra["slack_warehouse_channel"]
        await slack(place, "chat.postMessage", channel=warehouse, text="Send #1002 first")
        await expect(page.get_by_test_id("slack-channel-warehouse")).to_contain_text("1")
        await page.get_by_test_id("slack-channel-warehouse").click()
        await page.get_by_text("Send #1002 first").wait_for()
        await expect(page.get_by_test_id("slack-channel-warehouse")).to_have_text("# warehouse")

    browse(scenario)


def test_a_channel_is_left_and_found_again_at_its_end_and_stays_where_it_is_read() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        for number in range(9):
            await case(place, f"Case {number}")
        body = page.locator("#slack-body")
        for channel in (
            "slack-home",
            "slack-channel-customer-desk",
            "slack-channel-finance",
            "slack-channel-customer-desk",
        ):
            await page.get_by_test_id(channel).click()
        await at_end(body)
        await page.get_by_test_id("slack-home").click()
        await page.get_by_text("Home of Bea is empty").wait_for()
        await page.get_by_test_id("slack-channel-customer-desk").click()
        await at_end(body)
        await body.evaluate("node => node.scrollTo(0, 0)")
        await page.wait_for_timeout(50)
        await page.set_viewport_size({"width": 1300, "height": 700})
        await page.wait_for_timeout(100)
        assert await body.evaluate("node => node.scrollTop") == 0

    browse(scenario)


def test_the_answer_to_a_command_comes_in_sight() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        for number in range(9):
            await case(place, f"Case {number}")
        body = page.locator("#slack-body")
        await at_end(body)
        await body.evaluate("node => node.scrollTo(0, 0)")
        place.product.hooks.clear()
        place.product.answer("/slack/events", web.json_response({"text": "#1 Jane, with Bea"}))
        await page.get_by_test_id("slack-input").fill("/desk queue")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("#1 Jane, with Bea")).to_be_in_viewport()

    browse(scenario)


def test_no_receipt_nor_message_takes_a_button_away() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        await place.api("pace", {"delivered": 0.3, "read": 0.6})
        await place.say("jane-whatsapp", text="hi")
        await post(place, message("interactive", interactive("list", rows(3))))
        button = page.get_by_test_id("list-button")
        await button.hover()
        await page.mouse.down()
        await page.locator("[data-direction=out][data-status=read]").wait_for()
        await post(place, message("text", {"body": "something else"}))
        await page.get_by_text("something else").wait_for()
        await page.evaluate("document.querySelector('[data-testid=list-button]').scrollIntoView()")
        await button.hover()
        await page.mouse.up()
        await page.get_by_test_id("choice-button").first.wait_for()

    browse(scenario)


def test_focus_stays_where_it_is_while_the_page_changes() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        await place.say("jane-whatsapp", text="hi")
        root = await case(place)
        spots = {
            "person": page.get_by_test_id("person-omar"),
            "claim": page.get_by_test_id("slack-thread").get_by_test_id("slack-action-claim"),
            "order": page.get_by_test_id("order-1001-delay"),
            "call": page.get_by_test_id("wire-entry").last,
        }
        for name, spot in spots.items():
            await spot.focus()
            await place.say("omar-whatsapp", text=f"while {name} has the focus")
            await place.api("slack/react", {"ts": root, "name": name, "user": "sam"})
            await place.api("store/orders/1001/delay", {})
            await page.get_by_test_id("wire-log").get_by_text("/api/v1/events").first.wait_for()
            await page.wait_for_timeout(100)
            await expect(spot).to_be_focused()

    browse(scenario)
