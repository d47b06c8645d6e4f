"""The page's other panels: every button of the store and what it came to, the wire log, Slack's header."""

from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Page, expect

from sandbox.platforms.tracking.words import STEPS
from sandbox.store import actions
from tests.sandbox.playground import Playground
from tests.sandbox.test_keeping import slack
from tests.sandbox.test_page import browse, pytestmark  # noqa: F401 - the mark skips without Chromium
from tests.sandbox.test_store_webhook import ask
from tests.sandbox.test_whatsapp import message, post


def notice(kind: str, state: str, **more: Any) -> dict[str, Any]:
    return {"id": f"n-{kind}", "kind": kind, "state": state, "decisions": 1, "said": "", "refused": [], **more}


def decides(place: Playground, *notices: dict[str, Any]) -> None:
    """Lets the product tell these notices once an event has come."""

    async def told() -> web.Response:
        return web.json_response({"notices": notices if place.product.on("/api/v1/events") else []})

    place.product.notices = told


def test_every_button_of_the_store_is_there_and_can_be_reached_by_keys() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        await page.get_by_test_id("order-1001-more").focus()
        await page.keyboard.press("Enter")
        menu = page.get_by_test_id("order-menu")
        ids = await menu.get_by_role("menuitem").evaluate_all("nodes => nodes.map((node) => node.dataset.testid)")
        main = {"pay", "ship", "delay", "deliver"}
        own = {one.removeprefix("order-1001-") for one in ids}
        assert {one for one in own if not one.startswith("carrier-")} == set(actions.ACTIONS) - main
        await expect(menu.get_by_test_id("order-1001-out")).to_be_focused()
        await expect(menu.get_by_test_id("order-1001-return_approved")).to_be_disabled()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await page.get_by_test_id("order-1001").get_by_text("pick-up ready").wait_for()
        await expect(menu).to_be_hidden()
        await page.get_by_test_id("order-1003-more").click()
        await page.get_by_test_id("order-1003-return_requested").click()
        await page.get_by_test_id("order-1003").get_by_text("return requested").wait_for()
        await page.get_by_test_id("order-1003-more").click()
        await page.keyboard.press("Escape")
        await expect(page.get_by_test_id("order-1003-more")).to_be_focused()

    browse(scenario, 1400)


def test_the_carrier_speaks_past_the_store() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        await page.get_by_test_id("order-1001-more").click()
        steps = page.get_by_test_id("order-menu").locator("[data-testid*='-carrier-']")
        ids = await steps.evaluate_all("nodes => nodes.map((node) => node.dataset.testid)")
        assert {one.removeprefix("order-1001-carrier-") for one in ids} <= set(STEPS)
        await page.get_by_test_id("order-1001-carrier-neighbour").click()
        await page.get_by_test_id("order-1001-said").get_by_text("Left with a neighbour").wait_for()
        (hook,) = place.product.on("/webhooks/aftership")
        assert hook.json["msg"]["subtag"] == "Delivered_005"
        assert "aftership-hmac-sha256" in {name.lower() for name in hook.headers}

    browse(scenario, 1400)


@pytest.mark.parametrize(
    ("notices", "said"),
    [
        ([notice("shipped", "queued", channel="whatsapp")], "Jane is told of “shipped” by WhatsApp."),
        (
            [
                notice(
                    "shipped",
                    "skipped",
                    said="no way is left",
                    refused=[
                        {"channel": "sms", "reason": "no_consent", "said": "no consent"},
                        {"channel": "whatsapp", "reason": "no_consent", "said": "no consent"},
                    ],
                )
            ],
            "Jane is not told of “shipped”: no way is left; no consent (SMS, WhatsApp).",
        ),
        ([notice("stock_low", "held", said="it is quiet time")], "“stock low” waits: it is quiet time."),
        ([], "Jane is told nothing: no notice follows from it."),
    ],
)
def test_a_press_says_who_was_told_or_why_nobody_was(notices: list[dict[str, Any]], said: str) -> None:
    async def scenario(place: Playground, page: Page) -> None:
        decides(place, *notices)
        await page.get_by_test_id("order-1002-ship").click()
        whole = f"Ship #1002: the desk took shipment.created and order.updated. {said}"
        await expect(page.get_by_test_id("order-1002-said")).to_have_text(whole, timeout=8000)
        toast = page.locator("#toast")
        await expect(toast).to_have_text(whole)
        shown, field = await toast.bounding_box(), await page.get_by_test_id("slack-input").bounding_box()
        assert shown
        assert field
        assert shown["y"] + shown["height"] < field["y"]

    browse(scenario)


def test_a_press_that_the_desk_ignores_or_refuses_says_so() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        ignored = web.json_response({"accepted": 0, "duplicates": 0, "ignored": 1}, status=202)
        place.product.answer("/api/v1/events", ignored)
        await page.get_by_test_id("order-1003-more").click()
        await page.get_by_test_id("order-1003-return_requested").click()
        said = page.get_by_test_id("order-1003-said")
        await expect(said).to_contain_text("the desk keeps return.updated and does nothing with it yet")
        await page.get_by_test_id("order-1001-delay").click()
        said = page.get_by_test_id("order-1001-said")
        await expect(said).to_contain_text("What came of it tells `doorstep trace`.")

    browse(scenario)


def test_the_wire_log_is_filtered_and_searched() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        log = page.get_by_test_id("wire-log")
        await place.say("jane-whatsapp", text="a broken zip")
        await place.say("xiaoming-whatsapp", text="坏了")
        await post(place, message())
        await slack(place, "auth.test")
        await slack(place, "chat.postMessage", channel=place.settings["SLACK_CHANNEL"], text="hello")
        rows = page.get_by_test_id("wire-entry")
        await log.get_by_text("/chat.postMessage").wait_for()
        await expect(log.get_by_text("/auth.test")).to_be_hidden()
        path = f"/{place.settings['WHATSAPP_PHONE_NUMBER_ID']}/messages"
        row = rows.filter(has_text=path)
        assert path in str(await row.get_attribute("title"))
        assert await row.locator(".wire-path").evaluate("node => node.scrollWidth <= node.clientWidth")
        await page.get_by_test_id("wire-checks").check()
        await log.get_by_text("/auth.test").wait_for()
        await page.get_by_test_id("wire-platform").select_option("slack")
        await expect(row).to_be_hidden()
        await page.get_by_test_id("wire-platform").select_option("")
        for words in ("坏了", "broken ZIP"):
            await page.get_by_test_id("wire-search").fill(words)
            await expect(rows).to_have_count(1)
        await place.say("omar-whatsapp", text="another broken zip")
        await expect(rows).to_have_count(2)
        await rows.last.focus()
        await page.keyboard.press("Enter")
        await log.locator(".wire-detail").get_by_text("a broken zip").wait_for()
        await page.get_by_test_id("wire-search").fill("nothing like that")
        await log.get_by_text("Nothing of that kind").wait_for()
        await page.locator("#tab-wire").focus()
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_test_id("tab-faults")).to_be_focused()
        await page.get_by_test_id("fault-add").wait_for()

    browse(scenario)


@pytest.mark.parametrize("width", [1400, 1280, 390])
def test_slacks_header_fits_and_each_channel_has_its_own_emptiness(width: int) -> None:
    async def scenario(place: Playground, page: Page) -> None:
        if width < 800:
            await page.locator("[data-go=slack]").click()
        await slack(place, "chat.postMessage", channel=place.config.extra["slack_agent_bea"], text="for you")
        await page.get_by_role("button", name="✉ Bea").wait_for()
        cut = "nodes => nodes.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"
        assert await page.locator(".slack-top, .slack-top *").evaluate_all(cut) == []
        await page.get_by_text("No cases yet").wait_for()
        for channel in ("warehouse", "finance"):
            await page.get_by_test_id(f"slack-channel-{channel}").click()
            await page.get_by_text(f"Nothing in #{channel} yet").wait_for()
        await page.get_by_test_id("slack-home").click()
        await page.get_by_text("Home of Bea is empty").wait_for()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width

    browse(scenario, width, 844)


def test_clear_chats_says_what_it_did() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        await place.say("jane-whatsapp", text="hi")
        await page.get_by_test_id("reset").click()
        await expect(page.locator("#toast")).to_have_text("All chats and faults are cleared.")
        await page.get_by_text("Jane Doe has not written yet").wait_for()

    browse(scenario)


def test_what_the_desk_asks_of_the_store_is_shown_and_decided() -> None:
    async def scenario(place: Playground, page: Page) -> None:
        await ask(place, "order.cancel", "1003", "a")
        shown = page.get_by_test_id("order-1003-asked")
        await expect(shown).to_have_text("The desk asks: cancel it · refused (it has been shipped)")
        await page.get_by_role("tab", name="Faults").click()
        await page.get_by_test_id("fault-platform").select_option("store")
        await page.get_by_test_id("fault-kind").select_option("accepted")
        await page.get_by_test_id("fault-add").click()
        await page.get_by_test_id("fault").get_by_text("Store: answer 202").wait_for()
        await ask(place, "order.cancel", "1002", "b", status=202)
        waits = page.get_by_test_id("order-1002-asked")
        await expect(waits).to_have_attribute("data-state", "pending")
        await page.get_by_test_id("order-1002-asked-do").click()
        await expect(waits).to_have_attribute("data-state", "done")
        await page.get_by_test_id("order-1002").get_by_text("cancelled").wait_for()
        await expect(page.get_by_test_id("order-1002-asked-refuse")).to_have_count(0)

    browse(scenario, 1400)
