"""Tests what the fixtures do not show: sides of an item, repeats, several pages, junk in deliveries."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.channels.messenger.inbound.parse import parse
from core.messages.inbound import (
    UNNAMED,
    AccountNews,
    Answered,
    InboundEvent,
    InboundMessage,
    Reacted,
    Receipt,
    ReceiptStatus,
    Unsupported,
)
from core.ports.webhooks import RawRequest

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
PAGE, SECOND, JANE = "1911512552446543", "2022333444555666", "6543210987654321"
OURS = "64d2f0a1b3c4d5e6f7a8b9c0"


def read_body(*entries: Any) -> list[InboundEvent]:
    body = {"object": "page", "entry": list(entries)}
    return parse(frozenset({PAGE, SECOND}), RawRequest("POST", "", {}, json.dumps(body).encode()), NOW)


def read(*items: Any, page: str = PAGE, key: str = "messaging") -> list[InboundEvent]:
    return read_body({"id": page, "time": 1, key: list(items)})


def item(**event: Any) -> dict[str, Any]:
    return {"sender": {"id": JANE}, "recipient": {"id": PAGE}, "timestamp": 1796118000000, **event}


def from_page(**event: Any) -> dict[str, Any]:
    return {**item(**event), "sender": {"id": PAGE}, "recipient": {"id": JANE}}


def test_an_echo_belongs_to_the_customer_not_the_page() -> None:
    (event,) = read(from_page(message={"mid": "m_1", "is_echo": True, "metadata": OURS}))
    assert isinstance(event, Receipt)
    assert (event.recipient.value, event.status, event.correlation) == (JANE, ReceiptStatus.SENT, OURS)


@pytest.mark.parametrize("metadata", [None, "", "ticket-77", 7, OURS.upper(), OURS + "0"])
def test_metadata_that_is_not_ours_is_a_persons_answer(metadata: Any) -> None:
    (event,) = read(from_page(message={"mid": "m_1", "is_echo": True, "text": "by hand", "metadata": metadata}))
    assert isinstance(event, Answered)
    assert (event.sender.value, event.text) == (JANE, "by hand")


def test_an_echo_to_nobody_is_put_aside() -> None:
    (event,) = read({"sender": {"id": PAGE}, "message": {"mid": "m_1", "is_echo": True, "text": "by hand"}})
    assert isinstance(event, Unsupported)
    assert not event.answerable


@pytest.mark.parametrize(
    "act",
    [
        {"message": {"mid": "m_1", "text": "hi"}},
        {"postback": {"title": "Go", "payload": "go"}},
        {"reaction": {"action": "react", "emoji": "❤", "mid": "m_2"}},
        {"message_edit": {"mid": "m_2", "text": "hi"}},
        {"order": {"products": []}},
    ],
)
def test_the_page_itself_is_never_taken_for_a_customer(act: dict[str, Any]) -> None:
    (event,) = read(from_page(**act))
    assert isinstance(event, Unsupported)
    assert not event.answerable


def test_several_pages_keep_their_customers_apart() -> None:
    first, second = read_body(
        {"id": PAGE, "time": 1, "messaging": [item(message={"mid": "m_1", "text": "to the first"})]},
        {
            "id": SECOND,
            "time": 1,
            "messaging": [{**item(message={"mid": "m_2", "text": "to the second"}), "recipient": {"id": SECOND}}],
        },
    )
    assert isinstance(first, InboundMessage)
    assert isinstance(second, InboundMessage)
    assert (first.sender.account, second.sender.account) == (PAGE, SECOND)
    assert first.sender.value == second.sender.value


def test_one_entry_may_hold_a_thread_of_ours_a_strangers_and_a_change() -> None:
    (entry,) = (
        {
            "id": PAGE,
            "time": 1796118000000,
            "messaging": [item(message={"mid": "m_1", "text": "a"})],
            "standby": [item(message={"mid": "m_2", "text": "b"})],
            "changes": [{"field": "feed", "value": {}}],
        },
    )
    mine, theirs, change = read_body(entry)
    assert isinstance(mine, InboundMessage)
    assert isinstance(theirs, InboundMessage)
    assert (mine.standby, theirs.standby) == (False, True)
    assert isinstance(change, Unsupported)


def test_the_same_watermark_twice_is_one_receipt() -> None:
    first, second, later = read(
        *[item(read={"watermark": mark}) for mark in (1796118000001, 1796118000001, 1796118000002)]
    )
    assert first.external_id == second.external_id != later.external_id


def test_read_and_delivery_up_to_one_watermark_are_two_receipts() -> None:
    one, other = read(item(read={"watermark": 1796118000001}), item(delivery={"watermark": 1796118000001}))
    assert one.external_id != other.external_id


def test_a_watermark_of_nobody_is_unreadable() -> None:
    (event,) = read({"recipient": {"id": PAGE}, "read": {"watermark": 1796118000001}})
    assert isinstance(event, Unsupported)
    assert event.kind == "unreadable"


def test_the_same_reaction_at_another_time_is_another_event() -> None:
    reaction = {"action": "react", "emoji": "❤", "mid": "m_2"}
    first, repeated, again = read(
        item(reaction=reaction), item(reaction=reaction), {**item(reaction=reaction), "timestamp": 1796118009000}
    )
    assert first.external_id == repeated.external_id != again.external_id


@pytest.mark.parametrize(
    ("reaction", "emoji"),
    [
        ({"reaction": "other", "emoji": "🫶", "action": "react"}, "🫶"),
        ({"reaction": "sad", "action": "react"}, "😢"),
        ({"reaction": "other", "action": "react"}, "other"),
        ({"reaction": "love", "emoji": "❤", "action": "unreact"}, ""),
    ],
)
def test_a_reaction_has_an_emoji_until_it_is_taken_back(reaction: dict[str, Any], emoji: str) -> None:
    (event,) = read(item(reaction={**reaction, "mid": "m_2"}))
    assert isinstance(event, Reacted)
    assert event.emoji == emoji


@pytest.mark.parametrize("reaction", [{"action": "react"}, {"action": "wink", "emoji": "❤"}])
def test_a_reaction_without_meaning_is_put_aside_in_silence(reaction: dict[str, Any]) -> None:
    (event,) = read(item(reaction={**reaction, "mid": "m_2"}))
    assert isinstance(event, Unsupported)
    assert (event.kind, event.answerable) == ("unreadable", False)


def test_a_template_that_is_reviewed_again_is_news_again() -> None:
    value = {"event": "APPROVED", "message_template_name": "order_shipped", "message_template_language": "en_US"}
    change = {"field": "message_template_status_update", "value": value}
    first, again = read_body(*({"id": PAGE, "time": time, "changes": [change]} for time in (1796118000, 1796118009)))
    assert isinstance(first, AccountNews)
    assert first.external_id != again.external_id


def test_nothing_of_a_standby_thread_is_answered() -> None:
    (event,) = read(item(message={"mid": "m_1", "text": ["junk"]}), key="standby")
    assert isinstance(event, Unsupported)
    assert not event.answerable


def test_a_deep_link_in_a_standby_thread_starts_nothing() -> None:
    (event,) = read(item(referral={"ref": "o-1001", "source": "SHORTLINK", "type": "OPEN_THREAD"}), key="standby")
    assert isinstance(event, InboundMessage)
    assert event.standby


def test_an_attachment_we_know_survives_beside_one_we_do_not() -> None:
    image = {"type": "image", "payload": {"url": "https://cdn.example/a.jpg"}}
    (event,) = read(item(message={"mid": "m_1", "attachments": [{"type": "hologram", "payload": {}}, image]}))
    assert isinstance(event, InboundMessage)
    assert [each.kind for each in event.attachments] == ["image"]


def test_words_of_an_ordinary_quick_reply_are_no_phone_number() -> None:
    (event,) = read(item(message={"mid": "m_1", "text": "+1", "quick_reply": {"payload": "+1"}}))
    assert isinstance(event, InboundMessage)
    assert event.choice is not None
    assert not event.attachments


def test_another_page_is_not_ours() -> None:
    event, told = read(item(message={"mid": "m_1", "text": "hi"}), page="42")
    assert isinstance(event, Unsupported)
    assert isinstance(told, AccountNews)
    assert (told.kind, told.account, told.external_id) == (UNNAMED, "42", "unnamed:42:2026-12-01")
    assert 'page_id: "42"' in told.detail
    assert (event.kind, event.sender.account, event.answerable) == ("foreign_account", "42", False)


def test_a_missing_timestamp_is_the_time_of_arrival() -> None:
    (event,) = read({**item(message={"mid": "m_1", "text": "hi"}), "timestamp": None})
    assert isinstance(event, InboundMessage)
    assert event.sent_at == NOW


def test_the_dashboards_test_and_another_page_s_receipts_alarm_nobody() -> None:
    (event,) = read(item(message={"mid": "m_1", "text": "hi"}), page="0")
    assert isinstance(event, Unsupported)
    (event,) = read(item(read={"watermark": 1796118000000}), page="42")
    assert isinstance(event, Unsupported)
