import asyncio
from typing import Any

import pytest

from adapters.channels.whatsapp import AccountSettings, build
from adapters.http import Http
from core.addresses import Address
from core.errors import Outcome, SendError
from core.messages import OutboundMessage, TemplateCall
from core.ports import Sent
from tests.adapters.channels.provider import Asked, Provider, Reply

ACCOUNT = "106540352242922"
TOKEN = "EAAGtoken"
PHONE = Address("whatsapp", ACCOUNT, "+12025550101")
HELLO = OutboundMessage("Hello")
HIDDEN = Address("whatsapp", ACCOUNT, "US.13491208655302741918")


def send(reply: Reply, to: Address = PHONE, message: OutboundMessage = HELLO) -> tuple[Sent, Asked]:
    async def run() -> tuple[Sent, Asked]:
        http = Http()
        async with Provider(reply) as provider:
            account = build([AccountSettings(ACCOUNT, TOKEN, ("s",), "v")], f"{provider.url}/v26.0/", http).accounts[0]
            try:
                return await account.send(account.render(message).parts[0], to, "part-1"), provider.asked[0]
            finally:
                await http.close()

    return asyncio.run(run())


def accepted(**contact: str) -> Reply:
    return Reply(200, {"messages": [{"id": "wamid.OUT1"}], "contacts": [contact]})


def refused(code: int, status: int = 400, **more: Any) -> SendError:
    with pytest.raises(SendError) as caught:
        send(Reply(status, {"error": {"code": code, "message": f"(#{code})", **more}}))
    return caught.value


def test_a_phone_is_addressed_by_its_digits() -> None:
    sent, asked = send(accepted(input="12025550101", wa_id="12025550101"))
    assert sent == Sent("wamid.OUT1")
    assert (asked.method, asked.path) == ("POST", f"/v26.0/{ACCOUNT}/messages")
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
    assert asked.json() == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "12025550101",
        "biz_opaque_callback_data": "part-1",
        "type": "text",
        "text": {"body": "Hello", "preview_url": False},
    }


def test_a_hidden_phone_is_addressed_by_the_business_scoped_id() -> None:
    sent, asked = send(accepted(input=HIDDEN.value, user_id=HIDDEN.value, wa_id="12025550101"), HIDDEN)
    assert asked.json()["recipient"] == HIDDEN.value
    assert "to" not in asked.json()
    assert sent.address is None


def test_another_wa_id_is_the_customers_new_address() -> None:
    sent, _ = send(accepted(input="12025550101", wa_id="12025550177"))
    assert sent.address == Address("whatsapp", ACCOUNT, "+12025550177")


def test_an_acceptance_without_an_id_is_ambiguous() -> None:
    for body in ({}, {"messages": []}, {"messages": [{}]}, b"<html>"):
        with pytest.raises(SendError) as caught:
            send(Reply(200, body))
        assert caught.value.outcome is Outcome.AMBIGUOUS


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (131026, Outcome.ADDRESS_DEAD),
        (131047, Outcome.WINDOW_CLOSED),
        (131056, Outcome.PACE),
        (133016, Outcome.PACE),
        (133010, Outcome.MISCONFIGURED),
        (299, Outcome.MISCONFIGURED),
        (0, Outcome.MISCONFIGURED),
        (131049, Outcome.CONTENT_REJECTED),
        (132015, Outcome.CONTENT_REJECTED),
        (131053, Outcome.RETRY),
    ],
)
def test_codes_have_their_outcome(code: int, outcome: Outcome) -> None:
    error = refused(code)
    assert (error.outcome, error.code) == (outcome, str(code))


@pytest.mark.parametrize(
    ("details", "kept"),
    [
        ("template name (order_shipped) does not exist in en_US", True),
        ("Parameter value Jane is not valid", False),
        ("Malformed access token EAAGtoken", False),
        ("Not delivered to 12025550101", False),
    ],
)
def test_a_detail_is_kept_unless_it_repeats_what_we_sent(details: str, kept: bool) -> None:
    message = OutboundMessage(template=TemplateCall("order_shipped", "en_US", ("Jane",)))
    with pytest.raises(SendError) as caught:
        send(Reply(400, {"error": {"code": 132001, "error_data": {"details": details}}}), message=message)
    assert caught.value.detail == (details if kept else "")


def test_marketing_stopped_by_the_customer_is_only_about_marketing() -> None:
    assert refused(131050).scope == "marketing"
    assert refused(131047).scope == "all"


def test_check_names_the_number() -> None:
    async def run() -> tuple[str, Asked]:
        http = Http()
        async with Provider(
            Reply(200, {"display_phone_number": "+1 202-555-0100", "verified_name": "Shop"})
        ) as provider:
            account = build([AccountSettings(ACCOUNT, TOKEN, ("s",), "v")], provider.url, http).accounts[0]
            line = await account.check()
            await http.close()
            return line, provider.asked[0]

    line, asked = asyncio.run(run())
    assert line == "+1 202-555-0100 Shop"
    assert asked.method == "GET"
    assert asked.path.startswith(f"/{ACCOUNT}?")
