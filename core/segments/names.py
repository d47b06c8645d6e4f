"""Lists what a segment may name of a customer, and of which type each is."""

from collections.abc import Collection, Mapping
from enum import StrEnum


class Type(StrEnum):
    """Says what a name holds, and so what it may be compared with."""

    TEXT = "a text"
    NUMBER = "a number"
    MONEY = "a sum"
    MOMENT = "a moment"
    DAY = "a day"
    FLAG = "yes or no"
    SET = "a list of texts"


_TEXT, _NUMBER, _FLAG = Type.TEXT, Type.NUMBER, Type.FLAG
_NAMES: Mapping[str, Type] = {
    "customer.id": _TEXT,
    "customer.country": _TEXT,
    "customer.region": _TEXT,
    "customer.city": _TEXT,
    "customer.locale": _TEXT,
    "customer.tier": _TEXT,
    "customer.points": _NUMBER,
    "customer.birthday": Type.DAY,
    "customer.tag": Type.SET,
    "orders.count": _NUMBER,
    "orders.total": Type.MONEY,
    "orders.first_at": Type.MOMENT,
    "orders.last_at": Type.MOMENT,
    "orders.open": _NUMBER,
    "orders.sku": Type.SET,
    "consent.marketing": _FLAG,
    "consent.service": _FLAG,
    "rating.last": _NUMBER,
    "case.open": _FLAG,
}


def names(channels: Collection[str]) -> Mapping[str, Type]:
    """Returns every name with its type; `channels` are those that the product knows."""
    return {**_NAMES, **{f"channel.{channel}": _FLAG for channel in sorted(channels)}}
