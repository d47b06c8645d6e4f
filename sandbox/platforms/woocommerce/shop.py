"""Holds what the shop knows: orders with refunds, notes and parcels, products, webhooks; and lists it by pages."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from sandbox.platforms.woocommerce.errors import WooError

Json = dict[str, Any]
TRACKED, FULFILLED = "_wc_shipment_tracking_items", "_fulfillment_status"
MOST_PER_PAGE = 100
HIDDEN = ("secret", "failures")  # of a webhook


class Shop:
    """One shop. `plugins`: fulfillments, ast, shipment_tracking, and hide_meta: metadata with `_` are not shown."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._count = int(clock()) % 10_000_000  # no number of a life before comes again
        self.reset()

    def reset(self) -> None:
        """Empties it."""
        self.orders: dict[int, Json] = {}
        self.refunds: dict[int, list[Json]] = {}
        self.notes: dict[int, list[Json]] = {}
        self.fulfillments: dict[int, list[Json]] = {}
        self.products: dict[int, Json] = {}
        self.variations: dict[int, dict[int, Json]] = {}
        self.webhooks: dict[int, Json] = {}
        self.plugins: set[str] = {"shipment_tracking"}
        self.gateway_refunds = True

    def now(self) -> str:
        """Writes the present second, in GMT and without its zone, as WooCommerce does."""
        return datetime.fromtimestamp(self._clock(), UTC).strftime("%Y-%m-%dT%H:%M:%S")

    def new_id(self) -> int:
        """Counts up."""
        self._count += 1
        return self._count

    def order(self, id_: str) -> Json:
        """Finds an order. Raises WooError."""
        found = self.orders.get(int(id_))
        if found is None:
            raise WooError("woocommerce_rest_shop_order_invalid_id")
        return found

    def shown(self, order: Json) -> Json:
        """Shows an order, with its refunds' ids and sums."""
        refunds = [
            {"id": each["id"], "reason": each["reason"], "total": f"-{each['amount']}"}
            for each in self.refunds.get(order["id"], [])
        ]
        metas = [
            each
            for each in order["meta_data"]
            if "hide_meta" not in self.plugins or not str(each["key"]).startswith("_wc_")
        ]
        return {**order, "meta_data": metas, "refunds": refunds}

    def keep(self, order: Json, *, touched: bool) -> Json:
        """Keeps an order; `touched`: it changed now."""
        known = self.orders.get(int(order["id"]), {})
        whole = {"meta_data": [], "line_items": [], **known, **order, "id": int(order["id"])}
        whole.pop("refunds", None)
        whole["meta_data"] = [{"id": self.new_id(), **each} for each in whole["meta_data"]]
        if touched or "date_modified_gmt" not in whole:
            whole["date_modified_gmt"] = whole["date_modified"] = self.now()
        self.orders[whole["id"]] = whole
        return whole

    def set_meta(self, order: Json, key: str, value: Any) -> None:
        """Writes metadata, in the place of what has that key."""
        order["meta_data"] = [each for each in order["meta_data"] if each["key"] != key]
        order["meta_data"].append({"id": self.new_id(), "key": key, "value": value})

    def tracked(self, order: Json) -> list[Json]:
        """Lists the entries of the tracking plugin."""
        found = [each["value"] for each in order["meta_data"] if each["key"] == TRACKED]
        return list(found[0]) if found else []


def listed(items: Iterable[Json], query: Any) -> tuple[list[Json], int]:
    """Filters, sorts and cuts a list as asked; returns the page and how many items there are. Raises WooError."""
    per_page, number = int(query.get("per_page", 10)), int(query.get("page", 1))
    order_by = query.get("orderby", "date")
    if not 1 <= per_page <= MOST_PER_PAGE:
        raise WooError("rest_invalid_param", "per_page")
    if order_by not in ("date", "modified", "id", "include", "title", "slug"):
        raise WooError("rest_invalid_param", "orderby")
    found = [each for each in items if _is_asked(each, query)]
    key = {"modified": "date_modified_gmt", "date": "date_created_gmt"}.get(order_by, "id")
    found.sort(key=lambda each: (each.get(key) or "", each["id"]), reverse=query.get("order", "desc") == "desc")
    begin = (number - 1) * per_page
    return [_cut(each, query) for each in found[begin : begin + per_page]], len(found)


def _is_asked(item: Json, query: Any) -> bool:
    wanted = [each for each in query.get("status", "any").split(",") if each != "any"]
    if item.get("status") == "trash" and "trash" not in wanted:
        return False
    if wanted and item.get("status") not in wanted:
        return False
    for name, field in (("modified_after", "date_modified_gmt"), ("after", "date_created_gmt")):
        if query.get(name) and not str(item.get(field) or "") > query[name].removesuffix("Z"):
            return False
    words = query.get("search")
    return not words or words in (str(item.get("number")), str(item["id"]))


def _cut(item: Json, query: Any) -> Json:
    fields = [each for each in query.get("_fields", "").split(",") if each]
    return {name: value for name, value in item.items() if not fields or name in fields}
