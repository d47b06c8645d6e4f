"""A Messenger webhook as values: one per message, press, receipt or page event, whatever else is in the body.

Shapes: Meta, Messenger Platform "Webhook events" (2026).
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from adapters.channels.messenger.content import Unreadable, content_of, string, unknown_kind
from adapters.graph_webhooks import decode, digest, each_safely, items, moment, put_aside
from core.addresses import Address
from core.messages import Choice, InboundEvent, InboundMessage, Receipt, ReceiptStatus, Unsupported
from core.ports import RawRequest

CHANNEL = "messenger"


class _Page(NamedTuple):
    """Whose item it is, and when it arrived."""

    account: str
    now: datetime


def parse(ours: frozenset[str], request: RawRequest, now: datetime) -> list[InboundEvent]:
    """The events of a webhook. `ours` are the page ids we know; `now` stands in for a missing timestamp.

    Raises MalformedPayload when the body is no JSON object.
    """
    body = decode(request.body)
    entries = items(body, "entry")
    if not entries:
        return [put_aside("unreadable", Address(CHANNEL, "", ""), body, now)]
    return list(each_safely(entries, partial(_entry, ours, now), partial(_unreadable, "", now)))


def _entry(ours: frozenset[str], now: datetime, entry: Any) -> Iterable[InboundEvent]:
    page = _Page(string(entry["id"]), now)
    found = [(key, item) for key in _READ for item in items(entry, key)]
    if not found:
        raise Unreadable
    for key, item in found:
        if page.account not in ours:
            yield put_aside("foreign_account", Address(CHANNEL, page.account, ""), item, now)
        else:
            yield from each_safely([item], partial(_READ[key], page), partial(_bad_item, page))


def _messaging(page: _Page, item: Any) -> Iterable[InboundEvent]:
    key = next((key for key in _EVENTS if key in item), None)
    return _EVENTS[key](page, item) if key else [_other(page, item)]


def _standby(page: _Page, item: Any) -> Iterable[InboundEvent]:
    """Another app holds the thread: for the record only."""
    return [_kept(page, item, "standby", f"standby:{digest(item)}")]


def _change(page: _Page, item: Any) -> Iterable[InboundEvent]:
    return [put_aside(string(item["field"]), Address(CHANNEL, page.account, ""), item, page.now)]


def _message(page: _Page, item: Any) -> Iterable[InboundEvent]:
    message = item["message"]
    mid = _id(message["mid"])
    if message.get("is_echo") is True:
        return [_echo(page, item, message, mid)]
    if message.get("is_deleted") is True:
        return [_kept(page, item, "unsend", f"{mid}:unsend")]
    content = None if message.get("is_unsupported") is True else content_of(message)
    if content is None:
        return [_kept(page, item, unknown_kind(message), mid, answerable=True)]
    quoted = message.get("reply_to")
    reply_to = quoted.get("mid") if isinstance(quoted, dict) else None
    return [
        InboundMessage(
            external_id=mid,
            sender=_named(page, item),
            sent_at=_at(page, item),
            text=content.text,
            choice=content.choice,
            attachments=content.attachments,
            reply_to=reply_to if isinstance(reply_to, str) else "",
        )
    ]


def _echo(page: _Page, item: Any, message: Any, mid: str) -> InboundEvent:
    """Our own message come back, known by the correlation in its metadata; else a person's in the Page Inbox."""
    correlation = message.get("metadata")
    if not isinstance(correlation, str) or not correlation:
        return _kept(page, item, "echo", mid)
    customer = _customer(page, item)
    at = _at(page, item)
    return Receipt(f"{mid}:sent", customer, ReceiptStatus.SENT, at, provider_id=mid, correlation=correlation)


def _postback(page: _Page, item: Any) -> Iterable[InboundEvent]:
    """A press on a button, the menu or Get Started. Older ones carry no mid."""
    press = item["postback"]
    mid = press.get("mid")
    return [
        InboundMessage(
            external_id=mid if isinstance(mid, str) and mid else f"postback:{digest(item)}",
            sender=_named(page, item),
            sent_at=_at(page, item),
            choice=Choice(string(press["payload"]), string(press.get("title", ""))),
        )
    ]


def _delivery(page: _Page, item: Any) -> Iterable[InboundEvent]:
    """One receipt per mid; without mids one for all up to the watermark."""
    customer, status = _customer(page, item), ReceiptStatus.DELIVERED
    at = moment(item["delivery"].get("watermark"), _at(page, item))
    mids = [_id(mid) for mid in items(item["delivery"], "mids")]
    if not mids:
        return [_watermark(page, item, "delivery", status)]
    return [Receipt(f"{mid}:{status}", customer, status, at, provider_id=mid) for mid in mids]


def _read(page: _Page, item: Any) -> Iterable[InboundEvent]:
    return [_watermark(page, item, "read", ReceiptStatus.READ)]


def _watermark(page: _Page, item: Any, key: str, status: ReceiptStatus) -> Receipt:
    """All that was sent to this customer until the watermark (milliseconds)."""
    customer, mark = _named(page, item), int(item[key]["watermark"])
    until = moment(mark, page.now)
    return Receipt(f"{customer.value}:{status}:{mark}", customer, status, until, watermark=until)


_EVENTS: dict[str, Callable[[_Page, Any], Iterable[InboundEvent]]] = {
    "message": _message,
    "postback": _postback,
    "delivery": _delivery,
    "read": _read,
}
_READ: dict[str, Callable[[_Page, Any], Iterable[InboundEvent]]] = {
    "messaging": _messaging,
    "standby": _standby,
    "changes": _change,
}
_ENVELOPE = ("sender", "recipient", "timestamp")


def _other(page: _Page, item: Any) -> InboundEvent:
    """A referral, opt-in, reaction, edit or anything newer, under the name of its key."""
    kind = next((str(key) for key in item if key not in _ENVELOPE), "messaging")
    return _kept(page, item, kind, f"{kind}:{digest(item)}")


def _kept(page: _Page, item: Any, kind: str, external_id: str, *, answerable: bool = False) -> Unsupported:
    customer = _customer(page, item)
    return Unsupported(external_id, customer, _at(page, item), kind, item, answerable and bool(customer.value))


def _bad_item(page: _Page, item: Any) -> InboundEvent:
    """An item we stumbled over, under its own id where it has one; the customer who sent it may get an answer."""
    fields = item if isinstance(item, dict) else {}
    message = fields.get("message")
    inner = message if isinstance(message, dict) else {}
    mid = inner.get("mid")
    hers = bool({"message", "postback"} & fields.keys()) and not inner.get("is_echo")
    customer = _customer(page, fields)
    return Unsupported(
        external_id=mid if isinstance(mid, str) and mid else f"unreadable:{digest(item)}",
        sender=customer,
        sent_at=_at(page, fields),
        kind="unreadable",
        raw=item,
        answerable=hers and bool(customer.value),
    )


def _unreadable(account: str, now: datetime, item: Any) -> InboundEvent:
    return put_aside("unreadable", Address(CHANNEL, account, ""), item, now)


def _customer(page: _Page, item: Any) -> Address:
    """The person's page-scoped id, on whichever side of the item; "" when it names nobody (opt-in by `user_ref`)."""
    sides = [holder.get("id") for key in ("sender", "recipient") if isinstance(holder := item.get(key), dict)]
    value = next((side for side in sides if side != page.account and isinstance(side, str)), "")
    return Address(CHANNEL, page.account, value)


def _named(page: _Page, item: Any) -> Address:
    customer = _customer(page, item)
    if not customer.value:
        raise Unreadable
    return customer


def _at(page: _Page, item: Any) -> datetime:
    return moment(item.get("timestamp"), page.now)


def _id(value: Any) -> str:
    if not string(value):
        raise Unreadable
    return str(value)
