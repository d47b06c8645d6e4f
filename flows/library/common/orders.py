"""Decides which orders a customer may hear about, and what of them is still to come, for several flows."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from core.people.addresses import e164
from core.people.conversations import PROOF_RANK, Proof
from core.shop.catalogue import Variant
from core.shop.order_numbers import named
from core.shop.orders import Line, Order, OrderStatus, ShipmentStatus
from flows.engine.context import ActionContext
from flows.library.common.content import by_content, words_of
from flows.understanding.values.codes import candidates

LISTED = 20  # orders in a menu, which channels show in pages
CLOSED = (OrderStatus.CANCELLED, OrderStatus.REFUNDED)
# What is done for somebody who has proven an order by a one-time code only; all else takes less.
_LEVELS = dict.fromkeys(("address", "email", "payout", "data", "erase"), Proof.CODE)
_MORE_BY_SMS = frozenset(("cancel", "exchange", "items"))
ARRIVED = (ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED)


def find(ctx: ActionContext, number: str | Sequence[str]) -> Order | None:
    """Finds the order of an order number, or of a tracking number given in its place, as the customer wrote it.

    Of several numbers it is the first that exists.
    """
    wanted = candidates(number)
    return named(wanted, ctx.store.orders_named(wanted)) if wanted else None


def meant(
    ctx: ActionContext, number: str | Sequence[str] | None, said: str | None = None, spoken_of: str | None = None
) -> Order | None:
    """Finds which of the customer's own orders a number names; of several numbers the first that does.

    The one that was only pointed at, as it was `spoken_of` last, gives way to an order whose content is `said`.
    """
    if not number:
        return None
    mine = known_orders(ctx)
    found = named(candidates(number), mine)
    if found is None or isinstance(number, str) or found.number != spoken_of:
        return found
    told = by_content(said or "", mine, ctx.customer.locale)
    return found if found in told or not told else None


def proven(ctx: ActionContext, order: Order, level: Proof) -> bool:
    """Tells whether the customer has proven this order up to `level`."""
    if PROOF_RANK[level] <= PROOF_RANK[Proof.CONTACT] and vouched(ctx, order):
        return True
    return any(
        grant.order_number == order.number and grant.until > ctx.now and PROOF_RANK[grant.level] >= PROOF_RANK[level]
        for grant in ctx.grants
    )


def needed(ctx: ActionContext, purpose: str = "", level: Proof = Proof.CONTACT) -> Proof:
    """Tells up to which level an order must be proven for a purpose, at least up to `level`. A number that writes by
    SMS is easily another's: what changes an order asks for more there."""
    wanted = _LEVELS.get(purpose, Proof.CONTACT)
    if ctx.address.channel == "sms" and purpose in _MORE_BY_SMS:
        wanted = Proof.ORDER
    return max(wanted, level, key=PROOF_RANK.__getitem__)


def allowed(ctx: ActionContext, order: Order, purpose: str) -> bool:
    """Tells whether the customer has proven this order as far as a purpose asks."""
    return proven(ctx, order, needed(ctx, purpose))


def vouched(ctx: ActionContext, order: Order) -> bool:
    """Tells whether the channel vouches for the phone that the order was placed with."""
    phone = ctx.phone
    return phone is not None and bool(order.buyer.phone) and phone == _e164(order.buyer.phone, order.shipping.country)


def known_orders(ctx: ActionContext) -> list[Order]:
    """Lists the orders that the customer has proven, newest first."""
    found = {order.number: order for order in (ctx.store.orders_of_phone(ctx.phone) if ctx.phone else [])}
    for grant in ctx.grants:
        order = ctx.store.order(grant.order_number) if grant.order_number not in found else None
        if order is not None:
            found[order.number] = order
    mine = (order for order in found.values() if proven(ctx, order, Proof.CONTACT))
    return sorted(mine, key=lambda order: order.placed_at, reverse=True)


def is_open(order: Order) -> bool:
    """Tells whether something of the order is still to come."""
    if order.status in CLOSED:
        return False
    return not order.shipments or bool(unshipped(order)) or is_moving(order)


def is_moving(order: Order) -> bool:
    """Tells whether a parcel of the order is on its way."""
    return any(shipment.status not in ARRIVED for shipment in order.shipments)


def unshipped(order: Order) -> list[str]:
    """Lists what is in no parcel yet, of an order that has left in part."""
    return [titled(order, line.id, count) for line, count in left_of(order)] if order.shipments else []


def left_of(order: Order) -> list[tuple[Line, int]]:
    """Lists what of an order is in no parcel yet, and how many of it. A parcel that does not tell its lines carries the
    whole order."""
    if order.status in CLOSED or any(not shipment.lines for shipment in order.shipments):
        return []
    sent: dict[str, int] = {}
    for shipment in order.shipments:
        for shipped in shipment.lines:
            sent[shipped.line_id] = sent.get(shipped.line_id, 0) + shipped.quantity
    left = ((line, line.quantity - sent.get(line.id, 0)) for line in order.lines)
    return [(line, count) for line, count in left if count > 0]


def variants_of(ctx: ActionContext, line: Line) -> Sequence[Variant]:
    """Lists the variants of the product that a line is of; none where the store's catalogue does not have it."""
    product = ctx.store.products_of([line]).get(line.id)
    return product.variants if product else ()


def titled(order: Order, line_id: str, quantity: int) -> str:
    """Writes a line as `2 × Leather boots`."""
    line = order.line(line_id)
    title = line.title if line else line_id
    return f"{quantity} × {title}" if quantity > 1 else title


def traits(orders: Sequence[Order]) -> dict[str, list[str]]:
    """Tells by number which of several orders is the latest and which the oldest."""
    if len(orders) < 2:
        return {}
    dated = sorted(orders, key=lambda order: order.placed_at)
    return {dated[0].number: ["oldest"], dated[-1].number: ["latest"]}


def choices(ctx: ActionContext, orders: Sequence[Order]) -> list[dict[str, Any]]:
    """Offers orders as choices, as many as a menu shows: {value, number, traits, placed_at, titles, synonyms}; words of
    what is in one alone, or where it goes, choose it too."""
    listed = orders[:LISTED]
    marked = traits(listed)
    words = [set(words_of(order, ctx.customer.locale)) for order in listed]
    shared = set.intersection(*words) if len(words) > 1 else set[str]()
    return [
        {
            "value": order.number,
            "number": order.number.lstrip("#"),
            "traits": marked.get(order.number, []),
            "placed_at": order.placed_at.isoformat(),
            "titles": [line.title for line in order.lines[:3]],
            "synonyms": sorted(own - shared),
        }
        for order, own in zip(listed, words, strict=True)
    ]


@lru_cache(maxsize=4096)
def _e164(phone: str, country: str) -> str | None:
    return e164(phone, country or None)
