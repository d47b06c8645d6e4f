"""Books what providers say a message costs: the sum itself, or the price of its category by the store's table."""

import logging
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection

from core.ids import new_id
from core.messages.charges import Charge
from core.messages.inbound import Receipt
from core.people.addresses import Address, country_of
from hub.hub import Hub
from notifications.store.prices import Price
from storage.costs import rows as costs
from storage.costs.rows import About
from storage.queues.parts import KnownPart

log = logging.getLogger(__name__)

KEPT = 32  # characters of a category


class Charged(NamedTuple):
    """Holds a part, the receipt that says that it costs something, and what it says."""

    part: KnownPart
    receipt: Receipt
    charge: Charge


def book(hub: Hub, conn: Connection, told: Sequence[Charged], now: datetime) -> None:
    """Books them in one go; nothing is asked or written where nothing costs anything. What has no known price is
    logged, and not booked."""
    if not told:
        return
    about = costs.about(conn, {each.part.outbox_id for each in told})
    made = [row for each in told if (row := _row(hub, each, about, now))]
    once = {(row["channel"], row["provider_id"], row["source"]): row for row in made}
    costs.book(conn, hub.store, list(once.values()))


def _row(hub: Hub, told: Charged, about: dict[str, About], now: datetime) -> dict[str, Any] | None:
    part, receipt, charge = told
    known = about.get(part.outbox_id)
    price = _price(hub, receipt.recipient, charge)
    if known is None or price is None:
        told_of = {"channel": part.channel, "category": charge.category, "country": country_of(receipt.recipient.value)}
        log.warning("a message costs something, and no price is known", extra=told_of)
        return None
    return {
        "id": new_id(now),
        "channel": part.channel,
        "account": part.account,
        "provider_id": receipt.provider_id or part.provider_id or part.id,
        "part_id": part.id,
        "outbox_id": part.outbox_id,
        **known._asdict(),
        "category": charge.category[:KEPT],
        "currency": price.currency,
        "micros": costs.micros(price.amount),
        "source": costs.PROVIDER if charge.amount else costs.TABLE,
        "at": receipt.at,
    }


def _price(hub: Hub, to: Address, charge: Charge) -> Price | None:
    if charge.amount:
        return Price(Decimal(charge.amount), charge.currency)
    return hub.notices.prices.estimate(to.channel, charge.category, to.value, charge.parts)
