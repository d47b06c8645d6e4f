"""Declares a notice, the change that makes one due, and what a kind of notice says about itself."""

from collections.abc import Callable, Mapping, Set
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

import msgspec

from core.shop.store_events import StoreEvent

V = TypeVar("V")


class Subject(StrEnum):
    """Lists what a notice can be about. An order's value is a `core.shop.orders.Order`, a customer's a `Buyer`."""

    ORDER = "order"
    RETURN = "return"
    REFUND = "refund"
    CUSTOMER = "customer"
    STOCK = "stock"


class Notice(msgspec.Struct, frozen=True, omit_defaults=True):
    """Names one piece of news for one customer. `key` is the business key: the same news has the same key, whatever
    the event's id ("shipped:1001:s1"). `data` is plain JSON and belongs to the kind.
    """

    kind: str
    key: str
    created_at: datetime
    expires_at: datetime
    order_number: str = ""
    shipment_id: str = ""
    data: dict[str, Any] = {}


class Change(msgspec.Struct, Generic[V], frozen=True):
    """Holds what an event did to a subject: its value before (None for a new one) and after.

    `told` holds the business keys of all notices this subject has had.
    """

    event: StoreEvent
    subject: Subject
    before: V | None
    after: V
    told: Set[str]
    now: datetime


class View(msgspec.Struct, Generic[V], frozen=True):
    """Holds what a text may use: `value` is the subject as it stands, `locale` the language the text is written in."""

    notice: Notice
    value: V | None
    locale: str


# A value of a text's variable, before it is written in the customer's language and zone.
Fact = str | date | datetime


class Kind(msgspec.Struct, Generic[V], frozen=True):
    """Describes a kind of notice, declared as `KIND` in the folder of its name in `notifications.kinds`.

    `due` is asked about changes of its `subject` and returns the notices they make due, also with known keys.
    `still_true` is asked before each attempt, with the subject as it stands (None when it is not known).
    `facts` returns a value for each of `variables`, always all of them; "" is a fact that is not known.
    `link` is the web page that goes with the notice, "" for none. `priority`: the smaller goes first, replies have 0.
    """

    name: str
    subject: Subject
    category: str
    priority: int
    expires_after: timedelta
    variables: tuple[str, ...]
    due: Callable[[Change[V]], list[Notice]]
    still_true: Callable[[Notice, V | None, datetime], bool]
    facts: Callable[[View[V]], Mapping[str, Fact]]
    link: Callable[[View[V]], str]


def decode_notice(data: bytes | str) -> Notice:
    """Reads a notice that `core.encoding.encode` wrote. Raises `msgspec.ValidationError`."""
    return _NOTICE.decode(data)


_NOTICE: msgspec.json.Decoder[Notice] = msgspec.json.Decoder(Notice)
