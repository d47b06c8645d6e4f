"""Tests WhatsApp Cloud API: every kind of message and event that a phone can send."""

import base64
import json
from typing import Any

import pytest

from sandbox.world.numbers import wa_id
from tests.sandbox.playground import Playground, play
from tests.sandbox.test_whatsapp import message, post, statuses

JANE = "jane-whatsapp"


def changes(place: Playground) -> list[dict[str, Any]]:
    """Lists all changes that the product got, oldest first."""
    bodies = [hook.json for hook in place.product.on("/webhooks/whatsapp")]
    return [change for body in bodies for entry in body["entry"] for change in entry["changes"]]


def last(place: Playground) -> dict[str, Any]:
    """Finds the newest message."""
    received: dict[str, Any] = changes(place)[-1]["value"]["messages"][-1]
    return received


UNKNOWN = {"code": 131051, "title": "Message type unknown", "message": "Message type unknown"}


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (
            {"kind": "image", "text": "Broken"},
            {"type": "image", "image": {"caption": "Broken", "mime_type": "image/png"}},
        ),
        ({"kind": "video", "text": "See"}, {"type": "video", "video": {"caption": "See"}}),
        ({"kind": "document", "name": "bill.pdf"}, {"type": "document", "document": {"filename": "bill.pdf"}}),
        ({"kind": "voice"}, {"type": "audio", "audio": {"voice": True, "mime_type": "audio/ogg; codecs=opus"}}),
        ({"kind": "audio"}, {"type": "audio", "audio": {"voice": False}}),
        ({"kind": "sticker", "animated": True}, {"type": "sticker", "sticker": {"animated": True}}),
        ({"kind": "location"}, {"location": {"name": "Home", "address": "1 Main St, Springfield"}}),
        ({"kind": "text", "text": "a", "forwarded": True}, {"context": {"forwarded": True}}),
        ({"kind": "text", "text": "a", "forwarded": "often"}, {"context": {"frequently_forwarded": True}}),
        ({"kind": "text", "text": "a", "referral": True}, {"referral": {"source_type": "ad"}}),
        ({"kind": "text", "text": "a", "referral": {"source_id": "7"}}, {"referral": {"source_id": "7"}}),
        ({"kind": "order"}, {"type": "order", "order": {"product_items": [{"quantity": 1}]}}),
        ({"kind": "call_permission"}, {"interactive": {"call_permission_reply": {"response": "accept"}}}),
        ({"kind": "unsupported"}, {"type": "unsupported", "errors": [UNKNOWN]}),
        ({"kind": "poll"}, {"errors": [{"code": 131060}], "unsupported": {"type": "poll_creation"}}),
        ({"kind": "unsupported", "code": 131052}, {"errors": [{"code": 131052}]}),
        ({"kind": "welcome"}, {"type": "request_welcome"}),
        ({"kind": "identity"}, {"type": "system", "system": {"type": "customer_identity_changed"}}),
        ({"kind": "raw", "message": {"type": "hologram", "hologram": 3}}, {"type": "hologram", "hologram": 3}),
    ],
)
def test_kinds(act: dict[str, Any], expected: dict[str, Any]) -> None:
    async def scenario(place: Playground) -> None:
        await place.say(JANE, **act)
        received = last(place)
        assert contains(received, expected), received
        assert received["from"] == "12025550101"

    play(scenario)


def contains(found: Any, expected: Any) -> bool:
    """Tells whether everything expected is in what was found, at every depth."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(contains(found.get(name), value) for name, value in expected.items())
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(contains, found, expected))
    return bool(found == expected)


def test_a_form_and_a_product_inquiry() -> None:
    async def scenario(place: Playground) -> None:
        await place.say(JANE, kind="form", answers={"size": "42"}, flow_token="t-1")
        reply = last(place)["interactive"]["nfm_reply"]
        assert json.loads(reply["response_json"]) == {"flow_token": "t-1", "size": "42"}
        await place.say(JANE, text="In black?", product="BOOT-42")
        assert last(place)["context"]["referred_product"]["product_retailer_id"] == "BOOT-42"
        await place.say(JANE, text="hello all", group="family")
        assert last(place)["group_id"].isdigit()

    play(scenario)


def test_reactions_edits_and_deletions_name_the_message() -> None:
    async def scenario(place: Playground) -> None:
        await place.say(JANE, text="wher is it")
        mine = last(place)["id"]
        _, body = await post(place, message())
        theirs = body["messages"][0]["id"]
        await place.say(JANE, kind="reaction", text="👍")
        assert last(place)["reaction"] == {"message_id": theirs, "emoji": "👍"}
        await place.say(JANE, kind="reaction", text="")
        assert last(place)["reaction"] == {"message_id": theirs}
        assert place.transcript(JANE)[-1].reaction == ""
        await place.say(JANE, kind="edit", text="where is it")
        edit = last(place)["edit"]
        assert (edit["original_message_id"], edit["message"]["text"]["body"]) == (mine, "where is it")
        await place.say(JANE, kind="delete")
        assert last(place)["revoke"] == {"original_message_id": mine}
        await place.say(JANE, kind="image", text="this")
        await place.say(JANE, kind="edit", text="this one")
        assert last(place)["edit"]["message"]["image"]["caption"] == "this one"
        await place.say(JANE, text="and?", reply_to=theirs)
        assert last(place)["context"] == {"from": place.config.extra["whatsapp_number"], "id": theirs}
        mine = place.transcript(JANE)[-1].id
        await place.say(JANE, text="that", reply_to=mine)
        assert last(place)["context"] == {"from": last(place)["from"], "id": mine}

    play(scenario)


def test_their_own_card_and_those_of_others() -> None:
    async def scenario(place: Playground) -> None:
        await place.say(JANE, kind="contact")
        own = last(place)["contacts"][0]
        assert own["phones"] == [{"phone": "+12025550101", "type": "CELL", "wa_id": "12025550101"}]
        await place.say(
            JANE,
            kind="contact",
            contact=[{"name": "Bob Stone", "phone": "+12025550155", "org": {"company": "Acme"}}, {"name": "No Phone"}],
        )
        others = last(place)["contacts"]
        assert others[0]["name"] == {"formatted_name": "Bob Stone", "first_name": "Bob"}
        assert others[0]["origin"] == "other"
        assert "phones" not in others[1]

    play(scenario)


def test_what_the_store_asks_for_is_answered_with_a_tap() -> None:
    async def scenario(place: Playground) -> None:
        await place.say(JANE, text="hi")
        for kind, name in (
            ("location_request_message", "send_location"),
            ("request_contact_info", "request_contact_info"),
        ):
            asked = {"type": kind, "body": {"text": "Please"}, "action": {"name": name}}
            status, sent = await post(place, message("interactive", asked))
            assert status == 200, sent
            choice = place.transcript(JANE)[-1].choices[0]
            await place.say(JANE, choice=choice.title)
            assert last(place)["context"]["id"] == sent["messages"][0]["id"]
        assert last(place)["contacts"][0]["origin"] == "contact_request"
        assert last(place)["contacts"][0]["phones"][0]["wa_id"] == "12025550101"
        located = changes(place)
        assert any("location" in one for change in located for one in change["value"].get("messages", []))

    play(scenario)


def test_a_template_button_and_a_link() -> None:
    async def scenario(place: Playground) -> None:
        await place.api(
            "templates",
            {
                "name": "delayed",
                "header_format": "IMAGE",
                "body": "Late: {{1}}",
                "buttons": ["Wait"],
                "footer": "Northwind",
            },
        )
        parts = [
            {"type": "body", "parameters": [{"type": "text", "text": "Friday"}]},
            {"type": "header", "parameters": [{"type": "image", "image": {"link": f"{place.config.page}favicon.ico"}}]},
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": "0",
                "parameters": [{"type": "payload", "payload": "w"}],
            },
        ]
        body = {"name": "delayed", "language": {"code": "en"}, "components": parts}
        assert (await post(place, message("template", body)))[0] == 200
        shown = place.transcript(JANE)[-1]
        assert (shown.text, shown.footer, shown.media.kind) == ("Late: Friday", "Northwind", "image")
        await place.say(JANE, choice="Wait", no_context=True)
        assert last(place)["button"] == {"payload": "w", "text": "Wait"}
        assert "context" not in last(place)
        link = {"name": "cta_url", "parameters": {"display_text": "Track", "url": "https://t.example"}}
        await post(place, message("interactive", {"type": "cta_url", "body": {"text": "Here"}, "action": link}))
        await place.api(f"phones/{JANE}/send", {"choice": "Track"}, status=400)

    play(scenario)


def test_an_answer_that_meta_could_not_pass_on_stands_apart() -> None:
    async def scenario(place: Playground) -> None:
        await place.say(JANE, batch=[{"text": "one"}, {"kind": "no_body"}, {"text": "two"}])
        whole, broken = [change["value"] for change in changes(place)]
        assert [one["text"]["body"] for one in whole["messages"]] == ["one", "two"]
        assert "interactive" not in broken["messages"][0]
        assert broken["errors"][0]["code"] == 131000

    play(scenario)


def test_what_metas_own_agent_answers_comes_as_standby() -> None:
    async def scenario(place: Playground) -> None:
        await place.say(
            JANE, batch=[{"text": "one", "standby": True}, {"text": "two"}, {"text": "three", "standby": True}]
        )
        found = [(one["field"], len(one["value"]["messages"])) for one in changes(place)]
        assert found == [("standby", 2), ("messages", 1)]

    play(scenario)


def test_a_hidden_number_is_known_by_its_user_id_only() -> None:
    async def scenario(place: Playground) -> None:
        card = await place.api(f"phones/{JANE}/hide", {"hidden": True})
        await place.say(JANE, text="hi")
        value = changes(place)[-1]["value"]
        assert "from" not in last(place)
        assert "wa_id" not in value["contacts"][0]
        assert value["contacts"][0]["profile"]["username"] == "jane"
        body = {name: part for name, part in message().items() if name != "to"} | {"recipient": card["user_id"]}
        status, answer = await post(place, body)
        assert (status, answer["contacts"]) == (200, [{"input": card["user_id"], "user_id": card["user_id"]}])
        await place.until(lambda: len(statuses(place)) == 3)
        assert all("recipient_id" not in one for one in statuses(place))
        assert {one["recipient_user_id"] for one in statuses(place)} == {card["user_id"]}
        status, answer = await post(place, message() | {"to": card["user_id"]})
        assert (status, answer["error"]["code"]) == (400, 131009)
        await place.api(f"phones/{JANE}/hide", {"hidden": False})
        await place.say(JANE, text="back")
        assert last(place)["from"] == "12025550101"
        await place.api("phones/jane-sms/hide", {}, status=400)

    play(scenario)


def test_a_new_number_brings_a_new_user_id() -> None:
    async def scenario(place: Playground) -> None:
        await place.say(JANE, text="hi")
        before = place.parts.world.directory.phones[JANE].user_id
        moved = await place.api(f"phones/{JANE}/number", {"to": "+12125550142"})
        value = changes(place)[-1]["value"]
        system = last(place)["system"]
        assert "contacts" not in value
        assert (last(place)["from"], system["wa_id"]) == ("12025550101", "12125550142")
        assert (system["previous_user_id"], system["user_id"]) == (before, moved["phone"]["user_id"])
        assert before != moved["phone"]["user_id"]
        assert (await post(place, message() | {"to": "12125550142"}))[0] == 200
        await post(place, message())
        failed = await place.until(lambda: [one for one in statuses(place) if one["status"] == "failed"])
        assert failed[0]["errors"][0]["code"] == 131026
        await place.api(f"phones/{JANE}/hide", {"hidden": True})
        await place.api(f"phones/{JANE}/number", {"to": "+12125550143"})
        assert last(place)["system"]["type"] == "user_changed_user_id"
        assert "wa_id" not in last(place)["system"]
        await place.api("phones/jane-sms/number", {"to": "+12125550144"}, status=400)

    play(scenario)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+5531987654321", "553187654321"),
        ("+5511987654321", "5511987654321"),
        ("+525512345678", "5215512345678"),
        ("+541123456789", "5491123456789"),
        ("+12025550101", "12025550101"),
        ("5215512345678", "5215512345678"),
    ],
)
def test_wa_ids_differ_from_numbers(number: str, expected: str) -> None:
    assert wa_id(number) == expected


def test_a_send_to_a_brazilian_number_answers_with_its_wa_id() -> None:
    async def scenario(place: Playground) -> None:
        person = {"name": "Ana", "number": "+5531987654321", "country": "BR", "started": True}
        phone = (await place.api("people", person))["phones"][0]
        status, answer = await post(place, message() | {"to": "5531987654321"})
        assert (status, answer["contacts"][0]["wa_id"]) == (200, "553187654321")
        assert answer["contacts"][0]["user_id"].startswith("BR.")
        assert place.transcript(phone["id"])[-1].text == "Hello"

    play(scenario)


def test_preferences_echoes_and_news_of_the_account() -> None:
    async def scenario(place: Playground) -> None:
        for body, word in (({"stop": True}, "stop"), ({"stop": False}, "resume"), ({"signup": True}, "signup")):
            await place.api(f"phones/{JANE}/marketing", body)
            assert changes(place)[-1]["field"] == "user_preferences"
            assert changes(place)[-1]["value"]["user_preferences"][0]["value"] == word
        await place.say(JANE, kind="human", text="Bea here")
        assert changes(place)[-1]["field"] == "smb_message_echoes"
        echo = changes(place)[-1]["value"]["message_echoes"][0]
        assert (echo["to"], echo["text"]["body"]) == ("12025550101", "Bea here")
        await place.api("templates", {"name": "gift", "language": "en", "category": "UTILITY"})
        about = {"message_template_name": "gift", "message_template_language": "en"}
        field = "template_category_update"
        await place.api("graph/news", {"field": field, "value": {**about, "new_category": "MARKETING"}})
        assert changes(place)[-1]["field"] == field
        assert changes(place)[-1]["value"]["message_template_id"] > 0
        field = "message_template_status_update"
        await place.api("graph/news", {"field": field, "value": {**about, "event": "PAUSED", "reason": "NONE"}})
        status, body = await post(place, message("template", {"name": "gift", "language": {"code": "en"}}))
        assert (status, body["error"]["code"]) == (400, 132015)

    play(scenario)


def test_a_given_file_arrives_as_it_is() -> None:
    async def scenario(place: Playground) -> None:
        page = base64.b64encode(b"<html>not a picture</html>").decode()
        await place.say(JANE, kind="image", base64=page, mime="image/jpeg", name="a.jpg")
        stored = place.parts.world.media.get(last(place)["image"]["id"])
        assert stored is not None
        assert (stored.content, stored.mime) == (b"<html>not a picture</html>", "image/jpeg")
        await place.say(JANE, kind="document", size=300_000)
        stored = place.parts.world.media.get(last(place)["document"]["id"])
        assert stored is not None
        assert len(stored.content) == 300_000
        await place.say(JANE, kind="video", size=100 * 1024 * 1024 + 1)
        assert (last(place)["type"], last(place)["errors"][0]["code"]) == ("unsupported", 131052)
        await place.api(f"phones/{JANE}/send", {"kind": "image", "base64": "%"}, status=400)
        await place.api(f"phones/{JANE}/send", {"kind": "fax"}, status=400)

    play(scenario)
