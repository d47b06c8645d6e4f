"""Clear chats clears both sides: what is open is resolved as an agent does it, and what both sides agreed on stays."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from sandbox.control import clearing
from tests.sandbox.playground import Playground, play
from tests.sandbox.test_keeping import slack
from tests.sandbox.test_twilio import TOM, create
from tests.sandbox.test_whatsapp import message, post

RESOLVE = {
    "type": "button",
    "action_id": "case_resolve",
    "text": {"type": "plain_text", "text": "Resolve"},
    "value": "7",
}
OPEN = [{"type": "section", "text": {"type": "mrkdwn", "text": "Omar"}}, {"type": "actions", "elements": [RESOLVE]}]
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Resolve"},
    "submit": {"type": "plain_text", "text": "Resolve"},
    "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "Sure?"}}],
}


async def open_case(place: Playground) -> str:
    posted = await slack(place, "chat.postMessage", channel=place.settings["SLACK_CHANNEL"], text="Case", blocks=OPEN)
    return str(posted["ts"])


def resolves(place: Playground, ts: str, modal: bool) -> None:
    """Lets the product do what Resolve asks of it, by way of a modal or not."""

    async def pressed() -> web.Response:
        payload = json.loads(parse_qs(place.product.on("/slack/events")[-1].body.decode())["payload"][0])
        if modal and payload["type"] == "block_actions":
            await slack(place, "views.open", trigger_id=payload["trigger_id"], view=MODAL)
            return web.Response()
        channel = place.settings["SLACK_CHANNEL"]
        await slack(place, "chat.update", channel=channel, ts=ts, text="Resolved", blocks=OPEN[:1])
        await post(place, message("text", {"body": "You are back with me, the bot"}))
        return web.Response()

    place.product.answer("/slack/events", pressed, pressed)


@pytest.mark.parametrize("modal", [False, True])
def test_open_cases_are_resolved_first(modal: bool) -> None:
    async def scenario(place: Playground) -> None:
        await place.api("pace", {"bot_events": False})
        await place.say("jane-whatsapp", text="a person please")
        ts = await open_case(place)
        resolves(place, ts, modal)
        assert await place.api("clear", {}) == {"ok": True, "resolved": 1}
        payloads = [parse_qs(hook.body.decode())["payload"][0] for hook in place.product.on("/slack/events")]
        kinds = [json.loads(payload)["type"] for payload in payloads]
        assert kinds == (["block_actions", "view_submission"] if modal else ["block_actions"])
        state = await place.api("state")
        assert all(not phone["bubbles"] for phone in state["phones"])
        assert all(not channel["messages"] for channel in state["slack"]["channels"])
        assert state["log"] == []

    play(scenario)


def test_a_product_that_is_away_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "QUIET", 0.01)

    async def scenario(place: Playground) -> None:
        await place.api("pace", {"bot_events": False})
        await open_case(place)
        place.product.answer("/slack/events", web.Response(status=503))
        await place.api("clear", {})
        assert all(not channel["messages"] for channel in (await place.api("state"))["slack"]["channels"])

    play(scenario)


def test_what_both_sides_agreed_on_stays() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("tom-sms", text="STOP")
        await place.say("jane-whatsapp", text="hi")
        await place.api("phones/marcus-telegram/block", {"blocked": True})
        place.parts.twilio.messages.numbers.first(whatsapp=False).url = "http://127.0.0.1:1/webhooks/twilio"
        await place.api("templates", {"name": "shipped", "body": "On its way"})
        await place.api("faults", {"platform": "slack", "kind": "delay"})
        await place.api("webhooks", {"platform": "twilio", "deliver": False})
        await place.api("clear", {})
        state: dict[str, Any] = {phone["id"]: phone for phone in (await place.api("state"))["phones"]}
        assert state["tom-sms"]["opted_out"]
        assert state["marcus-telegram"]["blocked"]
        assert state["jane-whatsapp"]["window_open"]
        assert place.parts.twilio.messages.numbers.first(whatsapp=False).url
        assert place.parts.graph.whatsapp.templates.get("shipped", "en")
        assert (await place.api("state"))["faults"] == (await place.api("webhooks"))["muted"] == []

    play(scenario)


def test_a_receipt_brings_no_cleared_message_back() -> None:
    async def scenario(place: Playground) -> None:
        await place.api("pace", {"sent": 0.05})
        callback = f"{place.config.product}/webhooks/twilio/status"
        await create(place, to=TOM, body="Your parcel", status_callback=callback)
        await place.api("clear", {})
        with place.parts.world.feed.subscription() as subscriber:
            await place.until(lambda: len([hook for hook in place.product.hooks if "MessageStatus" in hook.form]) == 2)
            changes = await subscriber.take(0.1)
        assert [topic for topic, _ in changes if topic == "bubble"] == []

    play(scenario)
