"""What the fixtures do not show: sides of an item, repeats of watermarks, junk in deliveries."""

import json
from datetime import UTC, datetime
from typing import Any

from adapters.channels.messenger.parse import parse
from core.messages import InboundEvent, InboundMessage, Receipt, ReceiptStatus, Unsupported
from core.ports import RawRequest

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
PAGE, JANE = "1911512552446543", "6543210987654321"


def read(*items: Any, page: str = PAGE) -> list[InboundEvent]:
    body = {"object": "page", "entry": [{"id": page, "time": 1, "messaging": list(items)}]}
    return parse(frozenset({PAGE}), RawRequest("POST", "", {}, json.dumps(body).encode()), NOW)


def item(**event: Any) -> dict[str, Any]:
    return {"sender": {"id": JANE}, "recipient": {"id": PAGE}, "timestamp": 1796118000000, **event}


def test_an_echo_belongs_to_the_customer_not_the_page() -> None:
    echo = {"mid": "m_1", "is_echo": True, "metadata": "part-1"}
    (event,) = read({**item(message=echo), "sender": {"id": PAGE}, "recipient": {"id": JANE}})
    assert isinstance(event, Receipt)
    assert (event.recipient.value, event.status, event.correlation) == (JANE, ReceiptStatus.SENT, "part-1")


def test_an_echo_without_metadata_is_no_message_of_the_customer() -> None:
    (event,) = read(item(message={"mid": "m_1", "is_echo": True, "text": "by hand", "metadata": ""}))
    assert isinstance(event, Unsupported)
    assert (event.kind, event.answerable) == ("echo", False)


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


def test_an_attachment_we_know_survives_beside_one_we_do_not() -> None:
    image = {"type": "image", "payload": {"url": "https://cdn.example/a.jpg"}}
    (event,) = read(item(message={"mid": "m_1", "attachments": [{"type": "reel", "payload": {}}, image]}))
    assert isinstance(event, InboundMessage)
    assert [each.ref for each in event.attachments] == ["https://cdn.example/a.jpg"]


def test_another_page_is_not_ours() -> None:
    (event,) = read(item(message={"mid": "m_1", "text": "hi"}), page="42")
    assert isinstance(event, Unsupported)
    assert (event.kind, event.sender.account, event.answerable) == ("foreign_account", "42", False)


def test_a_missing_timestamp_is_the_time_of_arrival() -> None:
    (event,) = read({**item(message={"mid": "m_1", "text": "hi"}), "timestamp": None})
    assert isinstance(event, InboundMessage)
    assert event.sent_at == NOW
