"""Lets the store's people, its customers and their carriers act, by the names that the control API gives to it."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from sandbox.platforms.shopify import rest
from sandbox.platforms.shopify.deeds import cancelling, refunding, returning, selling
from sandbox.platforms.shopify.shop import Json, Shop


def act(shop: Shop, told: Json) -> Json:
    """Does what `do` says, with the order that `order` names. Raises ValueError, LookupError."""
    deed = str(told["do"])
    if deed == "place":
        return selling.place(shop, told)
    if deed not in DEEDS:
        raise ValueError(f"unknown deed {deed!r}; one of place, {', '.join(DEEDS)}")
    return DEEDS[deed](shop, _named(shop, str(told.get("order", ""))), told)


def _named(shop: Shop, name: str) -> Json:
    """Finds an order by its number, with its # or without."""
    for each in shop.orders.values():
        if name.removeprefix("#") == str(each["name"]).removeprefix("#"):
            return each
    known = ", ".join(str(each["name"]) for each in shop.orders.values()) or "none"
    raise LookupError(f"no order {name!r}; there are {known}")


def _refund(shop: Shop, order: Json, told: Json) -> Json:
    return {"id": refunding.given(shop, order, Decimal(str(told["amount"])), told.get("lines"))["id"]}


def _cancel(shop: Shop, order: Json, _told: Json) -> Json:
    cancelling.cancelled(shop, order)
    return {"id": order["id"]}


def _tell(shop: Shop, order: Json, told: Json) -> Json:
    shop.told.append((str(told["topic"]), rest.order(order)))
    return {"id": order["id"]}


def _take_back(shop: Shop, order: Json, _told: Json) -> Json:
    return {"id": returning.begin(shop, order)["id"]}


def _label(shop: Shop, order: Json, told: Json) -> Json:
    return {"id": returning.label(shop, order, str(told["url"]))["id"]}


def _turning(status: str) -> Callable[[Shop, Json, Json], Json]:
    def turned(shop: Shop, order: Json, _told: Json) -> Json:
        return {"id": returning.turn(shop, order, status)["id"]}

    return turned


DEEDS: Mapping[str, Callable[[Shop, Json, Json], Json]] = {
    "pay": selling.pay,
    "ship": selling.ship,
    "scan": selling.scan,
    "refund": _refund,
    "cancel": _cancel,
    "take_back": _take_back,
    "label": _label,
    "close_return": _turning("CLOSED"),
    "decline_return": _turning("DECLINED"),
    "cancel_return": _turning("CANCELED"),
    "tell": _tell,
}
