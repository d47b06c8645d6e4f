"""What the fixtures do not say about reading Twilio's forms."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.channels.twilio import AccountSettings, build
from adapters.channels.twilio.parse import parse_messages, parse_statuses
from adapters.channels.twilio.senders import addresses_of
from adapters.http import Http
from core.errors import MalformedPayload
from core.messages import InboundEvent, InboundMessage, Receipt, Unsupported, decode_event, encode
from core.ports import HttpAnswer, RawRequest
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
]


@settings(max_examples=200, deadline=None)
@given(fields=st.dictionaries(st.sampled_from(NAMES), st.text(max_size=12)))
def test_no_form_stops_us(fields: dict[str, str]) -> None:
    for event in (message(**fields), status(**fields)):
        assert decode_event(encode(event)) == event
        assert "\\u0000" not in encode(event)


def test_one_setting_gives_two_channels_behind_two_paths() -> None:
    both = AccountSettings("AC1", ("t",), "+12025550100", "whatsapp:+14155550123")
    kit = build((both,), "http://127.0.0.1:9", "https://desk.shop.example", Http())
    assert [(a.channel, a.account) for a in kit.accounts] == [
        ("sms", "+12025550100"),
        ("whatsapp", "twilio:+14155550123"),
    ]
    assert [e.path for e in kit.endpoints] == ["/webhooks/twilio", "/webhooks/twilio/status"]
    assert {e.answer for e in kit.endpoints} == {HttpAnswer(200, "<Response/>", "text/xml")}
    assert build((), "", "", Http()).endpoints == ()


def test_settings_do_not_show_their_tokens() -> None:
    assert "SECRET" not in repr(AccountSettings("AC1", ("SECRET",)))
