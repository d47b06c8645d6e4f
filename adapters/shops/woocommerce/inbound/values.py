"""Reads the values that all of WooCommerce's payloads share: ids, times, addresses, names, metadata."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

from adapters.shops.values import Json, object_, objects, text, written_time
from core.people import names
from core.people.addresses import e164

_TAG = re.compile(r"<[^>]*>")
CENT, FINE = Decimal("0.01"), Decimal("0.0001")


def id_of(value: Any) -> str:
    """Returns an id as text; empty for 0, which stands for nobody and nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    found = str(value).strip()
    return "" if found == "0" else found


def gmt(told: Json, name: str) -> str | None:
    """Reads a time (`date_created_gmt`), which is written without its zone."""
    written = text(told.get(f"{name}_gmt"))
    return (written if written.endswith("Z") else f"{written}Z") if written else None


def moment(written: str | None) -> datetime | None:
    """Reads a time with its zone; None for what is none."""
    found = written_time(written)
    return found.astimezone(UTC) if found and found.tzinfo else None


def unix(value: Any) -> datetime | None:
    """Reads a time in seconds since 1970, as a number or a text; of a day alone its beginning. None for none."""
    written = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if written.isascii() and written.isdigit() and 0 < int(written) < 200_000_000_000:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(written))
    return moment(f"{written[:10]}T00:00:00Z") if re.match(r"\d{4}-\d\d-\d\d", written) else None


def changed_at(told: Json, received_at: datetime) -> datetime:
    """Returns since when it is so. Never later than `received_at`: a shop's clock that is ahead must not make the next
    news look old."""
    return min(moment(gmt(told, "date_modified")) or received_at, received_at)


def meta(told: Json) -> dict[str, Any]:
    """Reads metadata by key; of one that is there twice the last."""
    return {text(each.get("key")): each.get("value") for each in objects(told.get("meta_data")) if each.get("key")}


def plain(value: Any) -> str:
    """Returns text without its HTML."""
    return " ".join(unescape(_TAG.sub(" ", text(value))).split())


def address(value: Any) -> Json:
    """Translates an address."""
    told = object_(value)
    return {
        "line1": told.get("address_1"),
        "line2": told.get("address_2"),
        "city": told.get("city"),
        "postcode": told.get("postcode"),
        "region": told.get("state"),
        "country": told.get("country"),
    }


def full_name(value: Any) -> str:
    """Joins first and last name, else takes the company."""
    told = object_(value)
    return names.full_name(text(told.get("first_name")), text(told.get("last_name"))) or text(told.get("company"))


def phone_of(*addresses: Any) -> str:
    """Returns the first phone of these addresses, in E.164 by its own address's country where it can be read."""
    for value in addresses:
        told = object_(value)
        written, country = text(told.get("phone")), text(told.get("country")).upper()
        if written:
            return e164(written, country if len(country) == 2 else None) or written
    return ""


def priced(amount: Decimal) -> str:
    """Writes an amount with two decimals, or up to four where a price has more."""
    fine = amount.quantize(FINE)
    return str(fine.quantize(CENT) if fine == fine.quantize(CENT) else fine)
