"""Makes demo products and points of catalogue.yaml as the store's JSON."""

from datetime import datetime
from typing import Any

from sandbox.store.orders import at

Json = dict[str, Any]
KNOWN = ("id", "title", "titles", "description", "url", "tags")
News = list[tuple[str, str, Json]]  # (id, event type, data)


def build(catalogue: Json, base: datetime) -> News:
    """Lists what the store tells of its products and of customers' points, with days relative to `base`."""
    told: News = [
        (f"product-{given['id']}", "product.updated", {"product": _product(given, base)})
        for given in catalogue["products"]
    ]
    return told + [
        (f"points-{given['customer_id']}", "loyalty.updated", _points(given, base)) for given in catalogue["accounts"]
    ]


def _product(given: Json, base: datetime) -> Json:
    known: Json = {name: given[name] for name in KNOWN if name in given}
    variants = [_variant(form, base) for form in given["forms"]]
    return {**known, "options": list(variants[0]["options"]), "variants": variants}


def _variant(form: list[Any], base: datetime) -> Json:
    sku, options, price, stock, *more = form
    made = {"id": sku.lower(), "sku": sku, "options": options, "price": price, "currency": "USD", "stock": stock}
    ahead = more[0]["available"] if more else ""
    return made | ({"available_on": _day(ahead, base)} if ahead else {})


def _points(given: Json, base: datetime) -> Json:
    known: Json = {name: given[name] for name in ("customer_id", "points")}
    lost = given.get("expiring")
    return known | ({"expiring": {"points": lost["points"], "on": _day(lost["on"], base)}} if lost else {})


def _day(offset: str, base: datetime) -> str:
    return at(offset, base).date().isoformat()
