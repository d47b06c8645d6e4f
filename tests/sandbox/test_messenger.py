"""Tests Messenger Platform: sends, limits, windows, receipts, inbound webhooks."""

import hashlib
import hmac
from typing import Any

import pytest

from sandbox.platforms.meta.errors import GraphError
from sandbox.platforms.meta.messenger import limits
from tests.sandbox.playground import Playground, play


def psid(place: Playground) -> str:
    return str(place.parts.world.directory.phones["sofia-messenger"].address)


async def post(place: Playground, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    url = f"{place.settings['GRAPH_API_URL']}/me/messages?access_token={place.settings['MESSENGER_ACCESS_TOKEN']}"
    async with place.session.post(url, json=body) as response:
        return response.status, await response.json()


def message(place: Playground, text: str = "Hello", **extra: Any) -> dict[str, Any]:
    return {"recipient": {"id": psid(place)}, "messaging_type": "RESPONSE", "message": {"text": text, **extra}}


def items(place: Playground) -> list[dict[str, Any]]:
    hooks = place.product.on("/webhooks/messenger")
    return [item for hook in hooks for item in hook.json["entry"][0].get("messaging", [])]


def last(place: Playground, part: str) -> Any:
    """Finds the newest of a kind; receipts come in between when they like."""
    return [item[part] for item in items(place) if part in item][-1]


def test_the_way_there_and_back() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("sofia-messenger", text="你好")
        hook = place.product.hooks[0]
        secret = place.settings["MESSENGER_APP_SECRET"].encode()
        assert (
            hook.headers["X-Hub-Signature-256"] == "sha256=" + hmac.new(secret, hook.body, hashlib.sha256).hexdigest()
        )
        assert items(place)[0]["message"]["text"] == "你好"
        assert items(place)[0]["sender"]["id"] == psid(place)
        replies = [{"content_type": "text", "title": "Yes", "payload": "yes"}]
        status, body = await post(place, message(place, quick_replies=replies, metadata="d-7"))
        assert (status, body["recipient_id"]) == (200, psid(place))
        await place.until(lambda: any("read" in item for item in items(place)))
        echo, delivery = items(place)[1], items(place)[2]
        assert (echo["message"]["is_echo"], echo["message"]["metadata"]) == (True, "d-7")
        assert str(echo["message"]["app_id"]) == place.config.extra["meta_app_id"]
        assert delivery["delivery"]["mids"] == [body["message_id"]]
        await place.say("sofia-messenger", choice="Yes")
        assert last(place, "message")["quick_reply"] == {"payload": "yes"}

    play(scenario)


def test_an_echo_may_come_before_the_answer_and_from_another_app() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("sofia-messenger", text="hi")
        await place.api("faults", {"platform": "messenger", "kind": "early_echo", "times": 1})
        before = len(items(place))
        assert (await post(place, message(place, metadata="d-8")))[0] == 200
        early = items(place)[before]["message"]
        assert (early["is_echo"], "metadata" in early) == (True, False)
        await place.say("sofia-messenger", kind="human", text="Back soon", app="98765")
        assert last(place, "message")["app_id"] == 98765

    play(scenario)


def test_buttons_give_postbacks_and_people_in_the_inbox_give_echoes() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("sofia-messenger", text="hi")
        payload = {
            "template_type": "button",
            "text": "Pick",
            "buttons": [{"type": "postback", "title": "A", "payload": "a"}],
        }
        body = message(place) | {"message": {"attachment": {"type": "template", "payload": payload}}}
        assert (await post(place, body))[0] == 200
        await place.say("sofia-messenger", choice="a")
        assert last(place, "postback")["payload"] == "a"
        await place.say("sofia-messenger", kind="human", text="Bea here")
        assert str(last(place, "message")["app_id"]) != place.config.extra["meta_app_id"]
        for kind in ("image", "location", "sticker", "unsupported"):
            await place.say("sofia-messenger", kind=kind)
            assert last(place, "message")["attachments"]

    play(scenario)


def test_errors() -> None:
    async def scenario(place: Playground) -> None:
        status, body = await post(place, message(place))
        assert (status, body["error"]["code"], body["error"]["error_subcode"]) == (400, 100, 2018001)
        await place.say("sofia-messenger", text="hi")
        await place.api("phones/sofia-messenger/age", {"hours": 30})
        _, body = await post(place, message(place))
        assert (body["error"]["code"], body["error"]["error_subcode"]) == (10, 2018278)
        human = message(place) | {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        assert (await post(place, human))[0] == 200
        template = {"template": {"name": "shipped", "language": {"code": "en"}}}
        utility = message(place) | {"messaging_type": "UTILITY", "message": template}
        assert (await post(place, utility))[0] == 200
        await place.api("phones/sofia-messenger/block", {})
        _, body = await post(place, human)
        assert body["error"]["code"] == 551

    play(scenario)


def test_profile_subscription_and_token() -> None:
    async def scenario(place: Playground) -> None:
        base, token = place.settings["GRAPH_API_URL"], place.settings["MESSENGER_ACCESS_TOKEN"]
        async with place.session.get(
            f"{base}/{psid(place)}?fields=first_name,last_name&access_token={token}"
        ) as response:
            assert await response.json() == {"first_name": "Sofia", "last_name": "Rossi", "id": psid(place)}
        async with place.session.post(
            f"{base}/{place.settings['MESSENGER_PAGE_ID']}/subscribed_apps?access_token={token}"
        ) as response:
            assert await response.json() == {"success": True}
        async with place.session.post(f"{base}/me/messages?access_token=wrong", json=message(place)) as response:
            assert (response.status, (await response.json())["error"]["code"]) == (401, 190)

    play(scenario)


BASE = {"messaging_type": "RESPONSE", "message": {"text": "x"}}
REPLY = {"content_type": "text", "title": "x", "payload": "x"}


@pytest.mark.parametrize(
    "body",
    [
        BASE | {"message": {"text": "x" * 2001}},
        BASE | {"message": {"text": "x", "metadata": "x" * 1001}},
        BASE | {"message": {"text": "x", "quick_replies": [REPLY] * 14}},
        BASE | {"message": {"text": "x", "quick_replies": [REPLY | {"title": "x" * 21}]}},
        BASE | {"messaging_type": "MESSAGE_TAG", "tag": "POST_PURCHASE_UPDATE"},
        BASE | {"messaging_type": "UTILITY"},
        BASE
        | {"message": {"attachment": {"type": "template", "payload": {"template_type": "button", "text": "x" * 641}}}},
        BASE | {"message": {}},
    ],
)
def test_limits(body: dict[str, Any]) -> None:
    limits.check(BASE)
    with pytest.raises(GraphError) as caught:
        limits.check(body)
    assert caught.value.code == 100
