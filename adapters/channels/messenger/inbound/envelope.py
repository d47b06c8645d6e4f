"""Reads what every item of a webhook has around it: the page, the customer, the moment."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from adapters.transport.batch import moment
from core.messages.inbound import InboundEvent, Unsupported
from core.people.addresses import Address

CHANNEL = "messenger"

Events = Iterable[InboundEvent]


class Unreadable(ValueError):
    """Raised when a part that must be there is missing or has another form; carries no data."""


class Page(NamedTuple):
    """Holds whose item it is, when it arrived, and the time that Meta wrote on its entry."""

    account: str
    now: datetime
    time: Any = None


def author(page: Page, item: Any) -> Address:
    """Reads the customer who did it. Raises Unreadable when nobody is named, or the page itself."""
    value = string(item["sender"]["id"])
    if not value or value == page.account:
        raise Unreadable
    return Address(CHANNEL, page.account, value)


def customer(page: Page, item: Any) -> Address:
    """Reads the person's page-scoped id, on either side of the item; "" when it names nobody (opt-in by `user_ref`)."""
    sides = [holder.get("id") for key in ("sender", "recipient") if isinstance(holder := item.get(key), dict)]
    value = next((side for side in sides if side != page.account and isinstance(side, str)), "")
    return Address(CHANNEL, page.account, value)


def named(page: Page, item: Any) -> Address:
    """Reads the customer, on whichever side. Raises Unreadable when nobody is named."""
    found = customer(page, item)
    if not found.value:
        raise Unreadable
    return found


def at(page: Page, item: Any) -> datetime:
    """Reads when it happened; the time of arrival where the item does not say."""
    return moment(item.get("timestamp"), page.now)


def kept(
    page: Page,
    item: Any,
    kind: str,
    external_id: str,
    *,
    answerable: bool = False,
    said: dict[str, str] | None = None,
) -> Unsupported:
    """Puts the item aside under the name `kind`; without a sender it gets no answer. `said`: what can be read of it."""
    who = customer(page, item)
    answer = answerable and bool(who.value)
    return Unsupported(external_id, who, at(page, item), kind, item, answer, said=said or {})


def string(value: Any) -> str:
    """Returns `value`, a string. Raises Unreadable."""
    if not isinstance(value, str):
        raise Unreadable
    return value


def identifier(value: Any) -> str:
    """Returns `value`, a string that is not empty. Raises Unreadable."""
    if not string(value):
        raise Unreadable
    return str(value)


def words(value: Any) -> str:
    """Reads what Meta gives as a string or as a number; "" for anything else."""
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def fields(value: Any) -> dict[str, Any]:
    """Returns `value` when it is an object; else an empty one."""
    return value if isinstance(value, dict) else {}
