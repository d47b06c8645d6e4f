"""Finds the order of a request, and knows what may still be done with it."""

from typing import Any

from adapters.shops.values import Json, decimal, objects, text
from adapters.shops.woocommerce.inbound import parcels
from adapters.shops.woocommerce.inbound.orders import number_of
from adapters.shops.woocommerce.inbound.values import gmt, id_of, meta
from adapters.shops.woocommerce.rest.client import Rest
from core.errors import Outcome, SendError
from core.shop.shop_actions import Refusal

OPEN = frozenset(("pending", "on-hold", "processing", "failed"))  # nothing has left yet
UNPAID = frozenset(("pending", "on-hold", "failed"))
NOBODY = ("woocommerce_rest_shop_order_invalid_id", "woocommerce_rest_order_invalid_id")


class Refused(Exception):
    """The shop does not do it, and the customer may hear why."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


async def order_of(rest: Rest, number: str, id_: str = "") -> Json:
    """Reads an order by its id, else by the number that customers know; plugins make others. Raises SendError."""
    bare = number.strip().lstrip("#")
    asked = id_ or bare
    if asked.isascii() and asked.isdigit():
        try:
            found = (await rest.get(f"orders/{asked}")).object
        except SendError as error:
            if error.code not in NOBODY:
                raise
        else:
            if number_of(found).lstrip("#") == bare:
                return found
    for each in (await rest.get("orders", search=bare, per_page=100, status="any")).objects:
        if number_of(each).lstrip("#") == bare:
            return each
    raise SendError(Outcome.CONTENT_REJECTED, "no_order", "the shop knows no order of this number")


def require_open(order: Json) -> None:
    """Raises Refused where an order, or a part of it, has left or is over. A state of the store's own is work begun."""
    known = meta(order)
    has_left = bool(known.get(parcels.TRACKED)) or text(known.get(parcels.FULFILLED_BY_CORE)) in (
        "fulfilled",
        "partially_fulfilled",
    )
    status = text(order.get("status"))
    if status in ("cancelled", "refunded"):
        raise Refused(Refusal.CANCELLED)
    if has_left or status not in OPEN:
        raise Refused(Refusal.SENT)


def is_paid(order: Json) -> bool:
    """Tells whether money came in for it."""
    return gmt(order, "date_paid") is not None


def remaining(order: Json) -> Any:
    """Returns what of its price was not paid back yet, as a Decimal."""
    return decimal(order.get("total")) + sum(decimal(each.get("total")) for each in objects(order.get("refunds")))


def path_of(order: Json) -> str:
    """Returns the address of an order."""
    return f"orders/{id_of(order.get('id'))}"


def mark(request_id: str) -> Json:
    """Makes the metadata that says that a request was carried out: written in the same call as what it changes."""
    return {"key": f"_doorstep_{request_id}", "value": "done"}


def is_marked(order: Json, request_id: str) -> bool:
    """Tells whether a request was carried out on this order."""
    return meta(order).get(mark(request_id)["key"]) == "done"
