"""Tests what the fixtures do not say about reading updates."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.channels.spec import Site
from adapters.channels.telegram.inbound.parse import parse_update, parser
from adapters.channels.telegram.inbound.polling import as_request
from adapters.channels.telegram.kit import build
from adapters.channels.telegram.settings import AccountSettings
from adapters.transport.http import Http
from core.encoding import encode
from core.errors import ConfigurationError, MalformedPayload
from core.messages.inbound import AccountNews, Edited, InboundMessage, Unsupported, decode_event
from core.messages.pieces import Choice, Profile, Referral
from core.ports.channel import Kit
from core.ports.webhooks import RawRequest
from tests.adapters.channels.contract import mutants
from tests.adapters.channels.files import KeptFiles

BOT = "5550001111"
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


def test_a_message_has_the_number_that_edits_and_quotes_name() -> None:
    said, edited = with_text("x"), parse_update(update("edited_message"), BOT, NOW)
    assert said.name == str(update("text")["message"]["message_id"])
    assert isinstance(edited, Edited)
    assert edited.target == str(update("edited_message")["edited_message"]["message_id"])


def test_the_words_of_a_deep_link_are_a_referral() -> None:
    assert with_text("/start abc_-9").referral == Referral("link", ref="abc_-9")
    assert with_text("/start").referral is None


CONTACT = {"phone_number": "+1 202-555-0101", "first_name": "Jane", "user_id": 7390112}


@pytest.mark.parametrize(
    ("changes", "phone", "own"),
    [
        ({}, "+12025550101", True),
        ({"contact": {**CONTACT, "phone_number": "12025550101"}}, "+12025550101", True),
        ({"contact": {**CONTACT, "user_id": 8811223}}, "+12025550101", False),
        ({"contact": {**CONTACT, "user_id": "7390112"}}, "+12025550101", False),
        ({"contact": {"phone_number": "+12025550101", "first_name": "Jane"}}, "+12025550101", False),
        ({"contact": {**CONTACT, "phone_number": "none"}}, "", False),
        ({"forward_origin": {"type": "hidden_user"}}, "+12025550101", False),
        ({"forward_date": 1796000000}, "+12025550101", False),
        ({"via_bot": {"id": 1, "is_bot": True, "first_name": "Inline"}}, "+12025550101", False),
    ],
)
def test_only_a_number_that_telegram_says_is_theirs_is_own(changes: dict[str, Any], phone: str, own: bool) -> None:
    data = update("contact_own")
    data["message"] |= {"contact": CONTACT, **changes}
    event = parse_update(data, BOT, NOW)
    assert isinstance(event, InboundMessage)
    assert event.attachments[0].data["phone"] == phone
    assert event.attachments[0].data["own"] is own


@pytest.mark.parametrize(
    "kind", ["channel_post", "group_message", "group_migrated", "callback_group", "business_message"]
)
def test_what_others_say_to_each_other_is_not_kept(kind: str) -> None:
    event = parse_update(update(kind), BOT, NOW)
    assert isinstance(event, Unsupported)
    assert (event.raw, event.answerable) == (None, False)


def test_a_message_of_a_new_kind_is_answered_but_a_service_message_is_not() -> None:
    data = update("unknown")
    data["message"]["pinned_message"] = {"message_id": 1}
    event = parse_update(data, BOT, NOW)
    assert isinstance(event, Unsupported)
    assert (event.kind, event.answerable) == ("service", False)


def test_a_broken_name_costs_only_the_name() -> None:
    data = update("text")
    data["message"]["from"] = {"id": 7390112, "is_bot": False, "first_name": ["Jane"]}
    event = parse_update(data, BOT, NOW)
    assert isinstance(event, InboundMessage)
    assert event.profile == Profile()


def test_a_title_of_a_new_form_costs_only_the_title() -> None:
    data = update("callback_query")
    data["callback_query"]["message"]["reply_markup"] = {"inline_keyboard": "as a picture"}
    event = parse_update(data, BOT, NOW)
    assert isinstance(event, InboundMessage)
    assert event.choice == Choice("order:1001:return_start")


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
        event, *told = parser("1")(as_request(data), NOW)
    except MalformedPayload:
        assert not isinstance(data, dict) or type(data.get("update_id")) is not int
        return
    assert decode_event(encode(event)) == event
    assert all(isinstance(each, AccountNews) for each in told)
    assert event.external_id == str(data["update_id"])


FIRST, SECOND = AccountSettings("111:a", ("s1",)), AccountSettings("222:b", ("s2",), "outlet")


def test_further_bots_listen_at_paths_of_their_own_and_keep_their_ids() -> None:
    kit = build((FIRST, SECOND), Site("http://127.0.0.1:9", Http(), KeptFiles()))
    *endpoints, stray = kit.endpoints
    assert [endpoint.path for endpoint in endpoints] == ["/webhooks/telegram", "/webhooks/telegram/outlet"]
    assert stray.path == "/webhooks/telegram/<account>"
    assert [account.account for account in kit.accounts] == ["111", "222"]
    events = [endpoint.parse(as_request(update("text")), NOW)[0] for endpoint in endpoints]
    assert [e.sender.account for e in events if isinstance(e, InboundMessage)] == ["111", "222"]


@pytest.mark.parametrize(
    ("accounts", "words"),
    [
        ((FIRST, AccountSettings("111:c", ("s",), "other")), "same bot: 111"),
        ((FIRST, SECOND, AccountSettings("333:c", ("s",), "outlet")), "same account name: outlet"),
        ((FIRST, AccountSettings("333:c", ("s",), "a/b")), "letters, digits"),
        ((AccountSettings("SECRETTOKEN", ("s",)),), "looks like"),
    ],
)
def test_bots_that_could_be_taken_for_one_another_stop_the_start(
    accounts: tuple[AccountSettings, ...], words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        build(accounts, Site("http://127.0.0.1:9", Http(), KeptFiles()))
    assert "SECRETTOKEN" not in str(caught.value)


def test_no_accounts_are_nothing() -> None:
    assert build((), Site("http://127.0.0.1:9", Http(), KeptFiles())) == Kit((), ())


def test_settings_do_not_show_their_token() -> None:
    assert "SECRET" not in repr(AccountSettings("111:SECRET", ("SECRET",)))


@pytest.mark.parametrize("user", [777000, 1087968824, 136817688])
def test_telegrams_own_users_are_kept_and_get_no_answer(user: int) -> None:
    data = update("text")
    data["message"]["from"]["id"] = user
    event = parse_update(data, "1", NOW)
    assert isinstance(event, Unsupported)
    assert (event.kind, event.answerable) == ("bot", False)
