"""A notice, the change that makes one due, and what a kind of notice declares about itself."""

from collections.abc import Callable, Mapping, Set
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from core.orders import Order
from core.store_events import StoreEvent


class Notice(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing to tell one customer. `key` is the business key: the same news has the same key, whatever
    the event's id. `data` is plain JSON and belongs to the kind.
    """

    kind: str
    key: str
    created_at: datetime
    expires_at: datetime
    order_number: str = ""
    shipment_id: str = ""
    data: dict[str, Any] = {}


class Change(msgspec.Struct, frozen=True):
    """What an event did to an order. `told` holds the business keys of all notices this order has had."""

    before: Order | None
    after: Order
    event: StoreEvent
    told: Set[str]
    now: datetime


class View(msgspec.Struct, frozen=True):
    """What a text may speak of. `locale` is the language it is written in."""

    notice: Notice
    order: Order | None
    locale: str


# A value of a text's variable, before it is written in the customer's language and zone.
Fact = str | date | datetime


class Kind(msgspec.Struct, frozen=True):
    """A kind of notice, declared in one module of `notifications.kinds` as `KIND`; its texts have the same name.

    `due` returns the notices a change makes due, keys already told included. `still_true` is asked before each attempt.
    `facts` returns a value for each of `variables`, always all of them; "" is a fact that is not known.
    `link` is the web page that goes with the notice, "" for none. `priority`: the smaller goes first, replies have 0.
    """

    name: str
    category: str
    priority: int
    expires_after: timedelta
    variables: tuple[str, ...]
    due: Callable[[Change], list[Notice]]
    still_true: Callable[[Notice, Order | None, datetime], bool]
    facts: Callable[[View], Mapping[str, Fact]]
    link: Callable[[View], str]


def decode_notice(data: bytes | str) -> Notice:
    """The notice that `core.messages.encode` wrote. Raises `msgspec.ValidationError`."""
    return _NOTICE.decode(data)


_NOTICE: msgspec.json.Decoder[Notice] = msgspec.json.Decoder(Notice)
