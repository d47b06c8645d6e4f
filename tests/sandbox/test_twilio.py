"""Tests Twilio, as its own SDK sees it."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from sandbox.platforms.twilio import segments
from tests.sandbox.playground import Hook, Playground, play

TOM = "+12025550105"
MEILING = "whatsapp:+12025550106"


class LocalClient(TwilioHttpClient):
    def __init__(self, base: str) -> None:
        super().__init__(timeout=5)
        self._base = base

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        at = urlsplit(url)
        host = (at.hostname or "").split(".", maxsplit=1)[0]
        path = at.path if host == "api" else f"/{host}{at.path}"
        return super().request(method, self._base + path + (f"?{at.query}" if at.query else ""), *args, **kwargs)


def client(place: Playground, token: str = "") -> Client:
    http = LocalClient(place.settings["TWILIO_API_URL"])
    return Client(place.settings["TWILIO_ACCOUNT_SID"], token or place.settings["TWILIO_AUTH_TOKEN"], http_client=http)


async def create(place: Playground, **fields: Any) -> Any:
    whatsapp = str(fields.get("to", "")).startswith("whatsapp:")
    sender = f"whatsapp:{place.settings['TWILIO_WHATSAPP_FROM']}" if whatsapp else place.settings["TWILIO_SMS_FROM"]
    return await asyncio.to_thread(client(place).messages.create, **{"from_": sender, **fields})


async def refused(place: Playground, **fields: Any) -> int:
    with pytest.raises(TwilioRestException) as caught:
        await create(place, **fields)
    return int(caught.value.code)


def valid(place: Playground, hook: Hook) -> bool:
    validator = RequestValidator(place.settings["TWILIO_AUTH_TOKEN"])
    return bool(validator.validate(hook.url, hook.form, hook.headers["X-Twilio-Signature"]))


def test_an_sms_there_and_back_with_status_callbacks() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("tom-sms", text="Where is 1013? é")
        hook = place.product.on("/webhooks/twilio")[0]
        assert valid(place, hook)
        assert (hook.form["From"], hook.form["To"], hook.form["Body"]) == (
            TOM,
            place.settings["TWILIO_SMS_FROM"],
            "Where is 1013? é",
        )
        callback = f"{place.config.product}/webhooks/twilio/status?d=abc%2F1&x=2"
        sent = await create(place, to=TOM, body="On its way", status_callback=callback)
        assert (sent.status, sent.direction, sent.num_segments) == ("queued", "outbound-api", "1")
        done = await place.until(
            lambda: (
                len(place.product.on("/webhooks/twilio/status")) == 2 and place.product.on("/webhooks/twilio/status")
            )
        )
        assert [hook.form["MessageStatus"] for hook in done] == ["sent", "delivered"]
        assert {hook.form["MessageSid"] for hook in done} == {sent.sid}
        fetched = await asyncio.to_thread(client(place).messages(sent.sid).fetch)
        assert fetched.status == "delivered"
        assert (sent.price, fetched.price, fetched.price_unit) == (None, "-0.00830", "USD")
        listed = await asyncio.to_thread(client(place).messages.list, to=TOM)
        assert [one.sid for one in listed] == [sent.sid]

    play(scenario)


def test_status_callbacks_are_signed_over_the_exact_address() -> None:
    async def scenario(place: Playground) -> None:
        await create(
            place, to=TOM, body="hi", status_callback=f"{place.config.product}/webhooks/twilio/status?d=abc%2F1"
        )
        hook = (await place.until(lambda: place.product.on("/webhooks/twilio/status")))[0]
        assert hook.url.endswith("?d=abc%2F1")
        assert valid(place, hook)

    play(scenario)


def test_stop_is_obeyed_and_answered_by_twilio_itself() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("tom-sms", text="STOP")
        assert "OptOutType" not in place.product.hooks[0].form
        assert "unsubscribed" in place.transcript("tom-sms")[-1].text
        assert await refused(place, to=TOM, body="hi") == 21610
        await place.say("tom-sms", text="Start")
        assert (await create(place, to=TOM, body="hi")).status == "queued"

    play(scenario)


def test_refusals() -> None:
    async def scenario(place: Playground) -> None:
        assert await refused(place, to="12", body="hi") == 21211
        assert await refused(place, to=TOM, body="x" * 1601) == 21617
        assert await refused(place, to=TOM) == 21602
        assert await refused(place, to=TOM, body="x", from_="+12025550100") == 21606
        assert await refused(place, to=TOM, body="x", media_url=["https://a.example/x.png"] * 11) == 21623
        with pytest.raises(TwilioRestException) as caught:
            await asyncio.to_thread(client(place, "wrong").messages.create, to=TOM, from_="x", body="hi")
        assert (caught.value.status, caught.value.code) == (401, 20003)

    play(scenario)


def test_whatsapp_by_twilio_has_a_window_and_read_receipts() -> None:
    async def scenario(place: Playground) -> None:
        callback = f"{place.config.product}/webhooks/twilio/status"
        await create(place, to=MEILING, body="hi", status_callback=callback)
        failed = (await place.until(lambda: place.product.on("/webhooks/twilio/status")))[0].form
        assert (failed["MessageStatus"], failed["ErrorCode"]) == ("failed", "63016")
        await place.say("meiling-twilio_whatsapp", text="你好")
        hook = place.product.on("/webhooks/twilio")[0]
        assert valid(place, hook)
        assert (hook.form["From"], hook.form["ProfileName"], hook.form["WaId"]) == (MEILING, "林美玲", "12025550106")
        place.product.hooks.clear()
        await create(place, to=MEILING, body="hi", status_callback=callback)
        done = await place.until(lambda: len(place.product.hooks) == 3 and place.product.hooks)
        assert [one.form["MessageStatus"] for one in done] == ["sent", "delivered", "read"]
        await place.api("contents", {"sid": "HX1", "body": "Order {{1}} is on its way", "buttons": ["Track"]})
        await create(place, to=MEILING, content_sid="HX1", content_variables='{"1": "1016"}')
        assert place.transcript("meiling-twilio_whatsapp")[-1].text == "Order 1016 is on its way"
        await place.say("meiling-twilio_whatsapp", choice="Track")
        assert place.product.on("/webhooks/twilio")[-1].form["ButtonPayload"] == "Track"

    play(scenario)


@pytest.mark.parametrize(
    ("text", "count"),
    [("x" * 160, 1), ("x" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("ç" * 70, 1), ("ç" * 71, 2), ("😀" * 36, 2)],
)
def test_segments(text: str, count: int) -> None:
    assert segments.count(text) == count


def auth(place: Playground) -> dict[str, str]:
    basic = aiohttp.encode_basic_auth(place.settings["TWILIO_ACCOUNT_SID"], place.settings["TWILIO_AUTH_TOKEN"])
    return {"Authorization": basic}


async def get(place: Playground, path: str, **query: str) -> Any:
    url = place.settings["TWILIO_API_URL"] + path
    async with place.session.get(url, params=query, headers=auth(place)) as response:
        assert response.status == 200, await response.text()
        return await response.json()


def forms(place: Playground) -> list[dict[str, str]]:
    return [hook.form for hook in place.product.on("/webhooks/twilio")]


async def failing(place: Playground, **fields: Any) -> dict[str, str]:
    """Returns the last status callback of a send that goes wrong."""
    place.product.hooks.clear()
    await create(place, status_callback=f"{place.config.product}/webhooks/twilio/status", **fields)

    def failed() -> dict[str, str] | None:
        told = [hook.form for hook in place.product.on("/webhooks/twilio/status")]
        return next((form for form in told if "ErrorCode" in form), None)

    form: dict[str, str] = await place.until(failed)
    return form


def test_media_that_goes_out_is_fetched() -> None:
    async def scenario(place: Playground) -> None:
        media = place.parts.world.media
        link = f"{place.config.page}media/"
        picture = media.sample("image").id
        await create(place, to=TOM, body="look", media_url=[link + picture])
        shown = place.transcript("tom-sms")[-1].media
        assert (shown.kind, shown.mime, shown.path.startswith("/media/")) == ("image", "image/png", True)
        assert await refused(place, to=TOM, body="x", media_url=[f"{link}0"]) == 21620
        odd = media.add("application/x-msdownload", b"MZ").id
        heavy = media.add("application/pdf", b"%PDF" + bytes(700_000)).id
        assert (await failing(place, to=TOM, media_url=[link + odd]))["ErrorCode"] == "12300"
        assert (await failing(place, to=TOM, media_url=[link + heavy]))["ErrorCode"] == "30019"
        await place.say("meiling-twilio_whatsapp", text="hi")
        assert (await failing(place, to=MEILING, media_url=[f"{link}0"]))["ErrorCode"] == "63019"
        assert (await failing(place, to=MEILING, media_url=[link + odd]))["ErrorCode"] == "63021"

    play(scenario)


def test_a_second_number() -> None:
    async def scenario(place: Playground) -> None:
        other = place.config.extra["twilio_second_sms_from"]
        await place.api("people/tom/phones", {"channels": ["sms"], "account": "second"})
        await place.say("tom-sms-second", text="hi")
        assert forms(place)[0]["To"] == other
        await create(place, to=TOM, body="from two", from_=other)
        assert place.transcript("tom-sms-second")[-1].text == "from two"
        await place.say("tom-sms-second", text="STOP")
        assert await refused(place, to=TOM, body="x", from_=other) == 21610
        assert (await create(place, to=TOM, body="from one")).status == "queued"

    play(scenario)


def test_typing_reads_the_message_it_is_about() -> None:
    async def scenario(place: Playground) -> None:
        await place.say("meiling-twilio_whatsapp", text="hi")
        url = f"{place.settings['TWILIO_API_URL']}/messaging/v2/Indicators/Typing.json"
        for sid, status in ((forms(place)[0]["MessageSid"], 200), ("SM0", 400)):
            form = {"channel": "whatsapp", "messageId": sid}
            async with place.session.post(url, data=form, headers=auth(place)) as response:
                assert response.status == status
        phone = place.parts.world.directory.phones["meiling-twilio_whatsapp"]
        assert (phone.typing, phone.bubbles[0].status) == (True, "read")
        await create(place, to=MEILING, body="hello")
        assert not phone.typing

    play(scenario)


def test_contents_have_approvals_and_fail_by_them() -> None:
    async def scenario(place: Playground) -> None:
        body = {"sid": "HX3", "body": "Hello {{1}}", "name": "hello", "category": "MARKETING", "status": "paused"}
        await place.api("contents", body)
        row = (await get(place, "/content/v1/ContentAndApprovals", PageSize="50"))["contents"][-1]
        assert row["types"] == {"twilio/text": {"body": "Hello {{1}}"}}
        assert (row["approval_requests"]["status"], row["approval_requests"]["category"]) == ("paused", "MARKETING")
        said = {"to": MEILING, "content_sid": "HX3", "content_variables": '{"1": "Mei"}'}
        assert (await failing(place, **said))["ErrorCode"] == "63041"
        assert (await failing(place, to=MEILING, content_sid="HX3"))["ErrorCode"] == "63028"
        assert await refused(place, to=MEILING, content_sid="HX3", content_variables="{") == 21656
        await place.api("contents", {**body, "status": "approved"})
        await create(place, **said)
        assert place.transcript("meiling-twilio_whatsapp")[-1].text == "Hello Mei"

    play(scenario)


def test_every_listed_error_can_be_armed_now_and_later() -> None:
    async def scenario(place: Playground) -> None:
        place.parts.world.pace.sent = place.parts.world.pace.delivered = 0.01
        for entry in await place.api("errors/twilio"):
            code = entry["value"]
            if not entry["receipt"]:
                await place.api("faults", {"platform": "twilio", "kind": "error", "value": code, "times": 1})
                assert await refused(place, to=TOM, body="hi") == code
            later = {"platform": "twilio", "kind": "error", "value": {"code": code, "later": True}, "times": 1}
            await place.api("faults", later)
            assert (await failing(place, to=TOM, body="hi"))["ErrorCode"] == str(code)

    play(scenario)


def test_any_status_can_be_told_by_hand() -> None:
    async def scenario(place: Playground) -> None:
        place.parts.world.pace.receipts = False
        callback = f"{place.config.product}/webhooks/twilio/status"
        sent = await create(place, to=TOM, body="hi", status_callback=callback)
        for status in ("accepted", "scheduled", "sending", "canceled", "partially_delivered"):
            await place.api("twilio/status", {"sid": sent.sid, "status": status})
        told = [hook.form["MessageStatus"] for hook in place.product.on("/webhooks/twilio/status")]
        assert told == ["accepted", "scheduled", "sending", "canceled", "partially_delivered"]
        await place.api("twilio/status", {"status": "lost"}, status=400)

    play(scenario)


def test_a_messaging_service_has_both_numbers_and_sends_from_the_one_that_is_known() -> None:
    async def scenario(place: Playground) -> None:
        service = (await asyncio.to_thread(client(place).messaging.v1.services.list))[0]
        numbers = await asyncio.to_thread(service.phone_numbers.list)
        assert [number.phone_number for number in numbers] == ["+12025550190", "+12025550192"]
        hook = f"{place.config.product}/webhooks/twilio"
        await asyncio.to_thread(lambda: service.update(inbound_request_url=hook, use_inbound_webhook_on_number=False))
        await place.say("tom-sms", text="hi")
        form = place.product.hooks[-1].form
        assert (form["To"], form["MessagingServiceSid"]) == ("+12025550190", service.sid)
        sent = await asyncio.to_thread(
            lambda: client(place).messages.create(to=TOM, body="hello", messaging_service_sid=service.sid)
        )
        assert (sent.status, sent.from_, sent.messaging_service_sid) == ("accepted", "+12025550190", service.sid)
        assert await refused(place, to=TOM, body="x", from_=None, messaging_service_sid="MG1") == 21705

    play(scenario)
