"""Tests WhatsApp Cloud API: sends, limits, windows, receipts, inbound webhooks."""

import hashlib
import hmac
from typing import Any

import aiohttp
import pytest

from sandbox.platforms.meta.errors import GraphError
from sandbox.platforms.meta.whatsapp import limits
from tests.sandbox.playground import Hook, Playground, play

JANE = "12025550101"


def message(kind: str = "text", body: Any = None, **extra: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": JANE, "type": kind, kind: body or {"body": "Hello"}, **extra}


async def post(place: Playground, body: dict[str, Any], token: str = "") -> tuple[int, dict[str, Any]]:
    url = f"{place.settings['GRAPH_API_URL']}/{place.settings['WHATSAPP_PHONE_NUMBER_ID']}/messages"
    headers = {"Authorization": f"Bearer {token or place.settings['WHATSAPP_ACCESS_TOKEN']}"}
    async with place.session.post(url, json=body, headers=headers) as response:
        return response.status, await response.json()


def statuses(place: Playground) -> list[dict[str, Any]]:
    values = [hook.json["entry"][0]["changes"][0]["value"] for hook in place.product.on("/webhooks/whatsapp")]
    return [status for value in values for status in value.get("statuses", [])]


def test_a_customers_message_is_signed_and_shaped_like_metas() -> None:
    async def scenario(place: Playground) -> None:
        answer = await place.say("jane-whatsapp", text="Wo ist mein Päckchen? 📦 a/b")
        assert answer["status"] == 200
        hook: Hook = place.product.hooks[0]
        secret = place.settings["WHATSAPP_APP_SECRET"].encode()
        assert (
            hook.headers["X-Hub-Signature-256"] == "sha256=" + hmac.new(secret, hook.body, hashlib.sha256).hexdigest()
        )
        assert hook.body.isascii()
        assert b"a\\/b" in hook.body
        value = hook.json["entry"][0]["changes"][0]["value"]
        assert value["metadata"]["phone_number_id"] == place.settings["WHATSAPP_PHONE_NUMBER_ID"]
        assert value["contacts"][0]["profile"]["name"] == "Jane Doe"
        sent = value["messages"][0]
        assert (sent["from"], sent["type"], sent["text"]["body"]) == (JANE, "text", "Wo ist mein Päckchen? 📦 a/b")
        assert sent["from_user_id"].startswith("US.")
        assert sent["timestamp"].isdigit()

    play(scenario)


def test_a_reply_gets_its_receipts_with_the_callback_data() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("jane-whatsapp", text="hi")
        status, body = await post(place, message(biz_opaque_callback_data="d-1"))
        assert status == 200
        assert body["contacts"][0]["wa_id"] == JANE
        await place.until(lambda: len(statuses(place)) == 3)
        received = statuses(place)
        assert [one["status"] for one in received] == ["sent", "delivered", "read"]
        assert {one["id"] for one in received} == {body["messages"][0]["id"]}
        assert {one["biz_opaque_callback_data"] for one in received} == {"d-1"}
        assert place.transcript("jane-whatsapp")[-1].status == "read"
        paid = {"billable": True, "pricing_model": "PMP", "category": "service", "type": "regular"}
        assert [one.get("pricing") for one in received] == [paid, paid, None]

    play(scenario)


def test_after_a_click_on_an_ad_nothing_costs_anything_for_three_days() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("jane-whatsapp", text="hi", referral=True)
        await post(place, message())
        await place.until(lambda: len(statuses(place)) == 3)
        told = [one.get("pricing", {}) for one in statuses(place)]
        assert [(one.get("billable"), one.get("type")) for one in told] == [
            *[(False, "free_entry_point")] * 2,
            (None, None),
        ]

    play(scenario)


def test_buttons_are_tapped_by_id_or_title() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("jane-whatsapp", text="hi")
        buttons = [{"type": "reply", "reply": {"id": name, "title": name.title()}} for name in ("yes", "no")]
        interactive = {"type": "button", "body": {"text": "Sure?"}, "action": {"buttons": buttons}}
        _, sent = await post(place, message("interactive", interactive))
        await place.say("jane-whatsapp", choice="yes")
        tapped = place.product.on("/webhooks/whatsapp")[-1].json["entry"][0]["changes"][0]["value"]["messages"][0]
        assert tapped["interactive"] == {"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}}
        assert tapped["context"]["id"] == sent["messages"][0]["id"]
        await place.api("phones/jane-whatsapp/send", {"choice": "maybe"}, status=400)

    play(scenario)


@pytest.mark.parametrize("kind", ["image", "voice", "sticker", "video", "document"])
def test_media_can_be_fetched_with_the_token(kind: str) -> None:
    async def scenario(place: Playground) -> None:
        await place.say("jane-whatsapp", kind=kind)
        sent = place.product.hooks[0].json["entry"][0]["changes"][0]["value"]["messages"][0]
        media = sent[sent["type"]]
        headers = {"Authorization": f"Bearer {place.settings['WHATSAPP_ACCESS_TOKEN']}"}
        async with place.session.get(f"{place.settings['GRAPH_API_URL']}/{media['id']}", headers=headers) as response:
            described = await response.json()
        async with place.session.get(described["url"]) as response:
            assert response.status == 401
        async with place.session.get(described["url"], headers=headers) as response:
            assert hashlib.sha256(await response.read()).hexdigest() == media["sha256"] == described["sha256"]

    play(scenario)


@pytest.mark.parametrize("kind", ["location", "contact", "unsupported"])
def test_other_kinds_arrive(kind: str) -> None:
    async def scenario(place: Playground) -> None:
        await place.say("jane-whatsapp", kind=kind)
        sent = place.product.hooks[0].json["entry"][0]["changes"][0]["value"]["messages"][0]
        assert sent["type"] == {"contact": "contacts"}.get(kind, kind)
        assert sent["errors" if kind == "unsupported" else sent["type"]]

    play(scenario)


def test_several_messages_in_one_webhook_and_a_hidden_number() -> None:
    async def scenario(place: Playground) -> None:
        made = await place.api("people", {"name": "No Number", "channels": ["whatsapp"], "hidden_number": True})
        phone = made["phones"][0]
        await place.say(phone["id"], batch=[{"text": "one"}, {"text": "two"}])
        value = place.product.hooks[0].json["entry"][0]["changes"][0]["value"]
        assert [sent["text"]["body"] for sent in value["messages"]] == ["one", "two"]
        assert all("from" not in sent and sent["from_user_id"] == phone["user_id"] for sent in value["messages"])
        assert "wa_id" not in value["contacts"][0]

    play(scenario)


def test_wrong_token_closed_window_and_unknown_number() -> None:
    async def scenario(place: Playground) -> None:
        assert (await post(place, message(), token="nonsense"))[0] == 401
        assert (await post(place, message()))[0] == 200
        assert (await post(place, message() | {"to": "12025550199"}))[0] == 200
        failed = await place.until(lambda: len(statuses(place)) == 2 and statuses(place))
        assert sorted(one["errors"][0]["code"] for one in failed) == [131026, 131047]
        template = {"name": "unknown_words", "language": {"code": "en"}}
        assert (await post(place, message("template", template)))[0] == 200
        await place.until(lambda: statuses(place)[-1]["status"] == "read")

    play(scenario)


def test_the_pair_limit_is_131056() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("jane-whatsapp", text="hi")
        place.parts.world.pace.receipts = False
        answers = [await post(place, message()) for _ in range(47)]
        assert [status for status, _ in answers[:45]] == [200] * 45
        assert answers[-1][1]["error"]["code"] == 131056
        await place.api("pace", {"limits": False})
        assert (await post(place, message()))[0] == 200

    play(scenario)


def button(title: str, button_id: str = "x") -> dict[str, Any]:
    return {"type": "reply", "reply": {"id": button_id, "title": title}}


def interactive(kind: str, action: dict[str, Any], text: str = "Pick") -> dict[str, Any]:
    return {"type": kind, "body": {"text": text}, "action": action}


def rows(count: int, **extra: Any) -> dict[str, Any]:
    listed = [{"id": f"r{number}", "title": f"Row {number}", **extra} for number in range(count)]
    return {"button": "Choose", "sections": [{"title": "All", "rows": listed}]}


def parameter(text: str) -> dict[str, Any]:
    components = [{"type": "body", "parameters": [{"type": "text", "text": text}]}]
    return {"name": "a", "language": {"code": "en"}, "components": components}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text", {"body": "x" * 4096}),
        ("interactive", interactive("button", {"buttons": [button("x" * 20)]}, "x" * 1024)),
        ("interactive", interactive("list", rows(10, description="x" * 72), "x" * 4096)),
        ("template", parameter("x    y")),
        ("image", {"link": "https://example.com/a.png", "caption": "x" * 1024}),
    ],
)
def test_messages_at_the_limit_pass(kind: str, body: dict[str, Any]) -> None:
    assert limits.check(message(kind, body)) == kind


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("text", {"body": "x" * 4097}, 100),
        ("text", {"body": " "}, 131008),
        ("poll", {"a": 1}, 131051),
        ("interactive", interactive("button", {"buttons": [button("x" * 21)]}), 131009),
        ("interactive", interactive("button", {"buttons": [button("a"), button("b")]}), 131009),
        ("interactive", interactive("button", {"buttons": [button(c, c) for c in "abcd"]}), 131009),
        ("interactive", interactive("button", {"buttons": [button("a")]}, "x" * 1025), 131009),
        ("interactive", interactive("list", rows(11)), 131009),
        ("interactive", interactive("list", rows(1, description="x" * 73)), 131009),
        ("template", parameter("two\nlines"), 132018),
        ("template", parameter("five     spaces"), 132018),
        ("image", {"link": "https://example.com/a.png", "caption": "x" * 1025}, 100),
        ("image", {"id": "1", "link": "https://example.com/a.png"}, 100),
    ],
)
def test_messages_over_the_limit_are_refused(kind: str, body: dict[str, Any], code: int) -> None:
    with pytest.raises(GraphError) as caught:
        limits.check(message(kind, body))
    assert caught.value.code == code


def test_callback_data_has_512_characters_at_most() -> None:
    with pytest.raises(GraphError):
        limits.check(message(biz_opaque_callback_data="x" * 513))


def test_read_and_typing_show_on_the_phone() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("jane-whatsapp", text="hi")
        sent = place.transcript("jane-whatsapp")[0]
        body = {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": sent.id,
            "typing_indicator": {"type": "text"},
        }
        assert await post(place, body) == (200, {"success": True})
        assert (sent.status, place.parts.world.directory.phones["jane-whatsapp"].typing) == ("read", True)

    play(scenario)


def test_upload_templates_and_the_number_itself() -> None:
    async def scenario(place: Playground) -> None:
        headers = {"Authorization": f"Bearer {place.settings['WHATSAPP_ACCESS_TOKEN']}"}
        base, number = place.settings["GRAPH_API_URL"], place.settings["WHATSAPP_PHONE_NUMBER_ID"]
        data = aiohttp.FormData({"messaging_product": "whatsapp", "type": "image/png"})
        data.add_field("file", b"\x89PNG", filename="a.png", content_type="image/png")
        async with place.session.post(f"{base}/{number}/media", data=data, headers=headers) as response:
            media_id = (await response.json())["id"]
        await place.say("jane-whatsapp", text="hi")
        assert (await post(place, message("image", {"id": media_id})))[0] == 200
        assert place.transcript("jane-whatsapp")[-1].media.path == f"/media/{media_id}"
        async with place.session.get(f"{base}/{number}", headers=headers) as response:
            assert (await response.json())["display_phone_number"] == "+1 202-555-0189"
        await place.api("templates", {"name": "winter", "language": "en", "status": "PAUSED", "category": "MARKETING"})
        status, body = await post(place, message("template", {"name": "winter", "language": {"code": "en"}}))
        assert (status, body["error"]["code"]) == (400, 132015)
        async with place.session.get(
            f"{base}/{place.config.extra['whatsapp_business_id']}/message_templates?name=winter", headers=headers
        ) as response:
            assert [one["name"] for one in (await response.json())["data"]] == ["winter"]

    play(scenario)


def test_metas_verification_request() -> None:
    async def scenario(place: Playground) -> None:
        place.product.verify_token = place.settings["WHATSAPP_VERIFY_TOKEN"]
        assert (await place.api("verify/whatsapp", {}))["ok"] is True
        assert (await place.api("verify/whatsapp", {"token": "wrong"}))["status"] == 403

    play(scenario)


def test_whom_the_business_blocks_is_heard_no_more_until_it_ends() -> None:
    async def block(place: Playground, method: str) -> tuple[int, dict[str, Any]]:
        url = f"{place.settings['GRAPH_API_URL']}/{place.settings['WHATSAPP_PHONE_NUMBER_ID']}/block_users"
        headers = {"Authorization": f"Bearer {place.settings['WHATSAPP_ACCESS_TOKEN']}"}
        body = {"messaging_product": "whatsapp", "block_users": [{"user": JANE}]}
        async with place.session.request(method, url, json=body, headers=headers) as response:
            return response.status, await response.json()

    async def scenario(place: Playground) -> None:
        status, body = await block(place, "POST")  # who has not written in 24 hours
        assert (status, body["error"]["code"]) == (400, 139100)
        await place.say("jane-whatsapp", text="hi")
        status, body = await block(place, "POST")
        assert (status, body["block_users"]["added_users"]) == (200, [{"input": JANE, "wa_id": JANE}])
        heard = len(place.product.hooks)
        await place.say("jane-whatsapp", text="buy my pills")
        assert len(place.product.hooks) == heard
        assert (await block(place, "DELETE"))[0] == 200
        await place.say("jane-whatsapp", text="hello again")
        assert len(place.product.hooks) == heard + 1

    play(scenario)
