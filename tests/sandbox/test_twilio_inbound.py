"""Tests what customers send by SMS, MMS and WhatsApp by Twilio, and how it is found again."""

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
from aiohttp import web

from tests.sandbox.playground import Playground, play
from tests.sandbox.test_twilio import MEILING, TOM, auth, client, create, forms, get, valid


def test_media_needs_the_account_and_redirects() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("tom-sms", kind="image")
        url = place.product.hooks[0].form["MediaUrl0"]
        async with place.session.get(url) as response:
            assert response.status == 401
        basic = aiohttp.encode_basic_auth(place.settings["TWILIO_ACCOUNT_SID"], place.settings["TWILIO_AUTH_TOKEN"])
        async with place.session.get(url, headers={"Authorization": basic}) as response:
            assert (await response.read()).startswith(b"\x89PNG")

    play(scenario)


def test_an_mms_of_several_files_and_a_tapback() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("tom-sms", kind="mms", files=["image", "contact", "video"], text="see")
        form = forms(place)[0]
        assert (form["NumMedia"], form["Body"]) == ("3", "see")
        assert [form[f"MediaContentType{n}"] for n in range(3)] == ["image/png", "text/vcard", "video/mp4"]
        async with place.session.get(form["MediaUrl1"], headers=auth(place)) as response:
            assert "TEL;TYPE=CELL:+12025550105" in await response.text()
        account, sid = place.settings["TWILIO_ACCOUNT_SID"], form["MessageSid"]
        listed = await get(place, f"/2010-04-01/Accounts/{account}/Messages/{sid}/Media.json")
        assert [row["content_type"] for row in listed["media_list"]] == ["image/png", "text/vcard", "video/mp4"]
        sent = await create(place, to=TOM, body="On its way")
        await place.say("tom-sms", kind="reaction", text="👍", target=sent.sid)
        assert forms(place)[-1]["Body"] == "Liked “On its way”"
        await place.say("tom-sms", kind="reaction", text="", target=sent.sid)
        assert forms(place)[-1]["Body"] == "Removed a like from “On its way”"
        await place.api("phones/meiling-twilio_whatsapp/send", {"kind": "reaction", "text": "👍"}, status=400)

    play(scenario)


def test_links_of_the_content_network_run_out_and_want_no_credentials() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("tom-sms", kind="image")
        place.parts.world.media.origin = place.config.base.replace("127.0.0.1", "localhost")
        url = forms(place)[0]["MediaUrl0"]
        async with place.session.get(url, headers=auth(place), allow_redirects=False) as response:
            assert response.status == 307
            there = response.headers["Location"]
        async with place.session.get(there, headers=auth(place)) as response:
            assert response.status == 400
        async with place.session.get(there) as response:
            assert response.status == 200
        place.parts.world.media.expire()
        async with place.session.get(there) as response:
            assert response.status == 403

    play(scenario)


def test_whatsapp_fields() -> None:
    async def scenario(place: Playground) -> None:
        phone = "meiling-twilio_whatsapp"
        await place.say(phone, kind="ad")
        assert forms(place)[-1]["ReferralSourceType"] == "ad"
        sent = await create(place, to=MEILING, body="Which size?")
        await place.say(phone, text="42", reply_to=sent.sid)
        assert forms(place)[-1]["OriginalRepliedMessageSid"] == sent.sid
        assert forms(place)[-1]["OriginalRepliedMessageSender"] == forms(place)[-1]["To"]
        await place.say(phone, text="this", reply_to=forms(place)[-1]["MessageSid"])
        assert forms(place)[-1]["OriginalRepliedMessageSender"] == forms(place)[-1]["From"]
        await place.say(phone, text="see", forwarded="often")
        assert (forms(place)[-1]["Forwarded"], forms(place)[-1]["FrequentlyForwarded"]) == ("true", "true")
        await place.say(phone, kind="form", answers={"size": "42"})
        assert '"size": "42"' in forms(place)[-1]["InteractiveData"]
        await place.say(phone, kind="location", name="Work", address="1 Pier")
        assert (forms(place)[-1]["Label"], forms(place)[-1]["Latitude"]) == ("Work", "40.7128")
        await place.say(phone, kind="contact", contact={"name": "Anna", "phone": "+12025550177"})
        assert (forms(place)[-1]["MessageType"], forms(place)[-1]["MediaContentType0"]) == ("contacts", "text/vcard")
        await place.api("contents", {"sid": "HX2", "body": "Which?", "items": ["Boots", "Socks"]})
        await create(place, to=MEILING, content_sid="HX2")
        await place.say(phone, choice="Socks")
        assert (forms(place)[-1]["ListId"], forms(place)[-1]["MessageType"]) == ("Socks", "interactive")
        await place.say(phone, text="x", fields={"MessagingServiceSid": "MG1"})
        assert forms(place)[-1]["MessagingServiceSid"] == "MG1"
        assert valid(place, place.product.on("/webhooks/twilio")[-1])

    play(scenario)


def test_a_customer_without_a_number_is_reached_by_their_user_id() -> None:
    async def scenario(place: Playground) -> None:
        await place.api("phones/meiling-twilio_whatsapp/hide", {})
        await place.say("meiling-twilio_whatsapp", text="你好")
        form = forms(place)[0]
        assert form["From"] == f"whatsapp:{form['ExternalUserId']}"
        assert "WaId" not in form
        await create(place, to=form["From"], body="您好")
        assert place.transcript("meiling-twilio_whatsapp")[-1].text == "您好"

    play(scenario)


def test_advanced_opt_out_says_what_it_heard() -> None:
    async def scenario(place: Playground) -> None:
        await place.api("twilio/optout", {"advanced": True})
        for word, kind in (("Stop", "STOP"), ("START", "START"), ("help", "HELP")):
            await place.say("tom-sms", text=word)
            assert forms(place)[-1]["OptOutType"] == kind

    play(scenario)


def test_the_list_can_be_asked_from_a_moment_on_and_comes_in_pages() -> None:
    async def scenario(place: Playground) -> None:
        started = datetime.now(UTC) - timedelta(seconds=1)
        await place.say("tom-sms", text="lost", lost=True)
        for number in range(4):
            await place.say("tom-sms", text=str(number))
        assert len(forms(place)) == 4
        ours = place.settings["TWILIO_SMS_FROM"]
        found = await asyncio.to_thread(client(place).messages.list, to=ours, date_sent_after=started, page_size=2)
        assert [one.body for one in found] == ["3", "2", "1", "0", "lost"]
        assert all(one.date_sent for one in found)
        later = datetime.now(UTC) + timedelta(hours=1)
        assert await asyncio.to_thread(client(place).messages.list, date_sent_after=later) == []

    play(scenario)


def test_numbers_and_senders_say_where_messages_go() -> None:
    async def scenario(place: Playground) -> None:
        ours, product = place.settings["TWILIO_SMS_FROM"], place.config.product
        numbers = client(place).incoming_phone_numbers
        found = (await asyncio.to_thread(numbers.list, phone_number=ours))[0]
        assert (found.sms_url, found.capabilities["mms"]) == ("", True)
        changed = await asyncio.to_thread(numbers(found.sid).update, sms_url=f"{product}/here#rc=1&rp=all")
        assert changed.sms_url.endswith("/here#rc=1&rp=all")
        await place.say("tom-sms", text="hi")
        assert len(place.product.on("/here")) == 1
        senders = client(place).messaging.v2.channels_senders
        sender = (await asyncio.to_thread(senders.list, channel="whatsapp"))[0]
        assert sender.sender_id == f"whatsapp:{place.settings['TWILIO_WHATSAPP_FROM']}"
        url = f"{place.settings['TWILIO_API_URL']}/messaging/v2/Channels/Senders/{sender.sid}"
        body = {"webhook": {"callback_url": f"{product}/there", "callback_method": "POST"}}
        async with place.session.post(url, json=body, headers=auth(place)) as response:
            assert (response.status, (await response.json())["webhook"]["callback_url"]) == (202, f"{product}/there")
        await place.say("meiling-twilio_whatsapp", text="hi")
        assert len(place.product.on("/there")) == 1

    play(scenario)


def test_a_webhook_that_failed_for_good_is_an_alert() -> None:
    async def scenario(place: Playground) -> None:
        number = place.parts.twilio.messages.numbers.all[place.settings["TWILIO_SMS_FROM"]]
        number.url = f"{place.config.product}/broken"
        place.product.answer("/broken", web.Response(status=500))
        await place.say("tom-sms", text="hi")
        assert len(place.product.on("/broken")) == 1
        alert = (await get(place, "/monitor/v1/Alerts", LogLevel="error"))["alerts"][0]
        assert (alert["error_code"], alert["request_url"]) == ("11200", number.url)

    play(scenario)
