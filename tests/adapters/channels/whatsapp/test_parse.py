"""What the fixtures do not show: duplicates over entries, foreign sides of a change, broken text, the handshake."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.channels.whatsapp import AccountSettings, build
from adapters.channels.whatsapp.identity import address_value
from adapters.channels.whatsapp.parse import parse
from adapters.http import Http
from core.errors import MalformedPayload
from core.messages import InboundEvent, InboundMessage, Unsupported
from core.ports import RawRequest

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
ACCOUNT = "106540352242922"


def read(body: bytes) -> list[InboundEvent]:
    return parse(frozenset({ACCOUNT}), RawRequest("POST", "", {}, body), NOW)


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
    (endpoint,) = build(accounts, "http://127.0.0.1:9", Http()).endpoints
    assert endpoint.handshake is not None
    answer = endpoint.handshake(RawRequest("GET", "", {}, b"", query))
    assert answer.status == status
    assert answer.body == "1158201444" if status == 200 else "1158201444" not in answer.body
    assert answer.content_type.startswith("text/plain")


def test_without_accounts_there_is_nothing() -> None:
    kit = build([], "http://127.0.0.1:9", Http())
    assert not kit.accounts
    assert not kit.endpoints
