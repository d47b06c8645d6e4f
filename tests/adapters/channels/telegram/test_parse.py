"""What the fixtures do not say about reading updates."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.channels.telegram import AccountSettings, build
from adapters.channels.telegram.parse import parse_update, parser
from adapters.channels.telegram.polling import as_request
from adapters.http import Http
from core.errors import MalformedPayload
from core.messages import InboundMessage, Unsupported, decode_event, encode
from core.ports import RawRequest
from tests.adapters.channels.contract import mutants

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
FIXTURES = Path(__file__).parent / "fixtures"
CASES = sorted(p for p in FIXTURES.glob("*.json") if not p.name.endswith(".expected.json"))


def update(case: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((FIXTURES / f"{case}.json").read_text())
    return value


def with_text(text: str) -> InboundMessage:
    data = update("text")
    data["message"]["text"] = text
    event = parse_update(data, "1", NOW)
    assert isinstance(event, InboundMessage)
    return event


@pytest.mark.parametrize(
    ("text", "seen", "choice"),
    [
        ("/start", "/start", None),
        ("/start ", "/start", None),
        ("/start abc_-9", "/start", "start:abc_-9"),
        ("/start@northwind_boots_bot abc", "/start", "start:abc"),
        ("/start please help me", "/start please help me", None),
        ("/started", "/started", None),
        ("start abc", "start abc", None),
    ],
)
def test_only_a_deep_link_is_a_choice(text: str, seen: str, choice: str | None) -> None:
    event = with_text(text)
    assert event.text == seen
    assert (event.choice.id if event.choice else None) == choice


def test_updates_of_one_second_keep_their_order_by_number() -> None:
    assert parse_update(update("text"), "1", NOW).external_id == str(update("text")["update_id"])
    assert with_text("x").sequence == update("text")["update_id"]


def test_nul_leaves_texts_and_raw_forms() -> None:
    data = update("unknown")
    data["message"]["hologram"]["file_id"] = "a\0b"
    (event,) = parser("1")(as_request(data), NOW)
    assert isinstance(event, Unsupported)
    assert event.raw["message"]["hologram"]["file_id"] == "ab"


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    (event,) = parser("1")(
        as_request(update("text") | {"message": update("text")["message"] | {"text": "\\u0000"}}), NOW
    )
    assert isinstance(event, InboundMessage)
    assert event.text == "\\u0000"


@pytest.mark.parametrize("number", [None, "1", 1.5, True, []])
def test_an_update_without_its_number_is_malformed(number: object) -> None:
    body = json.dumps({"update_id": number, "message": update("text")["message"]}).encode()
    with pytest.raises(MalformedPayload):
        parser("1")(RawRequest("POST", "", {}, body), NOW)


@settings(max_examples=300, deadline=None)
@given(data=st.sampled_from(CASES).flatmap(lambda path: mutants(json.loads(path.read_text()))))
def test_no_mutation_of_an_update_stops_us(data: Any) -> None:
    try:
        (event,) = parser("1")(as_request(data), NOW)
    except MalformedPayload:
        assert not isinstance(data, dict) or type(data.get("update_id")) is not int
        return
    assert decode_event(encode(event)) == event
    assert event.external_id == str(data["update_id"])


def test_further_bots_listen_at_paths_of_their_own() -> None:
    settings = (AccountSettings("", "111:a", ("s1",)), AccountSettings("outlet", "222:b", ("s2",)))
    kit = build(settings, "http://127.0.0.1:9", Http())
    assert [endpoint.path for endpoint in kit.endpoints] == ["/webhooks/telegram", "/webhooks/telegram/outlet"]
    assert [account.account for account in kit.accounts] == ["111", "outlet"]
    events = [endpoint.parse(as_request(update("text")), NOW)[0] for endpoint in kit.endpoints]
    assert [e.sender.account for e in events if isinstance(e, InboundMessage)] == ["111", "outlet"]


def test_settings_do_not_show_their_token() -> None:
    assert "SECRET" not in repr(AccountSettings("", "111:SECRET", ("SECRET",)))
