"""Carries out what the desk asks of the store for a customer: what each request changes, and when the store refuses."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.store import returns

Json = dict[str, Any]
News = list[tuple[str, Json]]  # (event type, data)
Variants = Mapping[str, Json]  # id -> variant of a product
PREFIX = "doorstep."
DONE, REFUSED, PENDING = "done", "refused", "pending"
KEPT = 20  # requests that an order remembers
_UNPACKED = ("pending_payment", "paid")


class Refusal(Exception):
    """The store does not do it; the reason is for the customer."""


def carry_out(record: Json, kind: str, data: Json, now: datetime, variants: Variants) -> tuple[News, str | None]:
    """Changes the order; returns what the store tells of it, and its name for what came of it. Raises Refusal."""
    return DEEDS[kind](record, data, now, variants)


def entry(record: Json, kind: str, data: Json, state: str, now: datetime, reason: str | None = None) -> Json:
    """Writes a request into the order's list; returns it."""
    made = {
        "id": str(data["id"]),
        "type": kind,
        "data": data,
        "state": state,
        "reason": reason,
        "made": None,
        "at": now.isoformat(timespec="seconds"),
    }
    record["asked"] = [*record.get("asked", []), made][-KEPT:]
    return made


def find(records: Mapping[str, Json], id_: str) -> tuple[Json, Json] | None:
    """Finds the (order, request) with this idempotency id."""
    for record in records.values():
        for asked in record.get("asked", []):
            if asked["id"] == id_:
                return record, asked
    return None


def answer(asked: Json) -> Json:
    """Writes the store's answer to a request as it stands."""
    return {"status": asked["state"], "reason": asked["reason"], "id": asked["made"]}


def _cancel(record: Json, _data: Json, _now: datetime, _variants: Variants) -> tuple[News, None]:
    _require_unpacked(record)
    record["order"]["status"] = "cancelled"
    return [("order.cancelled", {"order": record["order"]})], None


def _readdress(record: Json, data: Json, _now: datetime, _variants: Variants) -> tuple[News, None]:
    _require_unpacked(record)
    wanted = data.get("address") or {}
    missing = [name for name in ("line1", "city", "postcode") if not wanted.get(name)]
    if missing:
        raise Refusal(f"the new address has no {missing[0]}")
    country = record["order"]["shipping_address"]["country"]
    record["order"]["shipping_address"] = {"country": country, **{k: v for k, v in wanted.items() if v}}
    return _told(record), None


def _change_items(record: Json, data: Json, _now: datetime, variants: Variants) -> tuple[News, None]:
    _require_unpacked(record)
    lines = {line["id"]: dict(line) for line in record["order"]["lines"]}
    for item in data.get("items") or []:
        if not item.get("line_id"):
            new = _added(item, lines, variants)
            lines[new["id"]] = new
            continue
        line = lines.get(str(item["line_id"]))
        if line is None:
            raise Refusal("it is not in the order")
        if item.get("variant_id"):
            _exchange(line, str(item["variant_id"]), variants)
        line["quantity"] = int(item.get("quantity", line["quantity"]))
    left = [line for line in lines.values() if line["quantity"] > 0]
    if not left:
        raise Refusal("nothing would be left of the order; cancel it instead")
    order = record["order"]
    order["lines"] = left
    order["total"] = f"{sum(Decimal(line['unit_price']) * line['quantity'] for line in left):.2f}"
    return _told(record), None


def _added(item: Json, lines: Mapping[str, Json], variants: Variants) -> Json:
    """Makes a new line of a variant."""
    name = next(name for n in range(1, len(lines) + 2) if (name := f"l{n}") not in lines)
    line: Json = {"id": name, "quantity": int(item.get("quantity", 1)), "final_sale": False}
    _exchange(line, str(item.get("variant_id")), variants)
    return line


def _exchange(line: Json, variant_id: str, variants: Variants) -> None:
    """Puts another variant into a line."""
    found = variants.get(variant_id)
    if found is None:
        raise Refusal("there is no such variant")
    if found.get("stock", 0) < line["quantity"]:
        raise Refusal("it is out of stock")
    words = " / ".join(str(value) for value in found.get("options", {}).values())
    line |= {"sku": found["sku"], "variant": words, "variant_id": variant_id, "unit_price": found["price"]}
    line["options"] = found.get("options", {})
    line["title"] = found.get("title") or line.get("title") or found["sku"]


def _create_return(record: Json, data: Json, now: datetime, _variants: Variants) -> tuple[News, str]:
    obstacle = returns.obstacle(record, "requested")
    if obstacle:
        raise Refusal(f"order {record['number']} {obstacle.partition(';')[0]}")
    wanted = data.get("return") or {}
    known = {line["id"]: line["quantity"] for line in record["order"]["lines"]}
    for line in wanted.get("lines") or []:
        if not 0 < int(line.get("quantity", 1)) <= known.get(str(line.get("line_id")), 0):
            raise Refusal("that is not in the order")
    made = returns.move(record, "requested", now)
    made["resolution"] = wanted.get("resolution") or made["resolution"]
    made["lines"] = wanted.get("lines") or made["lines"]
    returns.move(record, "approved", now)
    return [("return.updated", {"return": made})], str(made["id"])


def _refund(record: Json, data: Json, _now: datetime, _variants: Variants) -> tuple[News, None]:
    order, wanted = record["order"], data.get("refund") or {}
    if order["status"] == "pending_payment":
        raise Refusal("it is not paid yet")
    amount = Decimal(str(wanted.get("amount") or order["total"]))
    paid_back = Decimal(record.get("refunded", "0"))
    if amount <= 0 or amount + paid_back > Decimal(order["total"]):
        raise Refusal("that is more than was paid")
    record["refunded"] = f"{amount + paid_back:.2f}"
    method = wanted.get("method") or "original"
    money = {"amount": f"{amount:.2f}", "currency": order["currency"], "method": method}
    told: News = [("refund.issued", {"order_number": record["number"], **money})]
    if amount + paid_back == Decimal(order["total"]):
        order["status"] = "refunded"
        told += _told(record)
    return told, None


def _require_unpacked(record: Json) -> None:
    status = record["order"]["status"]
    if record["shipments"] or status not in _UNPACKED:
        raise Refusal("it has been shipped" if record["shipments"] else f"it is {status}")


def _told(record: Json) -> News:
    return [("order.updated", {"order": record["order"]})]


DEEDS: dict[str, Callable[[Json, Json, datetime, Variants], tuple[News, str | None]]] = {
    f"{PREFIX}order.cancel": _cancel,
    f"{PREFIX}order.change_address": _readdress,
    f"{PREFIX}order.change_items": _change_items,
    f"{PREFIX}return.create": _create_return,
    f"{PREFIX}refund.issue": _refund,
}
