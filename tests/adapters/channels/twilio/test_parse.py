"""Tests what the fixtures do not say about reading Twilio's forms."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.channels.spec import Site
from adapters.channels.twilio.inbound.form import fields_of
from adapters.channels.twilio.inbound.parse import Parser, parse_messages, parse_statuses
from adapters.channels.twilio.kit import build
from adapters.channels.twilio.senders import Ours, addresses_of
from adapters.channels.twilio.settings import AccountSettings
from adapters.transport.http import Http
from core.encoding import encode
from core.errors import MalformedPayload
from core.messages.inbound import InboundEvent, InboundMessage, Receipt, Unsupported, decode_event
from core.ports.webhooks import HttpAnswer, RawRequest
from tests.adapters.channels.files import KeptFiles
from tests.adapters.channels.twilio.signing import form

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
OURS = addresses_of([AccountSettings("AC1", ("t",), "+12025550100", "+14155550123")])
SMS = {"MessageSid": "SM1", "To": "+12025550100", "From": "+12025550101"}
STATUS = {"MessageSid": "SM1", "From": "+12025550100", "To": "+12025550101"}


def message(**fields: str) -> InboundEvent:
    return parse_messages(OURS)(RawRequest("POST", "", {}, form(**{**SMS, **fields})), NOW)[0]


def status(**fields: str) -> InboundEvent:
    return parse_statuses(OURS)(RawRequest("POST", "", {}, form(**{**STATUS, **fields}), {"d": "p1"}), NOW)[0]


@pytest.mark.parametrize("body", [b"", b"Body=hello", b"{}", b"MessageSid="])
def test_a_form_without_an_id_is_malformed(body: bytes) -> None:
    for parse in (parse_messages(OURS), parse_statuses(OURS)):
        with pytest.raises(MalformedPayload):
            parse(RawRequest("POST", "", {}, body), NOW)


@pytest.mark.parametrize("count", ["", "x", "-1", "1e9", "9" * 5000, "٣", "2"])
def test_media_are_those_whose_url_came(count: str) -> None:
    event = message(Body="look", NumMedia=count, MediaUrl0="https://m.example/0", MediaContentType0="IMAGE/JPEG")
    assert isinstance(event, InboundMessage)
    assert [a.kind for a in event.attachments] == (["image"] if count == "2" else [])


@pytest.mark.parametrize("place", [("91", "0"), ("nan", "0"), ("0", "inf"), ("x", "0"), ("", "")])
def test_a_place_that_is_none_is_no_attachment(place: tuple[str, str]) -> None:
    event = message(Body="here", Latitude=place[0], Longitude=place[1])
    assert isinstance(event, InboundMessage)
    assert event.attachments == ()


@pytest.mark.parametrize("name", ["accepted", "scheduled", "queued", "sending"])
def test_all_that_waits_is_queued(name: str) -> None:
    event = status(MessageStatus=name)
    assert isinstance(event, Receipt)
    assert event.status == "queued"
    assert event.correlation == "p1"


def test_a_word_for_a_status_that_is_missing_is_kept() -> None:
    event = status()
    assert isinstance(event, Unsupported)
    assert event.kind == "status:"


def test_a_message_never_passes_as_a_status_nor_the_other_way() -> None:
    event = status(SmsStatus="received", Body="hello")
    assert isinstance(event, Unsupported)
    assert event.kind == "status:received"


def json_body(content: bytes) -> InboundEvent:
    raw = RawRequest("POST", "", {"content-type": "application/json; charset=utf-8"}, content)
    return parse_messages(OURS)(raw, NOW)[0]


def test_a_json_body_says_the_same_as_a_form() -> None:
    fields = {**SMS, "Body": "look", "NumMedia": 1, "MediaUrl0": "https://m.example/0", "Extra": None, "Deep": {"a": 1}}
    told = json_body(json.dumps(fields).encode())
    assert told == message(Body="look", NumMedia="1", MediaUrl0="https://m.example/0")


@pytest.mark.parametrize("content", [b"", b"[]", b"[1]", b'"text"', b"{", b'{"Body": "hi"}', b"[" * 9000, b"\xff"])
def test_json_without_an_id_is_malformed(content: bytes) -> None:
    with pytest.raises(MalformedPayload):
        json_body(content)


def test_an_id_that_is_none_of_twilios_is_malformed() -> None:
    with pytest.raises(MalformedPayload):
        message(MessageSid="S" * 65)


@pytest.mark.parametrize("sender", ["", " ", "whatsapp:", "+" + "1" * 200])
def test_nobody_is_answered_who_has_no_address(sender: str) -> None:
    event = message(From=sender, Body="hello")
    assert isinstance(event, Unsupported)
    assert (event.kind, event.answerable) == ("no_sender", False)


@pytest.mark.parametrize("path", [parse_messages, parse_statuses])
def test_a_status_is_one_on_either_path(path: Callable[[Ours], Parser]) -> None:
    raw = RawRequest("POST", "", {}, form(**STATUS, MessageStatus="sent"), {"d": "p1"})
    (event,) = path(OURS)(raw, NOW)
    assert isinstance(event, Receipt)
    assert (event.status, event.correlation) == ("sent", "p1")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        # what other gateways saw: the last character cut, a line end after it
        (
            "QmFubm9uIEV4cGxhaW5zIFRoZSBXb3JsZCAuLi4K4oCcVGhlIENhbXAgb2YgdGhlIFNhaW50c+KA\r",
            "Bannon Explains The World ...\n“The Camp of the Saints",
        ),
        ("SGVsbG8=", "SGVsbG8="),  # too short to be sure
        ("a" * 64, "a" * 64),
        ("JD0146" * 12, "JD0146" * 12),  # a number that happens to be the right length
        ("AAAA" * 20, "AAAA" * 20),  # decodes to nothing but NUL
        ("=" * 64, "=" * 64),
        ("where is my order " * 4, "where is my order " * 4),
    ],
)
def test_base64_is_read_where_it_is_surely_some(body: str, text: str) -> None:
    event = message(Body=body)
    assert isinstance(event, InboundMessage)
    assert event.text == text


@pytest.mark.parametrize(
    "data",
    [
        "null",
        "[]",
        "1",
        '{"nfm_reply": 1}',
        '{"nfm_reply": {"response_json": "["}}',
        '{"button_reply": {"id": 7}}',
        "{}",
    ],
)
def test_a_form_that_cannot_be_read_is_answered(data: str) -> None:
    event = message(MessageType="interactive", InteractiveData=data)
    assert isinstance(event, Unsupported)
    assert (event.kind, event.answerable) == ("interactive", True)


@pytest.mark.parametrize(
    ("told", "aliases"),
    [
        ({"WaId": "12025550101"}, []),  # the sender again
        ({"WaId": "5491155550101", "ExternalUserId": "AR.77"}, ["AR.77", "+5491155550101"]),
        ({"WaId": "whatsapp:US.1", "ExternalUserId": "US.1"}, ["US.1"]),
        ({"WaId": "٣٣٣", "ExternalUserId": "nobody knows"}, []),
        ({"WaId": "1" * 30, "ExternalUserId": "US." + "x" * 200}, []),
    ],
)
def test_aliases_are_addresses(told: dict[str, str], aliases: list[str]) -> None:
    event = message(To="whatsapp:+14155550123", From="whatsapp:+12025550101", Body="hi", **told)
    assert isinstance(event, InboundMessage)
    assert [alias.value for alias in event.profile.aliases] == aliases


@settings(deadline=None)
@given(st.text("ab=&%+20C3\xe4\0", max_size=40) | st.text(max_size=20))
def test_fields_are_read_as_by_the_standard_library(text: str) -> None:
    assert list(fields_of(text)) == parse_qsl(text, keep_blank_values=True)


NAMES = [
    "To",
    "From",
    "Body",
    "NumMedia",
    "MediaUrl0",
    "MediaContentType0",
    "ButtonPayload",
    "ButtonText",
    "ListId",
    "Latitude",
    "Longitude",
    "ProfileName",
    "ExternalUserId",
    "WaId",
    "OriginalRepliedMessageSid",
    "MessageType",
    "MessageStatus",
    "EventType",
    "ErrorCode",
    "OptOutType",
    "Forwarded",
    "InteractiveData",
    "FlowData",
    "ReferralSourceUrl",
]


@settings(max_examples=200, deadline=None)
@given(fields=st.dictionaries(st.sampled_from(NAMES), st.text(max_size=12)))
def test_no_form_stops_us(fields: dict[str, str]) -> None:
    for event in (message(**fields), status(**fields)):
        assert decode_event(encode(event)) == event
        assert "\\u0000" not in encode(event)


def test_one_setting_gives_two_channels_behind_two_paths() -> None:
    both = AccountSettings("AC1", ("t",), "+12025550100", "whatsapp:+14155550123")
    kit = build((both,), Site("http://127.0.0.1:9", Http(), KeptFiles(), "https://desk.shop.example"))
    assert [(a.channel, a.account) for a in kit.accounts] == [
        ("sms", "+12025550100"),
        ("whatsapp", "twilio:+14155550123"),
    ]
    assert [e.path for e in kit.endpoints] == ["/webhooks/twilio", "/webhooks/twilio/status"]
    assert {e.answer for e in kit.endpoints} == {HttpAnswer(200, "<Response/>", "text/xml")}
    assert build((), Site("", Http(), KeptFiles(), "")).endpoints == ()


def test_settings_do_not_show_their_tokens() -> None:
    assert "SECRET" not in repr(AccountSettings("AC1", ("SECRET",)))
