"""Keeps and lists the account's messages as the REST API does."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import formatdate
from typing import Any
from urllib.parse import urlencode

import msgspec
from multidict import MultiMapping

from sandbox.platforms.twilio import segments

Json = dict[str, Any]
KEPT = 5000
CHARGED = ("sent", "delivered", "undelivered", "read", "received")


class Sent(msgspec.Struct):
    """A message of the account in either direction; `media` are ids of stored files, with their types in `types`."""

    sid: str
    to: str
    sender: str
    body: str
    direction: str
    created: float
    status: str
    error: int | None = None
    media: list[str] = []
    types: list[str] = []
    count: int = 0
    callback: str = ""
    service: str = ""


class Records:
    """Keeps messages by SID, the newest 5000."""

    def __init__(self) -> None:
        self.all: dict[str, Sent] = {}

    def keep(self, sent: Sent) -> None:
        """Remembers a message."""
        self.all[sent.sid] = sent
        if len(self.all) > KEPT:
            del self.all[next(iter(self.all))]

    def page(self, account: str, query: MultiMapping[str]) -> Json:
        """Lists messages, newest first, by To, From and DateSent (also DateSent> and DateSent<), PageSize at a time."""
        size = min(max(1, int(query.get("PageSize", 50))), 1000)
        number = int(query.get("Page", 0))
        found = list(self._wanted(query))
        after = query.get("PageToken", "").removeprefix("PA")
        start = next((index + 1 for index, sent in enumerate(found) if sent.sid[2:] == after), 0)
        shown = found[start : start + size]
        path = f"/2010-04-01/Accounts/{account}/Messages.json"
        kept = {name: value for name, value in query.items() if name not in {"Page", "PageToken"}}
        more = len(found) > start + size
        following = (
            {**kept, "PageSize": size, "Page": number + 1, "PageToken": f"PA{shown[-1].sid[2:]}"} if more else {}
        )
        return {
            "first_page_uri": f"{path}?{urlencode({**kept, 'PageSize': size, 'Page': 0})}",
            "next_page_uri": f"{path}?{urlencode(following)}" if more else None,
            "previous_page_uri": None,
            "uri": f"{path}?{urlencode({**kept, 'PageSize': size, 'Page': number})}",
            "page": number,
            "page_size": size,
            "start": start,
            "end": start + len(shown) - 1,
            "messages": [resource(account, sent) for sent in shown],
        }

    def media(self, account: str, sent: Sent) -> Json:
        """Makes the Media list of a message."""
        path = f"/2010-04-01/Accounts/{account}/Messages/{sent.sid}"
        date = _rfc(sent.created)
        rows = [
            {
                "sid": media_sid(stored),
                "account_sid": account,
                "parent_sid": sent.sid,
                "content_type": mime,
                "date_created": date,
                "date_updated": date,
                "uri": f"{path}/Media/{media_sid(stored)}.json",
            }
            for stored, mime in zip(sent.media, sent.types, strict=True)
        ]
        return {"media_list": rows, "page": 0, "page_size": 50, "next_page_uri": None, "uri": f"{path}/Media.json"}

    def _wanted(self, query: MultiMapping[str]) -> Iterator[Sent]:
        for sent in reversed(self.all.values()):
            if sent.to != query.get("To", sent.to) or sent.sender != query.get("From", sent.sender):
                continue
            if _in_time(sent.created, query):
                yield sent


def resource(account: str, sent: Sent) -> Json:
    """Describes a message as the REST API does."""
    uri = f"/2010-04-01/Accounts/{account}/Messages/{sent.sid}"
    date = _rfc(sent.created)
    return {
        "account_sid": account,
        "api_version": "2010-04-01",
        "body": sent.body,
        "date_created": date,
        "date_sent": None if sent.status in {"queued", "accepted"} else date,
        "date_updated": date,
        "direction": sent.direction,
        "error_code": sent.error,
        "error_message": None,
        "from": sent.sender or None,
        "messaging_service_sid": sent.service or None,
        "num_media": str(sent.count or len(sent.media)),
        "num_segments": str(segments.count(sent.body)),
        "price": _price(sent),
        "price_unit": "USD",
        "sid": sent.sid,
        "status": sent.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": sent.to,
        "uri": f"{uri}.json",
    }


def _price(sent: Sent) -> str | None:
    """Says what it cost, as the real list does once its end is known: a negative sum, none while it is under way."""
    if sent.status not in CHARGED:
        return None
    pieces = 1 if sent.media or sent.sender.startswith("whatsapp:") else segments.count(sent.body)
    return f"-{_rate(sent) * pieces:.5f}"


def _rate(sent: Sent) -> Decimal:
    if sent.sender.startswith("whatsapp:"):
        return Decimal("0.0084")  # Twilio's fee and Meta's price for utility in the USA
    return Decimal("0.0220") if sent.media else Decimal("0.0083")


def media_sid(stored_id: str) -> str:
    """Makes the ME id of a stored file."""
    return f"ME{stored_id:0>32}"


def stored_id(sid: str) -> str:
    """Finds the stored file of an ME id."""
    return sid.removesuffix(".json").removeprefix("ME").lstrip("0")


def _in_time(created: float, query: MultiMapping[str]) -> bool:
    second = float(int(created))
    if "DateSent>" in query and second < _moment(query["DateSent>"]):
        return False
    if "DateSent<" in query and second > _moment(query["DateSent<"]):
        return False
    return "DateSent" not in query or 0 <= second - _moment(query["DateSent"]) < 86_400


def _moment(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _rfc(moment: float) -> str:
    return formatdate(moment).replace("-0000", "+0000")
