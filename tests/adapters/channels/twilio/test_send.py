"""Calls over the wire, and what each of Twilio's codes means."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import parse_qs

import msgspec
import pytest

from adapters.channels.spec import Site
from adapters.channels.twilio.kit import build
from adapters.channels.twilio.outbound.send import TwilioAccount
from adapters.channels.twilio.settings import AccountSettings
from adapters.transport.http import Http
from core.errors import Outcome, SendError
from core.people.addresses import Address
from core.ports.calls import Part, Sent
from core.ports.channel import Channel
from tests.adapters.channels.files import KeptFiles
from tests.adapters.channels.provider import Asked, Provider, Reply

T = TypeVar("T")
BOTH = AccountSettings("AC1", ("first", "second"), "+12025550100", "+14155550123")
ACCEPTED = Reply(201, {"sid": "SM1", "status": "queued"})
HELLO = Part("messages", {"Body": "Hello & welcome 👢"})
JANE = Address("sms", "+12025550100", "+12025550101")
JANE_WHATSAPP = Address("whatsapp", "twilio:+14155550123", "+12025550101")
HIDDEN_WHATSAPP = Address("whatsapp", "twilio:+14155550123", "US.13491208655302741918")


def against(
    reply: Reply, act: Callable[[tuple[Channel, ...]], Awaitable[T]], settings: AccountSettings = BOTH
) -> tuple[T, list[Asked]]:
    async def run() -> tuple[T, list[Asked]]:
        http = Http()
        async with Provider(reply) as provider:
            try:
                kit = build((settings,), Site(provider.url, http, KeptFiles(), "https://desk.shop.example"))
                return await act(kit.accounts), provider.asked
            finally:
                await http.close()

    return asyncio.run(run())


def send(reply: Reply, to: Address, part: Part = HELLO) -> tuple[Sent, list[Asked]]:
    n = 1 if to.channel == "whatsapp" else 0
    return against(reply, lambda accounts: accounts[n].send(part, to, "part-1&x"))


def form(asked: Asked) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}


def test_an_sms_names_its_sender_its_callback_and_the_first_token() -> None:
    sent, (asked,) = send(ACCEPTED, JANE)
    assert sent == Sent("SM1")
    assert asked.path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert asked.headers["Authorization"] == "Basic " + base64.b64encode(b"AC1:first").decode()
    assert form(asked) == {
        "To": "+12025550101",
        "From": "+12025550100",
        "Body": "Hello & welcome 👢",
        "SmartEncoded": "true",
        "StatusCallback": "https://desk.shop.example/webhooks/twilio/status?d=part-1%26x",
    }


@pytest.mark.parametrize("to", [JANE_WHATSAPP, HIDDEN_WHATSAPP])
def test_whatsapp_is_a_prefix_before_phones_and_ids(to: Address) -> None:
    _, (asked,) = send(ACCEPTED, to)
    assert form(asked)["To"] == f"whatsapp:{to.value}"
    assert form(asked)["From"] == "whatsapp:+14155550123"


@pytest.mark.parametrize(("valid_for", "asked_for"), [(0, None), (1, "1"), (7200, "7200"), (259_200, "36000")])
@pytest.mark.parametrize("to", [JANE, JANE_WHATSAPP])
def test_twilio_drops_what_is_of_no_use_any_more(to: Address, valid_for: int, asked_for: str | None) -> None:
    _, (asked,) = send(ACCEPTED, to, msgspec.structs.replace(HELLO, valid_for=valid_for))
    assert form(asked).get("ValidityPeriod") == asked_for


PICTURE = {"Body": "Look", "MediaUrl": "https://s.example/p.jpg", "Otherwise": "Look\nhttps://s.example/p.jpg"}


def test_a_picture_goes_by_its_link() -> None:
    _, (asked,) = send(ACCEPTED, JANE, Part("messages", PICTURE))
    assert (form(asked)["Body"], form(asked)["MediaUrl"]) == ("Look", "https://s.example/p.jpg")
    assert "Otherwise" not in form(asked)
    _, (asked,) = send(ACCEPTED, JANE_WHATSAPP, Part("messages", {"MediaUrl": "https://s.example/p.jpg"}))
    assert form(asked)["MediaUrl"] == "https://s.example/p.jpg"
    assert not {"Body", "SmartEncoded"} & set(form(asked))


@pytest.mark.parametrize("number", ["+4915112345678", "+447400123456", "24273", "+999"])
def test_where_there_is_no_mms_the_link_is_said(number: str) -> None:
    to = Address("sms", "+12025550100", number)
    _, (asked,) = send(ACCEPTED, to, Part("messages", PICTURE))
    assert form(asked)["Body"] == "Look\nhttps://s.example/p.jpg"
    assert "MediaUrl" not in form(asked)


def test_a_number_without_mms_offers_none() -> None:
    def media_of(number: str, **more: Any) -> set[str]:
        account = TwilioAccount(AccountSettings("AC1", ("t",), number, **more), "sms", "http://127.0.0.1:9", "", Http())
        return set(account.capabilities.media)

    assert media_of("+4915112345678") == set()
    assert "image" in media_of("+14165550123")
    assert "image" in media_of("24273")  # a short code of ours
    assert "image" in media_of("+4915112345678", mms_countries=frozenset(("DE",)))


def test_typing_names_their_message_at_the_other_host() -> None:
    sent, (asked,) = send(
        Reply(200, {"success": True}), JANE_WHATSAPP, Part("typing", {"messageId": "SM7"}, silent=True)
    )
    assert sent == Sent("")
    assert asked.path == "/messaging/v2/Indicators/Typing.json"
    assert form(asked) == {"channel": "whatsapp", "messageId": "SM7"}


def test_a_typing_mark_that_fails_says_so() -> None:
    with pytest.raises(SendError) as caught:
        send(refusing(400, 21656), JANE_WHATSAPP, Part("typing", {"messageId": "SM7"}, silent=True))
    assert caught.value.code == "21656"


def test_a_template_goes_without_a_body() -> None:
    _, (asked,) = send(
        ACCEPTED, JANE_WHATSAPP, Part("messages", {"ContentSid": "HX1", "ContentVariables": '{"1":"Jane"}'})
    )
    assert form(asked)["ContentSid"] == "HX1"
    assert form(asked)["ContentVariables"] == '{"1":"Jane"}'
    assert "Body" not in form(asked)


def refusing(status: int, code: int | None) -> Reply:
    return Reply(status, {"status": status, "message": "…", **({"code": code} if code else {})})


@pytest.mark.parametrize(
    ("reply", "outcome", "code"),
    [
        (refusing(400, 21610), Outcome.OPTED_OUT, "21610"),
        (refusing(400, 63016), Outcome.WINDOW_CLOSED, "63016"),
        (refusing(400, 39999), Outcome.CONTENT_REJECTED, "39999"),
        (refusing(400, None), Outcome.CONTENT_REJECTED, "http_400"),
        (refusing(429, 20429), Outcome.PACE, "20429"),
        (refusing(429, None), Outcome.PACE, "http_429"),
        (refusing(500, 20500), Outcome.RETRY, "20500"),
        (Reply(502, b"<html>"), Outcome.RETRY, "http_502"),
        (Reply(302, b""), Outcome.MISCONFIGURED, "http_302"),
        (Reply(401, b"<html>"), Outcome.MISCONFIGURED, "http_401"),
        (Reply(201, b"<html>"), Outcome.AMBIGUOUS, "unreadable_answer"),
        (Reply(201, [1]), Outcome.AMBIGUOUS, "unreadable_answer"),
        (Reply(201, {"status": "queued"}), Outcome.AMBIGUOUS, "unreadable_answer"),
    ],
)
def test_other_answers_have_theirs(reply: Reply, outcome: Outcome, code: str) -> None:
    with pytest.raises(SendError) as caught:
        send(reply, JANE)
    assert (caught.value.outcome, caught.value.code) == (outcome, code)


def test_too_fast_for_one_recipient_slows_only_them() -> None:
    for status in (400, 429):
        with pytest.raises(SendError) as caught:
            send(refusing(status, 63018), JANE_WHATSAPP)
        assert (caught.value.outcome, caught.value.scope) == (Outcome.PACE, "pair")


def test_a_problem_document_is_read_too() -> None:
    problem = {
        "type": "https://www.twilio.com/docs/errors/21610",
        "title": "Unsubscribed",
        "status": 400,
        "code": 21610,
    }
    with pytest.raises(SendError) as caught:
        send(Reply(400, problem), JANE)
    assert caught.value.outcome is Outcome.OPTED_OUT


def test_check_names_the_account_and_the_number() -> None:
    known = Reply(200, {"sid": "AC1", "friendly_name": "Northwind Boots", "status": "active"})
    who, (asked,) = against(known, lambda accounts: accounts[0].check())
    assert who == "Northwind Boots (active), +12025550100"
    assert (asked.method, asked.path) == ("GET", "/2010-04-01/Accounts/AC1.json")


def test_the_process_environment_does_not_reach_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "ACother")
    sent, _ = send(ACCEPTED, JANE)
    assert sent == Sent("SM1")


def test_the_client_is_made_once_and_late() -> None:
    account = TwilioAccount(BOTH, "sms", "http://127.0.0.1:9", "", Http())
    assert "client" not in vars(account)
    assert account.client is account.client
