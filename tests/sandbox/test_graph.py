"""Tests the Graph API beside messages: media, subscriptions, numbers, templates, profiles, conversations."""

import io
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.platforms.meta import media_rules
from sandbox.platforms.wordings.registered import WORDINGS
from sandbox.world.media import Stored
from tests.sandbox.playground import Playground, play
from tests.sandbox.test_messenger import message as page_message
from tests.sandbox.test_messenger import post as page_post
from tests.sandbox.test_whatsapp import message, post, statuses

Json = dict[str, Any]


async def call(place: Playground, path: str, method: str = "GET", **more: Any) -> tuple[int, Json]:
    """Calls Graph with the WhatsApp token, or with the page's for `page=True`."""
    token = place.settings["MESSENGER_ACCESS_TOKEN" if more.pop("page", False) else "WHATSAPP_ACCESS_TOKEN"]
    headers = {"Authorization": f"Bearer {more.pop('token', token)}"}
    async with place.session.request(
        method, f"{place.settings['GRAPH_API_URL']}/{path}", headers=headers, **more
    ) as got:
        return got.status, await got.json()


async def upload(place: Playground, content: bytes, mime: str, path: str = "", page: bool = False) -> tuple[int, Json]:
    number = path or f"{place.settings['WHATSAPP_PHONE_NUMBER_ID']}/media"
    form = aiohttp.FormData({"messaging_product": "whatsapp", "type": mime})
    if page:
        form = aiohttp.FormData({"message": '{"attachment":{"type":"image","payload":{"is_reusable":true}}}'})
    form.add_field("filedata" if page else "file", io.BytesIO(content), filename="a.png", content_type=mime)
    return await call(place, number, "POST", data=form, page=page)


PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def test_uploads_are_checked() -> None:
    async def scenario(place: Playground) -> None:
        assert (await upload(place, PNG, "image/png"))[0] == 200
        _, body = await upload(place, PNG, "image/gif")
        assert body["error"]["code"] == 100
        assert "must be a file with one of the following types" in body["error"]["message"]
        _, body = await upload(place, PNG.ljust(5 * 1024 * 1024 + 1, b"\0"), "image/png")
        assert body["error"]["code"] == 131053
        assert "size too big" in body["error"]["error_data"]["details"]
        _, body = await upload(place, b"<html>", "image/png")
        assert body["error"]["code"] == 131053
        await place.say("jane-whatsapp", text="hi")
        _, body = await post(place, message("image", {"id": "123456"}))
        assert body["error"]["code"] == 100

    play(scenario)


def test_of_ogg_only_opus_is_shown() -> None:
    assert (
        media_rules.refusal("audio", Stored("1", "audio/ogg", b"OggS" + bytes(24) + b"OpusHead\x01\x01", "a.ogg")) == ""
    )
    assert "Opus" in media_rules.refusal(
        "audio", Stored("1", "audio/ogg", b"OggS" + bytes(24) + b"\x01vorbis", "a.ogg")
    )


def test_links_are_fetched_and_what_cannot_be_shown_fails() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("jane-whatsapp", text="hi")
        stored = place.parts.world.media.sample("image")
        for link in (f"media/{stored.id}", "media/404", "app.js"):
            await post(place, message("image", {"link": place.config.page + link}, biz_opaque_callback_data=link))
        await place.until(lambda: [one["status"] for one in statuses(place)].count("failed") == 2)
        await place.until(lambda: "read" in [one["status"] for one in statuses(place)])
        failed = [one for one in statuses(place) if one["status"] == "failed"]
        assert {one["biz_opaque_callback_data"] for one in failed} == {"media/404", "app.js"}
        assert {one["errors"][0]["code"] for one in failed} == {131053}
        assert (
            "mime type"
            in failed[-1]["errors"][0]["error_data"]["details"] + failed[0]["errors"][0]["error_data"]["details"]
        )

    play(scenario)


def test_media_links_expire_and_are_asked_for_again() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("jane-whatsapp", kind="image")
        sent = place.product.hooks[0].json["entry"][0]["changes"][0]["value"]["messages"][0]["image"]
        headers = {"Authorization": f"Bearer {place.settings['WHATSAPP_ACCESS_TOKEN']}"}

        async def fetch(url: str) -> int:
            async with place.session.get(url, headers=headers, allow_redirects=False) as response:
                return response.status

        assert await fetch(sent["url"]) == 200
        number = place.settings["WHATSAPP_PHONE_NUMBER_ID"]
        _, first = await call(place, f"{sent['id']}?phone_number_id={number}")
        assert await fetch(first["url"]) == 200
        assert (await place.api("media/expire", {"id": sent["id"]}))["closed"] == 2
        assert await fetch(first["url"]) == 404
        _, again = await call(place, sent["id"])
        assert await fetch(again["url"]) == 200
        await place.api("media/redirect", {"to": "http://169.254.169.254/latest", "origin": "http://localhost:9"})
        _, elsewhere = await call(place, sent["id"])
        assert elsewhere["url"].startswith("http://localhost:9/graph/lookaside/")
        assert await fetch(again["url"]) == 302
        await place.api("media/redirect", {})
        status, body = await call(place, f"{sent['id']}?phone_number_id=1")
        assert (status, body["error"]["error_subcode"]) == (400, 33)
        world = place.parts.world
        world.media.get(sent["id"]).gone = world.clock() - 1  # type: ignore[union-attr]  # it is there, see above
        assert (await call(place, sent["id"]))[1]["error"]["error_subcode"] == 33
        await place.api("media/expire", {"id": "1"}, status=404)

    play(scenario)


def test_the_number_and_its_business_account() -> None:
    async def scenario(place: Playground) -> None:
        number, business = place.settings["WHATSAPP_PHONE_NUMBER_ID"], place.config.extra["whatsapp_business_id"]
        wanted = "display_phone_number,verified_name,name_status,status,quality_rating,throughput"
        status, body = await call(place, f"{number}?fields={wanted}")
        assert (status, body["throughput"], body["status"]) == (200, {"level": "STANDARD"}, "CONNECTED")
        status, body = await call(place, f"{number}?fields=colour")
        assert (status, body["error"]["code"]) == (400, 100)
        value = {"event": "ACCOUNT_RESTRICTION", "restriction_info": []}
        await place.api("graph/news", {"field": "account_update", "value": value})
        _, body = await call(place, f"{number}?fields=health_status")
        entity = next(one for one in body["health_status"]["entities"] if one["entity_type"] == "WABA")
        assert (entity["id"], entity["can_send_message"]) == (business, "BLOCKED")
        await place.api(
            "graph/news",
            {"field": "phone_number_quality_update", "value": {"event": "FLAGGED", "current_limit": "TIER_250"}},
        )
        _, body = await call(place, f"{number}?fields=quality_rating,whatsapp_business_manager_messaging_limit")
        assert (body["quality_rating"], body["whatsapp_business_manager_messaging_limit"]) == ("RED", "TIER_250")
        _, body = await call(place, f"{business}/phone_numbers")
        assert body["data"][0]["id"] == number
        _, body = await call(place, f"debug_token?input_token={place.settings['WHATSAPP_ACCESS_TOKEN']}")
        assert body["data"]["is_valid"] is True
        _, body = await call(place, "app?fields=id")
        assert body == {"id": place.config.extra["meta_app_id"]}

    play(scenario)


def test_whatsapp_subscription_and_the_override_of_the_callback() -> None:
    async def scenario(place: Playground) -> None:
        path = f"{place.config.extra['whatsapp_business_id']}/subscribed_apps"
        place.product.verify_token = place.settings["WHATSAPP_VERIFY_TOKEN"]
        url = f"{place.config.product}/webhooks/whatsapp"
        wrong = {"override_callback_uri": url, "verify_token": "wrong"}
        status, body = await call(place, path, "POST", json=wrong)
        assert (status, body["error"]["code"]) == (400, 2200)
        override = {"override_callback_uri": url, "verify_token": place.product.verify_token}
        assert (await call(place, path, "POST", json=override)) == (200, {"success": True})
        _, body = await call(place, path)
        assert body["data"][0]["override_callback_uri"] == url
        _, body = await call(place, f"{place.settings['WHATSAPP_PHONE_NUMBER_ID']}?fields=webhook_configuration")
        assert body["webhook_configuration"]["whatsapp_business_account"] == url
        assert (await call(place, path, "DELETE"))[1] == {"success": True}
        assert (await call(place, path))[1] == {"data": []}
        await place.say("jane-whatsapp", text="lost")
        assert place.product.on("/webhooks/whatsapp") == []
        assert (await call(place, path, "POST", json={}))[0] == 200
        await place.say("jane-whatsapp", text="heard")
        assert len(place.product.on("/webhooks/whatsapp")) == 1

    play(scenario)


def test_a_pages_subscription_and_profile() -> None:
    async def scenario(place: Playground) -> None:
        page = place.settings["MESSENGER_PAGE_ID"]
        path = f"{page}/subscribed_apps"
        fields = "messages,messaging_postbacks"
        assert (await call(place, path, "POST", json={"subscribed_fields": fields}, page=True))[0] == 200
        _, body = await call(place, path, page=True)
        assert body["data"][0]["subscribed_fields"] == fields.split(",")
        _, body = await call(place, path, "POST", json={"subscribed_fields": "messages,smoke"}, page=True)
        assert "subscribed_fields[1]" in body["error"]["message"]
        assert (await call(place, path, "DELETE", page=True))[0] == 200
        assert (await call(place, path, page=True))[1] == {"data": []}
        started = {"get_started": {"payload": "GET_STARTED"}}
        assert (await call(place, "me/messenger_profile?fields=get_started", page=True))[1] == {"data": []}
        assert (await call(place, "me/messenger_profile", "POST", json=started, page=True))[1] == {"result": "success"}
        assert (await call(place, "me/messenger_profile?fields=get_started", page=True))[1] == {"data": [started]}
        _, body = await call(place, "me?fields=id,name,is_published", page=True)
        assert body == {"id": page, "name": "Northwind", "is_published": True}
        assert (await call(place, path))[1]["error"]["error_subcode"] == 33

    play(scenario)


def test_a_person_s_profile_is_told_and_refused_where_there_is_none() -> None:
    async def scenario(place: Playground) -> None:
        phone = next(each for each in place.parts.world.directory.phones.values() if each.channel == "messenger")
        path = f"{phone.address}?fields=first_name,last_name,name"
        first, _, last = phone.name.partition(" ")
        known = {"first_name": first, "last_name": last, "name": phone.name, "id": phone.address}
        assert await call(place, path, page=True) == (200, known)
        phone.name = ""
        status, body = await call(place, path, page=True)
        assert (status, body["error"]["code"], body["error"]["error_subcode"]) == (400, 100, 2018218)

    play(scenario)


def test_templates_come_in_pages() -> None:
    async def scenario(place: Playground) -> None:
        for owner, page in (
            (place.config.extra["whatsapp_business_id"], False),
            (place.settings["MESSENGER_PAGE_ID"], True),
        ):
            path = f"{owner}/message_templates?fields=name,language,category,status&limit=40"
            _, first = await call(place, path, page=page)
            assert [set(one) for one in first["data"]] == [{"id", "name", "language", "category", "status"}] * 40
            assert "next" in first["paging"]
            _, second = await call(place, f"{path}&after={first['paging']['cursors']['after']}", page=page)
            listed = [(one["name"], one["language"]) for one in (*first["data"], *second["data"])]
            assert len(set(listed)) == len(listed) == 2 * len(WORDINGS)
            assert "next" not in second["paging"]

    play(scenario)


def test_messenger_attachments_are_kept_and_sent() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("sofia-messenger", text="hi")
        _, kept = await upload(place, PNG, "image/png", "me/message_attachments", page=True)
        body = page_message(place)
        body["message"] = {"attachment": {"type": "image", "payload": {"attachment_id": kept["attachment_id"]}}}
        assert (await page_post(place, body))[0] == 200
        shown = place.transcript("sofia-messenger")[-1]
        assert (shown.kind, shown.media.path) == ("image", f"/media/{kept['attachment_id']}")
        body["message"]["attachment"]["payload"] = {"attachment_id": "1"}
        assert (await page_post(place, body))[1]["error"]["error_subcode"] == 2018074
        body["message"]["attachment"]["payload"] = {"url": f"{place.config.page}media/404"}
        assert (await page_post(place, body))[1]["error"]["error_subcode"] == 2018008
        _, wrong = await upload(place, PNG, "text/plain", "me/message_attachments", page=True)
        assert wrong["error"]["error_subcode"] == 2018047
        _, large = await upload(
            place, PNG.ljust(8 * 1024 * 1024 + 1, b"\0"), "image/png", "me/message_attachments", page=True
        )
        assert large["error"]["error_subcode"] == 2018109

    play(scenario)


def test_conversations_have_no_events_that_are_no_messages() -> None:
    async def scenario(place: Playground) -> None:
        for kind in ("cart", "feedback"):
            await place.say("sofia-messenger", kind=kind)
        await place.say("sofia-messenger", text="are you there?")
        fields = "messages{message}"
        _, body = await call(place, f"{place.settings['MESSENGER_PAGE_ID']}/conversations?fields={fields}", page=True)
        (thread,) = body["data"]
        assert [each["message"] for each in thread["messages"]["data"]] == ["are you there?"]

    play(scenario)


def test_conversations_tell_what_came_in_while_webhooks_were_away() -> None:
    async def scenario(place: Playground) -> None:
        await place.api("webhooks", {"platform": "messenger", "deliver": False})
        await place.say("sofia-messenger", text="are you there?")
        await place.say("sofia-messenger", kind="image")
        assert place.product.on("/webhooks/messenger") == []
        page = place.settings["MESSENGER_PAGE_ID"]
        inner = "id,created_time,from,message,attachments{mime_type,image_data}"
        _, body = await call(
            place, f"{page}/conversations?fields=id,updated_time,messages.limit(1){{{inner}}}", page=True
        )
        thread = body["data"][0]
        newest = thread["messages"]["data"][0]
        assert newest["from"]["name"] == "Sofia Rossi"
        link = newest["attachments"]["data"][0]["image_data"]["url"]
        assert newest["created_time"].endswith("+0000")
        assert "next" in thread["messages"]["paging"]
        cursor = thread["messages"]["paging"]["cursors"]["after"]
        _, older = await call(place, f"{thread['id']}/messages?fields=message&after={cursor}", page=True)
        assert older["data"][0]["message"] == "are you there?"
        async with place.session.get(link) as response:
            assert response.status == 200
        await place.api("media/expire", {})
        async with place.session.get(link) as response:
            assert response.status == 404
        _, fresh = await call(place, f"{newest['id']}/attachments?fields=image_data", page=True)
        async with place.session.get(fresh["data"][0]["image_data"]["url"]) as response:
            assert response.status == 200
        _, one = await call(place, f"{newest['id']}?fields=id,from", page=True)
        assert set(one) == {"id", "from"}
        answers = [await call(place, f"{page}/conversations", page=True) for _ in range(4)]
        assert answers[-1][1]["error"]["code"] == 613
        await place.api("pace", {"limits": False})
        assert (await call(place, f"{page}/conversations?fields=id{{", page=True))[1]["error"]["code"] == 2500
        await place.api("webhooks", {"platform": "messenger", "deliver": True})
        await place.say("sofia-messenger", text="again")
        assert len(place.product.on("/webhooks/messenger")) == 1
        assert (await place.api("webhooks")) == {"muted": []}

    play(scenario)


def test_a_muted_platform_gives_up_what_it_was_repeating() -> None:
    async def scenario(place: Playground) -> None:
        place.product.answer("/webhooks/whatsapp", *[web.Response(status=503) for _ in range(9)])
        await place.api("phones/jane-whatsapp/send", {"text": "hi"})
        await place.until(lambda: place.product.on("/webhooks/whatsapp"))
        await place.api("webhooks", {"platform": "whatsapp", "deliver": False})
        assert (await place.say("jane-whatsapp", text="gone"))["status"] == 0
        notes = [entry["note"] for entry in await place.api("log")]
        assert "not delivered" in notes
        await place.api("webhooks", {"platform": "fax", "deliver": False}, status=400)

    play(scenario)
