"""Tests what the fixtures do not show: repeats over entries, foreign sides of a change, broken text, the handshake."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.channels.spec import Site
from adapters.channels.whatsapp.inbound.identity import address_value
from adapters.channels.whatsapp.inbound.parse import parse
from adapters.channels.whatsapp.kit import build
from adapters.channels.whatsapp.settings import AccountSettings
from adapters.transport.http import Http
from core.errors import MalformedPayload
from core.messages.inbound import UNNAMED, AccountNews, InboundEvent, InboundMessage, Unsupported
from core.ports.webhooks import RawRequest
from tests.adapters.channels.files import KeptFiles

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
ACCOUNT = "106540352242922"


def read(body: bytes) -> list[InboundEvent]:
    return parse({ACCOUNT: ""}, RawRequest("POST", "", {}, body), NOW)


def message(**more: Any) -> dict[str, Any]:
    base = {"from": "12025550101", "id": "wamid.1", "timestamp": "1796118000", "type": "text", "text": {"body": "hi"}}
    return {**base, **more}


def body(*messages: Any, contacts: Any = ()) -> dict[str, Any]:
    value = {"metadata": {"phone_number_id": ACCOUNT}, "contacts": list(contacts), "messages": list(messages)}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}],
    }


def read_json(value: Any) -> list[InboundEvent]:
    return read(json.dumps(value).encode())


def test_the_same_message_in_two_entries_has_one_external_id() -> None:
    twice = body(message())
    twice["entry"] *= 2
    assert [e.external_id for e in read_json(twice)] == ["wamid.1", "wamid.1"]


def test_a_name_cut_inside_an_emoji_does_not_cost_the_batch() -> None:
    contacts = [{"profile": {"name": "Jane \ud83d"}, "wa_id": "12025550101"}]
    (event,) = read_json(body(message(), contacts=contacts))
    assert isinstance(event, InboundMessage)
    assert event.profile.name == "Jane \ufffd"
    assert event.text == "hi"


def test_bytes_that_are_no_utf8_do_not_cost_the_batch() -> None:
    raw = json.dumps(body(message(text={"body": "h~i"}))).encode().replace(b"~", b"\xff")
    (event,) = read(raw)
    assert isinstance(event, InboundMessage)
    assert event.text == "h\ufffdi"


def test_a_single_contact_lends_its_name_only_to_whom_it_belongs() -> None:
    contacts = [{"profile": {"name": "Somebody else"}, "wa_id": "12025550102"}]
    (event,) = read_json(body(message(), contacts=contacts))
    assert isinstance(event, InboundMessage)
    assert event.profile.name == ""


def test_a_message_that_names_nobody_takes_the_single_contact() -> None:
    nameless = {key: value for key, value in message().items() if key != "from"}
    (event,) = read_json(body(nameless, contacts=[{"wa_id": "12025550102"}]))
    assert isinstance(event, InboundMessage)
    assert event.sender.value == "+12025550102"


def test_a_message_from_nobody_is_kept_without_an_answer() -> None:
    nameless = {key: value for key, value in message().items() if key != "from"}
    (event,) = read_json(body(nameless))
    assert isinstance(event, Unsupported)
    assert not event.answerable


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("12025550101", "+12025550101"),
        ("+12025550101", "+12025550101"),
        ("US.1349", "US.1349"),
        ("", ""),
        (None, ""),
        (7, ""),
        ("١٢٠٢٥٥٥", "١٢٠٢٥٥٥"),
    ],
)
def test_address_value(raw: Any, value: str) -> None:
    assert address_value(raw) == value


def test_malformed_says_nothing_of_the_body() -> None:
    with pytest.raises(MalformedPayload) as caught:
        read(b'["Jane", "+12025550101"]')
    assert "Jane" not in str(caught.value)
    assert caught.value.path == "$"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"hub.mode": "subscribe", "hub.verify_token": "v1", "hub.challenge": "1158201444"}, 200),
        ({"hub.mode": "subscribe", "hub.verify_token": "v2", "hub.challenge": "1158201444"}, 200),
        ({"hub.mode": "subscribe", "hub.verify_token": "wrong", "hub.challenge": "1158201444"}, 403),
        ({"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1158201444"}, 403),
        ({"hub.mode": "unsubscribe", "hub.verify_token": "v1", "hub.challenge": "1158201444"}, 403),
        ({}, 403),
    ],
)
def test_the_handshake_answers_each_accounts_token(query: dict[str, str], status: int) -> None:
    accounts = [
        AccountSettings("1", "t", ("s",), "v1"),
        AccountSettings("2", "t", ("s",), "v2"),
        AccountSettings("3", "t", ("s",), ""),
    ]
    (endpoint,) = build(accounts, Site("http://127.0.0.1:9", Http(), KeptFiles())).endpoints
    assert endpoint.handshake is not None
    answer = endpoint.handshake(RawRequest("GET", "", {}, b"", query))
    assert answer.status == status
    assert answer.body == "1158201444" if status == 200 else "1158201444" not in answer.body
    assert answer.content_type.startswith("text/plain")


def test_without_accounts_there_is_nothing() -> None:
    kit = build([], Site("http://127.0.0.1:9", Http(), KeptFiles()))
    assert not kit.accounts
    assert not kit.endpoints


def news(field: str, entry: str = "1", time: int = 1796118400, **value: Any) -> dict[str, Any]:
    change = {"field": field, "value": value}
    return {"object": "whatsapp_business_account", "entry": [{"id": entry, "time": time, "changes": [change]}]}


def read_for(ours: dict[str, str], value: Any) -> list[InboundEvent]:
    return parse(ours, RawRequest("POST", "", {}, json.dumps(value).encode()), NOW)


PAUSED = news("message_template_status_update", event="PAUSED", message_template_name="order_shipped")


@pytest.mark.parametrize(
    ("ours", "told"),
    [
        ({"11": "", "12": ""}, ["11", "12"]),
        ({"11": "1", "12": "2"}, ["11"]),
        ({"11": "2", "12": ""}, ["12"]),
    ],
)
def test_news_of_a_template_goes_to_every_number_of_its_business(ours: dict[str, str], told: list[str]) -> None:
    assert [(type(e), getattr(e, "account", "")) for e in read_for(ours, PAUSED)] == [(AccountNews, n) for n in told]


def test_news_of_another_business_is_kept_apart() -> None:
    (event,) = read_for({"11": "2"}, PAUSED)
    assert isinstance(event, Unsupported)
    assert event.kind == "foreign_account"


def test_other_news_is_told_once_to_the_number_it_names() -> None:
    alert = news(
        "account_alerts", entity_type="PHONE_NUMBER", entity_id="12", alert_info={"alert_type": "OBA_APPROVED"}
    )
    (event,) = read_for({"11": "", "12": ""}, alert)
    assert isinstance(event, AccountNews)
    assert (event.account, event.state) == ("12", "OBA_APPROVED")
    (first,) = read_for({"11": "", "12": ""}, news("account_review_update", decision="REJECTED"))
    assert isinstance(first, AccountNews)
    assert first.account == "11"


def test_the_same_news_at_another_time_is_another() -> None:
    later = {**PAUSED, "entry": [{**PAUSED["entry"][0], "time": 1796118999}]}
    ids = {event.external_id for value in (PAUSED, PAUSED, later) for event in read_for({"11": ""}, value)}
    assert len(ids) == 2


def test_errors_of_a_number_that_is_not_ours_are_kept_apart() -> None:
    foreign = news("messages", metadata={"phone_number_id": "999"}, errors=[{"code": 130429}])
    (event,) = read_for({ACCOUNT: ""}, foreign)
    assert isinstance(event, Unsupported)


@pytest.mark.parametrize("odd", ["wamid.\x00", "w" * 201, 7, ""])
def test_an_id_that_no_row_can_keep_becomes_a_digest(odd: Any) -> None:
    (event,) = read_json(body(message(id=odd)))
    assert isinstance(event, Unsupported)
    assert event.external_id.startswith("unreadable:")
    assert event.answerable


def test_what_a_customer_did_and_we_cannot_read_calls_for_no_word() -> None:
    (event,) = read_json(body(message(type="reaction", reaction={"emoji": "x"})))
    assert isinstance(event, Unsupported)
    assert (event.kind, event.answerable) == ("unreadable", False)


def test_under_standby_nothing_is_answerable() -> None:
    value = body(message(type="hologram"))
    value["entry"][0]["changes"][0]["field"] = "standby"
    (event,) = read_json(value)
    assert isinstance(event, Unsupported)
    assert not event.answerable


@pytest.mark.parametrize(
    ("card", "own"),
    [
        ({"phones": [{"phone": "+1 202-555-0101", "wa_id": "12025550101"}]}, True),
        ({"phones": [{"phone": "+1 202-555-0101"}]}, True),
        ({"phones": [{"phone": "+1 202-555-0102", "wa_id": "12025550102"}]}, False),
        ({"phones": [{"phone": "+1 202-555-0102", "wa_id": "12025550102"}], "origin": "contact_request"}, True),
        ({"phones": [{"phone": "+1 202-555-0102"}], "origin": "contact_request"}, False),
        ({"phones": [], "origin": "contact_request"}, False),
        ({"phones": [{}], "name": None}, False),
    ],
)
def test_whose_card_it_is(card: dict[str, Any], own: bool) -> None:
    (event,) = read_json(body(message(type="contacts", contacts=[card])))
    assert isinstance(event, InboundMessage)
    assert event.attachments[0].data["own"] is own


def test_a_number_that_changed_to_nothing_readable_is_kept() -> None:
    told = {"type": "user_changed_number", "body": "User changed"}
    (event,) = read_json(body(message(type="system", system=told)))
    assert isinstance(event, Unsupported)
    assert (event.kind, event.answerable) == ("system", False)


# --- numbers that are not named, and whom nobody can answer


def to_number(number: str, **metadata: str) -> dict[str, Any]:
    whole = body(message())
    whole["entry"][0]["changes"][0]["value"]["metadata"] = {"phone_number_id": number, **metadata}
    return whole


def test_a_number_that_no_setting_names_is_told_of_with_the_number_that_people_dial() -> None:
    kept, told = read_json(to_number("77", display_phone_number="12025550177"))
    assert isinstance(kept, Unsupported)
    assert isinstance(told, AccountNews)
    assert (told.kind, told.account, told.subject) == (UNNAMED, "77", "12025550177 (77)")
    assert 'phone_number_id: "77"' in told.detail


@pytest.mark.parametrize(
    "whole",
    [
        {"object": "user", "entry": [{"id": "0", "time": 1, "changed_fields": ["photos"]}]},
        {
            "object": "user",
            "entry": [{"id": "0", "time": 1, "changes": [{"field": "photos", "value": {"verb": "add"}}]}],
        },
        to_number("123456123", display_phone_number="16505551111"),
    ],
)
def test_the_dashboards_own_tests_alarm_nobody(whole: dict[str, Any]) -> None:
    assert {type(event) for event in read_json(whole)} == {Unsupported}


@pytest.mark.parametrize("written", ["12025550101", "+1 202-555-0101"])
def test_our_own_number_is_nobody_to_answer(written: str) -> None:
    (event,) = read_json(to_number(ACCOUNT, display_phone_number=written))
    assert isinstance(event, InboundMessage)
    assert event.one_way
    (other,) = read_json(to_number(ACCOUNT, display_phone_number="12025550199"))
    assert isinstance(other, InboundMessage)
    assert not other.one_way
