"""Tests second numbers and pages: their settings, their phones, and batches over both."""

import stat
from pathlib import Path
from typing import Any

from core.files.documents import read
from sandbox import config
from tests.sandbox.playground import Playground, play
from tests.sandbox.test_messenger import message as page_message
from tests.sandbox.test_whatsapp import message, statuses


def test_the_second_accounts_are_ready_for_channels_file(tmp_path: Path) -> None:
    known = config.create(tmp_path, "http://127.0.0.1:8000", 8001)
    file = Path(known.extra["channels_file"])
    assert file == tmp_path / "channels.yaml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    listed = read(file)
    assert [(one["channel"], one["account"]) for one in listed] == [
        (channel, "second") for channel in ("whatsapp", "messenger", "telegram", "twilio", "slack")
    ]
    whatsapp, twilio = listed[0], listed[3]
    assert whatsapp["phone_number_id"] == known.extra["whatsapp_second_phone_number_id"]
    assert whatsapp["app_secret"] == known.settings["WHATSAPP_APP_SECRET"]
    assert twilio["sms_from"] == "+12025550192"
    assert twilio["account_sid"] == known.settings["TWILIO_ACCOUNT_SID"]
    again = config.create(tmp_path, "http://127.0.0.1:9000", 9001)
    moved = {"shopify_api_url": "", "woocommerce_url": ""}  # stand at our own port
    assert again.extra["shopify_api_url"] == "http://127.0.0.1:9001/admin/api/2026-10"
    assert {**again.extra, **moved} == {**known.extra, **moved}


async def graph(place: Playground, owner: str, body: dict[str, Any], token: str) -> tuple[int, dict[str, Any]]:
    url = f"{place.settings['GRAPH_API_URL']}/{owner}/messages"
    async with place.session.post(url, json=body, headers={"Authorization": f"Bearer {token}"}) as response:
        return response.status, await response.json()


def test_a_second_number_reaches_its_own_phones() -> None:
    async def scenario(place: Playground) -> None:
        extra, settings = place.config.extra, place.settings
        number, token = extra["whatsapp_second_phone_number_id"], extra["whatsapp_second_access_token"]
        made = await place.api("people/jane/phones", {"channels": ["whatsapp:second"]})
        phone = made["phones"][0]
        assert (phone["id"], phone["account"]) == ("jane-whatsapp-second", "second")
        await place.say(phone["id"], text="hi")
        entry = place.product.hooks[-1].json["entry"][0]
        metadata = entry["changes"][0]["value"]["metadata"]
        assert entry["id"] == extra["whatsapp_second_business_id"]
        assert metadata == {"display_phone_number": extra["whatsapp_second_number"], "phone_number_id": number}
        assert (await graph(place, number, message(), token))[0] == 200
        assert place.transcript("jane-whatsapp-second")[-1].text == "Hello"
        assert place.transcript("jane-whatsapp") == []
        await place.until(lambda: len(statuses(place)) == 3)
        wrong = await graph(place, number, message(), settings["WHATSAPP_ACCESS_TOKEN"])
        assert (wrong[0], wrong[1]["error"]["code"], wrong[1]["error"]["error_subcode"]) == (400, 100, 33)
        assert (await graph(place, settings["WHATSAPP_PHONE_NUMBER_ID"], message(), token))[1]["error"]["code"] == 100

    play(scenario)


def test_a_customer_of_the_other_number_is_outside_the_window() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("jane-whatsapp", text="hi")
        extra = place.config.extra
        number, token = extra["whatsapp_second_phone_number_id"], extra["whatsapp_second_access_token"]
        await graph(place, number, message(), token)
        failed = await place.until(lambda: [one for one in statuses(place) if one["status"] == "failed"])
        assert failed[0]["errors"][0]["code"] == 131047
        template = message("template", {"name": "shipped", "language": {"code": "en"}})
        assert (await graph(place, number, template, token))[0] == 200
        assert place.transcript("jane-whatsapp-second")[-1].template == "shipped"
        await place.api("people/nobody/phones", {}, status=404)
        await place.api("people/jane/phones", {"channels": ["whatsapp:third"]}, status=400)

    play(scenario)


def test_a_second_page_has_other_ids_for_the_same_people() -> None:
    async def scenario(place: Playground) -> None:
        extra, settings = place.config.extra, place.settings
        made = await place.api("people", {"name": "Two Pages", "channels": ["messenger", "messenger:second"]})
        first, second = made["phones"]
        assert first["address"] != second["address"]
        await place.say(second["id"], text="hi")
        entry = place.product.hooks[-1].json["entry"][0]
        assert entry["id"] == entry["messaging"][0]["recipient"]["id"] == extra["messenger_second_page_id"]
        body = page_message(place) | {"recipient": {"id": second["address"]}}
        wrong = await graph(place, "me", body, settings["MESSENGER_ACCESS_TOKEN"])
        assert wrong[1]["error"]["error_subcode"] == 2018001
        assert (await graph(place, "me", body, extra["messenger_second_access_token"]))[0] == 200
        assert place.transcript(second["id"])[-1].text == "Hello"
        page = await graph(place, extra["messenger_second_page_id"], body, settings["MESSENGER_ACCESS_TOKEN"])
        assert page[1]["error"]["error_subcode"] == 33

    play(scenario)


def test_one_post_for_two_numbers_and_one_for_two_pages() -> None:
    async def scenario(place: Playground) -> None:
        await place.api("people/jane/phones", {"channels": ["whatsapp:second"]})
        await place.api("people/sofia/phones", {"channels": ["messenger"], "account": "second"})
        whatsapp = [
            {"phone": "jane-whatsapp", "text": "one"},
            {"phone": "jane-whatsapp", "kind": "raw", "message": {"type": 7}},
            {"phone": "jane-whatsapp-second", "text": "two"},
        ]
        assert (await place.api("batches", {"items": whatsapp, "wait": True}))["status"] == 200
        body = place.product.on("/webhooks/whatsapp")[0].json
        assert [len(entry["changes"]) for entry in body["entry"]] == [2, 1]
        pages = [
            {"phone": name, "text": name} for name in ("sofia-messenger", "sofia-messenger-second", "sofia-messenger")
        ]
        await place.api("batches", {"items": pages, "wait": True})
        body = place.product.on("/webhooks/messenger")[0].json
        assert [len(entry["messaging"]) for entry in body["entry"]] == [2, 1]
        await place.api("batches", {"items": [{"phone": "jane-sms", "text": "x"}]}, status=400)
        await place.api("batches", {"items": [whatsapp[0], pages[0]]}, status=400)
        await place.api("batches", {"items": [{"phone": "nobody", "text": "x"}]}, status=404)

    play(scenario)
