"""Tests Messenger Platform: every kind of message and event that a phone can send."""

from typing import Any

import pytest

from tests.sandbox.playground import Playground, play
from tests.sandbox.test_messenger import items, message, post
from tests.sandbox.test_whatsapp_kinds import contains

SOFIA = "sofia-messenger"


def attached(kind: str) -> dict[str, Any]:
    return {"message": {"attachments": [{"type": kind}]}}


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ({"kind": "image"}, attached("image")),
        ({"kind": "voice"}, attached("audio")),
        ({"kind": "video"}, attached("video")),
        ({"kind": "document"}, attached("file")),
        (
            {"kind": "sticker"},
            {"message": {"attachments": [{"type": "sticker", "payload": {"sticker_id": 369239263222822}}]}},
        ),
        ({"kind": "location"}, {"message": {"attachments": [{"payload": {"coordinates": {"lat": 40.7128}}}]}}),
        ({"kind": "post"}, attached("post")),
        ({"kind": "reel"}, attached("reel")),
        ({"kind": "ig_post"}, attached("ig_post")),
        ({"kind": "template"}, attached("template")),
        ({"kind": "appointment"}, attached("appointment_booking")),
        ({"kind": "unsupported"}, attached("hologram")),
        ({"kind": "fallback"}, attached("fallback")),
        (
            {"kind": "referral", "text": "mail"},
            {"referral": {"ref": "mail", "source": "SHORTLINK", "type": "OPEN_THREAD"}},
        ),
        ({"kind": "get_started"}, {"postback": {"payload": "GET_STARTED", "title": "Get Started"}}),
        ({"kind": "get_started", "referral": {"source": "ADS"}}, {"postback": {"referral": {"source": "ADS"}}}),
        ({"text": "this?", "referral": {"product": {"id": "1"}}}, {"message": {"referral": {"product": {"id": "1"}}}}),
        ({"kind": "cart", "text": "gift"}, {"order": {"note": "gift", "products": [{"retailer_id": "BOOT-42"}]}}),
        ({"kind": "optin"}, {"optin": {"type": "notification_messages"}}),
        ({"kind": "optin", "status": "stop"}, {"optin": {"notification_messages_status": "STOP_NOTIFICATIONS"}}),
        ({"kind": "account_linking"}, {"account_linking": {"status": "linked"}}),
        ({"kind": "policy"}, {"policy_enforcement": {"action": "block"}, "sender": None}),
        ({"kind": "feedback", "score": 2}, {"messaging_feedback": {"feedback_screens": [{"screen_id": 0}]}}),
        ({"kind": "handover", "request": True}, {"request_thread_control": {"metadata": "handover"}}),
        ({"kind": "contact"}, {"message": {"quick_reply": {"payload": "+12025550106"}}}),
        ({"kind": "raw", "item": {"hologram": {"x": 1}}}, {"hologram": {"x": 1}}),
    ],
)
def test_kinds(act: dict[str, Any], expected: dict[str, Any]) -> None:
    async def scenario(place: Playground) -> None:
        number = place.parts.world.directory.phones[SOFIA].number
        await place.say(SOFIA, **act)
        wanted = expected if act.get("kind") != "contact" else {"message": {"quick_reply": {"payload": number}}}
        assert contains(items(place)[-1], wanted), items(place)[-1]

    play(scenario)


def test_reactions_edits_and_deletions_name_the_message() -> None:
    async def scenario(place: Playground) -> None:
        await place.say(SOFIA, text="helo")
        mine = items(place)[0]["message"]["mid"]
        _, sent = await post(place, message(place))
        await place.say(SOFIA, kind="reaction", text="❤")
        expected = {"action": "react", "reaction": "love", "emoji": "❤", "mid": sent["message_id"]}
        assert of(place, "reaction") == expected
        await place.say(SOFIA, kind="reaction", text="")
        assert of(place, "reaction") == {"action": "unreact", "mid": sent["message_id"]}
        await place.say(SOFIA, kind="edit", text="hello")
        assert of(place, "message_edit") == {"mid": mine, "text": "hello", "num_edit": 1}
        await place.say(SOFIA, text="and?", reply_to=sent["message_id"])
        assert of(place, "message")["reply_to"] == {"mid": sent["message_id"], "is_self_reply": False}
        await place.say(SOFIA, text="that", reply_to=mine)
        assert of(place, "message")["reply_to"] == {"mid": mine, "is_self_reply": True}
        await place.say(SOFIA, kind="delete", target=mine)
        assert of(place, "message") == {"mid": mine, "is_deleted": True}

    play(scenario)


def of(place: Playground, part: str) -> dict[str, Any]:
    """Finds the newest part of this name from the customer."""
    page = place.settings["MESSENGER_PAGE_ID"]
    found: dict[str, Any] = [item for item in items(place) if part in item and item["sender"]["id"] != page][-1][part]
    return found


def test_a_thread_that_another_app_holds_is_standby_and_refuses_us() -> None:
    async def scenario(place: Playground) -> None:
        place.parts.world.pace.receipts = False
        await place.say(SOFIA, text="hi")
        await place.say(SOFIA, kind="handover", to="inbox")
        assert "take_thread_control" in items(place)[-1]
        await place.say(SOFIA, text="is anybody there?")
        entry = place.product.on("/webhooks/messenger")[-1].json["entry"][0]
        assert "messaging" not in entry
        assert entry["standby"][0]["message"]["text"] == "is anybody there?"
        status, body = await post(place, message(place))
        assert (status, body["error"]["code"], body["error"]["error_subcode"]) == (403, 10, 2018300)
        await place.say(SOFIA, kind="handover", to="app")
        assert "pass_thread_control" in items(place)[-1]
        assert (await post(place, message(place)))[0] == 200
        await place.say(SOFIA, kind="get_started", standby=True)
        standby = place.product.on("/webhooks/messenger")[-1].json["entry"][0]["standby"]
        assert "payload" not in standby[0]["postback"]

    play(scenario)


def test_a_delivery_need_not_name_messages() -> None:
    async def scenario(place: Playground) -> None:
        await place.say(SOFIA, text="hi")
        await place.api("pace", {"mids": False})
        await post(place, message(place))
        await place.until(lambda: any("delivery" in item for item in items(place)))
        delivery = next(item["delivery"] for item in items(place) if "delivery" in item)
        assert list(delivery) == ["watermark"]

    play(scenario)


def test_a_quick_reply_shares_the_number() -> None:
    async def scenario(place: Playground) -> None:
        await place.say(SOFIA, text="hi")
        await post(place, message(place, quick_replies=[{"content_type": "user_phone_number"}]))
        await place.say(SOFIA, choice="Share phone number")
        number = place.parts.world.directory.phones[SOFIA].number
        assert of(place, "message")["quick_reply"] == {"payload": number}

    play(scenario)


def test_fields_nobody_subscribed_to_stay_away() -> None:
    async def scenario(place: Playground) -> None:
        await place.api("graph/subscription", {"platform": "messenger", "subscribed": True, "fields": ["messages"]})
        await place.say(SOFIA, batch=[{"text": "one"}, {"kind": "referral"}])
        assert [list(item)[-1] for item in items(place)] == ["message"]
        await place.api("graph/subscription", {"platform": "messenger", "subscribed": False})
        await place.say(SOFIA, text="two")
        assert len(items(place)) == 1

    play(scenario)


def test_news_of_a_page_changes_its_templates() -> None:
    async def scenario(place: Playground) -> None:
        await place.api(
            "templates", {"platform": "messenger", "name": "shipped", "language": "en", "body": "On its way: {{1}}"}
        )
        value = {"message_template_name": "shipped", "message_template_language": "en", "event": "PAUSED"}
        news = {"platform": "messenger", "field": "messenger_template_status_update", "value": value}
        await place.api("graph/news", news)
        entry = place.product.on("/webhooks/messenger")[-1].json["entry"][0]
        assert entry["changes"][0]["value"]["event"] == "PAUSED"
        await place.say(SOFIA, text="hi")
        template = {"template": {"name": "shipped", "language": {"code": "en"}}}
        utility = message(place) | {"messaging_type": "UTILITY", "message": template}
        assert (await post(place, utility))[1]["error"]["code"] == 100
        await place.api("graph/news", {**news, "value": {**value, "event": "APPROVED"}})
        parts = [{"type": "body", "parameters": [{"type": "text", "text": "JD0001"}]}]
        utility["message"] = {"template": {**template["template"], "components": parts}}
        assert (await post(place, utility))[0] == 200
        assert place.transcript(SOFIA)[-1].text == "On its way: JD0001"

    play(scenario)
