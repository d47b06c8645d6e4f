"""Tests a messaging service: what comes to any of its numbers is ours, and SMS leave by it."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from adapters.channels.spec import Site
from adapters.channels.twilio.inbound.parse import parse_messages, parse_statuses
from adapters.channels.twilio.kit import build
from adapters.channels.twilio.senders import accounts_of, addresses_of
from adapters.channels.twilio.settings import AccountSettings
from adapters.transport.http import Http
from core.messages.inbound import (
    UNNAMED,
    AccountNews,
    InboundEvent,
    InboundMessage,
    Receipt,
    Unsupported,
)
from core.people.addresses import Address
from core.ports.calls import Part
from core.ports.channel import Finding
from core.ports.webhooks import RawRequest
from tests.adapters.channels.files import KeptFiles
from tests.adapters.channels.provider import Asked, Provider, Reply

SERVICE, NUMBER, ANOTHER = "MG0123456789abcdef0123456789abcdef", "+12025550100", "+12025550107"
ALONE = AccountSettings("AC1", ("token",), messaging_service_sid=SERVICE)
BESIDE = AccountSettings("AC1", ("token",), NUMBER, messaging_service_sid=SERVICE)
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
BASE = "https://desk.shop.example"
HOOK = f"{BASE}/webhooks/twilio#rc=5&rp=all"
AT = f"/messaging/v1/Services/{SERVICE}"
RESOURCE: dict[str, Any] = {
    "sid": SERVICE,
    "friendly_name": "Northwind",
    "inbound_request_url": HOOK,
    "inbound_method": "POST",
    "use_inbound_webhook_on_number": False,
}
MEMBERS = {"phone_numbers": [{"sid": "PN1", "phone_number": NUMBER}, {"sid": "PN2", "phone_number": ANOTHER}]}
GOOD: dict[str, Any] = {
    "/2010-04-01/Accounts/AC1.json": {"friendly_name": "Northwind", "status": "active"},
    AT: RESOURCE,
    f"{AT}/PhoneNumbers": MEMBERS,
    "/monitor/v1/Alerts": {"alerts": []},
}


def came(settings: AccountSettings, **fields: str) -> list[InboundEvent]:
    form = {"MessageSid": "SM1", "AccountSid": "AC1", "From": "+12025550101", "To": ANOTHER, "Body": "hi", **fields}
    raw = RawRequest("POST", f"{BASE}/webhooks/twilio", {}, urlencode(form).encode())
    return parse_messages(addresses_of([settings]))(raw, NOW)


def ask(settings: AccountSettings, call: Any, answers: dict[str, Any] = GOOD) -> tuple[Any, list[Asked]]:
    asked: list[Asked] = []

    def answer(request: Asked) -> Reply:
        asked.append(request)
        found = answers.get(request.path.partition("?")[0])
        return Reply(200, found) if found is not None else Reply(404, {"code": 20404, "status": 404, "message": "?"})

    async def run() -> Any:
        http = Http()
        async with Provider(Reply(), answer) as provider:
            try:
                (account,) = build((settings,), Site(provider.url, http, KeptFiles(), BASE)).accounts
                return await call(account)
            finally:
                await http.close()

    return asyncio.run(run()), asked


@pytest.mark.parametrize("settings", [ALONE, BESIDE])
def test_every_number_of_the_service_is_ours(settings: AccountSettings) -> None:
    (event,) = came(settings, MessagingServiceSid=SERVICE)
    assert isinstance(event, InboundMessage)
    account = settings.sms_from or SERVICE
    assert event.sender == Address("sms", account, "+12025550101")
    assert accounts_of(settings) == ("sms",)


def test_the_named_number_is_ours_also_without_the_service() -> None:
    (event,) = came(BESIDE, To=NUMBER)
    assert event == InboundMessage("SM1", Address("sms", NUMBER, "+12025550101"), NOW, "hi")


@pytest.mark.parametrize("fields", [{}, {"MessagingServiceSid": "MGother"}, {"MessagingServiceSid": ""}])
def test_another_number_is_kept_and_told_of_with_the_setting_that_would_take_it(fields: dict[str, str]) -> None:
    kept, told = came(ALONE, **fields)
    assert isinstance(kept, Unsupported)
    assert isinstance(told, AccountNews)
    assert (kept.kind, told.kind, told.account) == ("foreign_account", UNNAMED, ANOTHER)
    assert ANOTHER in told.detail
    service = fields.get("MessagingServiceSid")
    assert (f"TWILIO_MESSAGING_SERVICE_SID={service}" in told.detail) == bool(service)


def test_a_whatsapp_number_of_the_service_needs_a_name_of_its_own() -> None:
    kept, told = came(ALONE, To=f"whatsapp:{ANOTHER}", From="whatsapp:+12025550101", MessagingServiceSid=SERVICE)
    assert isinstance(kept, Unsupported)
    assert isinstance(told, AccountNews)
    assert f'whatsapp_from: "{ANOTHER}"' in told.detail


def test_receipts_come_by_the_service_too() -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "delivered", "From": ANOTHER, "To": "+12025550101"}
    raw = RawRequest("POST", BASE, {}, urlencode({**form, "MessagingServiceSid": SERVICE}).encode(), {"d": "p1"})
    (receipt,) = parse_statuses(addresses_of([ALONE]))(raw, NOW)
    assert isinstance(receipt, Receipt)
    assert (receipt.recipient.account, receipt.correlation) == (SERVICE, "p1")


@pytest.mark.parametrize("settings", [ALONE, BESIDE])
def test_sms_leave_by_the_service_and_name_no_number(settings: AccountSettings) -> None:
    to = Address("sms", settings.sms_from or SERVICE, "+12025550101")
    answers = {"/2010-04-01/Accounts/AC1/Messages.json": {"sid": "SM9", "status": "accepted"}}
    _, (asked,) = ask(settings, lambda account: account.send(Part("messages", {"Body": "hi"}), to, "p1"), answers)
    form = parse_qs(asked.body.decode())
    assert form["MessagingServiceSid"] == [SERVICE]
    assert "From" not in form


def test_status_and_setup_look_at_the_service() -> None:
    found, _ = ask(ALONE, lambda account: account.status(BASE))
    assert found[1:3] == [
        Finding("number", True, f"Northwind ({SERVICE}): {NUMBER}, {ANOTHER}"),
        Finding("webhook", True, HOOK),
    ]
    strayed = {**GOOD, AT: {**RESOURCE, "use_inbound_webhook_on_number": True}}
    found, _ = ask(ALONE, lambda account: account.status(BASE), strayed)
    assert (found[2].ok, found[2].said) == (False, "messages go to the address of each number")
    _, asked = ask(ALONE, lambda account: account.setup(BASE), strayed)
    assert parse_qs(asked[-1].body.decode()) == {
        "InboundRequestUrl": [HOOK],
        "InboundMethod": ["POST"],
        "UseInboundWebhookOnNumber": ["false"],
    }


def test_a_service_that_is_not_there_or_has_no_number_is_told() -> None:
    found, _ = ask(ALONE, lambda account: account.status(BASE), {**GOOD, AT: None})
    assert (found[1].ok, found[1].said) == (False, f"the account has no sender {SERVICE}")
    assert "TWILIO_MESSAGING_SERVICE_SID" in found[1].cure
    found, _ = ask(ALONE, lambda account: account.status(BASE), {**GOOD, f"{AT}/PhoneNumbers": {"phone_numbers": []}})
    assert not found[1].ok


def test_what_was_missed_is_what_came_to_the_service() -> None:
    entry = {"direction": "inbound", "from": "+12025550101", "body": "hi", "num_media": "0"}
    listed = [
        {**entry, "sid": "SM1", "to": ANOTHER, "messaging_service_sid": SERVICE},
        {**entry, "sid": "SM2", "to": "+12025550199", "messaging_service_sid": None},
    ]
    answers = {"/2010-04-01/Accounts/AC1/Messages.json": {"messages": listed}}
    events, (asked, _prices) = ask(ALONE, lambda account: account.missed(NOW), answers)
    assert [(event.external_id, event.sender.account) for event in events] == [("SM1", SERVICE)]
    assert "To=" not in asked.path


# --- senders that nobody can answer


@pytest.mark.parametrize(
    ("sender", "value", "one_way"),
    [
        ("68849", "68849", True),
        ("+68849", "68849", True),  # as some carriers write it: the same sender, and no phone either
        ("+0049171", "0049171", True),
        ("PARCELCO", "PARCELCO", True),
        ("jane@example.com", "jane@example.com", True),
        (NUMBER, NUMBER, True),
        ("+12025550101", "+12025550101", False),
        ("+6834002", "+6834002", False),  # Niue
    ],
)
def test_short_codes_names_and_our_own_number_cannot_be_answered(sender: str, value: str, one_way: bool) -> None:
    (event,) = came(BESIDE, To=NUMBER, From=sender)
    assert isinstance(event, InboundMessage)
    assert (event.sender.value, event.one_way) == (value, one_way)
    assert event.sender.phone == (value if value.startswith("+") else None)
    (empty,) = came(BESIDE, To=NUMBER, From=sender, Body="")
    assert isinstance(empty, Unsupported)
    assert empty.answerable is not one_way
