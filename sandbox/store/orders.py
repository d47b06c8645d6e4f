"""Makes demo orders of demo.yaml as the store's JSON, and changes them by its buttons."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
OFFSET = re.compile(r"([+-])(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")


def build(demo: Json, base: datetime) -> dict[str, Json]:
    """Builds orders by number: {"number", "order": Order, "shipments": [Shipment]}, with times relative to `base`."""
    customers = {customer["id"]: customer for customer in demo["customers"]}
    return {given["number"]: _record(given, customers[given["customer"]], base) for given in demo["orders"]}


def at(offset: str, base: datetime) -> datetime:
    """Moves `base` by "-3d4h" or "+30m"; raises ValueError."""
    match = OFFSET.fullmatch(offset)
    if match is None or not any(match.groups()[1:]):
        raise ValueError(f"not an offset: {offset!r}")
    days, hours, minutes = (int(part or 0) for part in match.groups()[1:])
    span = timedelta(days=days, hours=hours, minutes=minutes)
    return base + span if match[1] == "+" else base - span


def stamp(moment: datetime) -> str:
    """Writes a time as ISO 8601 in UTC with a Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seed_events(records: dict[str, Json], base: datetime, generation: str) -> list[Json]:
    """Makes the events that tell a product of the demo: ids "demo-…", older than 48 hours so that nobody is told."""
    events = []
    for record in records.values():
        number, placed = record["number"], datetime.fromisoformat(record["order"]["placed_at"])
        first = min(placed, base - timedelta(hours=72))
        events.append(event(f"demo-{generation}-{number}-order", "order.created", first, {"order": record["order"]}))
        for shipment in record["shipments"]:
            body = {"order_number": number, "shipment": shipment}
            moment = base - timedelta(hours=71)
            events.append(event(f"demo-{generation}-{shipment['id']}-created", "shipment.created", moment, body))
    return events


def event(event_id: str, kind: str, moment: datetime, data: Json) -> Json:
    """Makes a CloudEvent of the store."""
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "demo-store",
        "type": kind,
        "time": stamp(moment),
        "data": data,
    }


def act(record: Json, action: str, now: datetime) -> list[tuple[str, Json]]:
    """Changes a record by a button; returns [(event type, data)]. Raises ValueError when the order forbids it."""
    if action not in ACTIONS:
        raise ValueError(f"unknown action {action!r}; one of {', '.join(ACTIONS)}")
    return ACTIONS[action](record, now)


def _pay(record: Json, _now: datetime) -> list[tuple[str, Json]]:
    _need(record, "pending_payment")
    record["order"]["status"] = "paid"
    return [("order.paid", {"order": record["order"]})]


def _ship(record: Json, now: datetime) -> list[tuple[str, Json]]:
    _need(record, "paid", "partially_fulfilled")
    order, number = record["order"], record["number"]
    sent = {line["line_id"] for shipment in record["shipments"] for line in shipment["lines"]}
    lines = [{"line_id": line["id"], "quantity": line["quantity"]} for line in order["lines"] if line["id"] not in sent]
    count = len(record["shipments"]) + 1
    shipment = _shipment(number, count, "DHL", "in_transit", now.date() + timedelta(days=3), lines)
    shipment["events"] = [_scan(now, "in_transit", "Leipzig", "Departed facility")]
    record["shipments"].append(shipment)
    order["status"] = "fulfilled"
    return [("shipment.created", _of(record, shipment)), ("order.updated", {"order": order})]


def _delay(record: Json, now: datetime) -> list[tuple[str, Json]]:
    _need(record, "paid", "fulfilled", "partially_fulfilled")
    if not record["shipments"]:
        promised = max(date.fromisoformat(record["order"]["promised_by"]), now.date())
        record["order"]["promised_by"] = (promised + timedelta(days=3)).isoformat()
        return [("order.updated", {"order": record["order"]})]
    shipment = _moving(record)
    later = max(
        date.fromisoformat(shipment["eta"]), date.fromisoformat(record["order"]["promised_by"]), now.date()
    ) + timedelta(days=3)
    shipment["eta"] = later.isoformat()
    shipment["events"].append(_scan(now, shipment["status"], "", "Delayed in transit"))
    return [("shipment.updated", _of(record, shipment))]


def _out(record: Json, now: datetime) -> list[tuple[str, Json]]:
    return _move(record, now, "out_for_delivery", "Out for delivery")


def _deliver(record: Json, now: datetime) -> list[tuple[str, Json]]:
    return _move(record, now, "delivered", "Left at front door")


def _fail(record: Json, now: datetime) -> list[tuple[str, Json]]:
    return _move(record, now, "attempt_failed", "Nobody at home")


def _cancel(record: Json, _now: datetime) -> list[tuple[str, Json]]:
    _need(record, "pending_payment", "paid")
    record["order"]["status"] = "cancelled"
    return [("order.cancelled", {"order": record["order"]})]


def _refund(record: Json, _now: datetime) -> list[tuple[str, Json]]:
    _need(record, "paid", "fulfilled", "partially_fulfilled", "cancelled")
    order = record["order"]
    order["status"] = "refunded"
    money = {
        "order_number": record["number"],
        "amount": order["total"],
        "currency": order["currency"],
        "method": "original",
    }
    return [("refund.issued", money), ("order.updated", {"order": order})]


ACTIONS: dict[str, Callable[[Json, datetime], list[tuple[str, Json]]]] = {
    "pay": _pay,
    "ship": _ship,
    "delay": _delay,
    "out": _out,
    "deliver": _deliver,
    "fail": _fail,
    "cancel": _cancel,
    "refund": _refund,
}


def _move(record: Json, now: datetime, status: str, words: str) -> list[tuple[str, Json]]:
    shipment = _moving(record)
    shipment["status"] = status
    shipment["events"].append(_scan(now, status, record["order"]["shipping_address"]["city"], words))
    return [("shipment.updated", _of(record, shipment))]


def _moving(record: Json) -> Json:
    moving: list[Json] = [
        shipment for shipment in record["shipments"] if shipment["status"] not in {"delivered", "returned"}
    ]
    if not moving:
        raise ValueError(f"order {record['number']} has no parcel on its way")
    return moving[0]


def _need(record: Json, *allowed: str) -> None:
    status = record["order"]["status"]
    if status not in allowed:
        raise ValueError(f"order {record['number']} is {status}; this needs {' or '.join(allowed)}")


def _of(record: Json, shipment: Json) -> Json:
    return {"order_number": record["number"], "shipment": shipment}


def _record(given: Json, customer: Json, base: datetime) -> Json:
    lines = [_line(number, line) for number, line in enumerate(given["lines"], start=1)]
    total = sum((Decimal(line["unit_price"]) * line["quantity"] for line in lines), Decimal(0))
    order = {
        "number": given["number"],
        "placed_at": stamp(at(given["placed"], base)),
        "status": given["status"],
        "currency": "USD",
        "total": f"{total:.2f}",
        "customer": _customer(customer),
        "shipping_address": customer["address"],
        "promised_by": at(given["promised"], base).date().isoformat(),
        "lines": lines,
    }
    shipments = [
        _seeded(given["number"], count, one, lines, base)
        for count, one in enumerate(given.get("shipments", []), start=1)
    ]
    return {"number": given["number"], "order": order, "shipments": shipments}


def _customer(customer: Json) -> Json:
    known = {name: customer[name] for name in ("id", "name", "email", "locale", "tier", "timezone")}
    agreed = {name: customer[name] for name in ("notify", "marketing") if customer.get(name)}
    return {**known, "phone": customer["number"], **agreed}


def _line(number: int, line: list[Any]) -> Json:
    sku, title, variant, quantity, price = line[:5]
    return {
        "id": f"l{number}",
        "sku": sku,
        "title": title,
        "variant": variant,
        "quantity": quantity,
        "unit_price": price,
        "final_sale": "final_sale" in line[5:],
    }


def _seeded(number: str, count: int, given: Json, lines: list[Json], base: datetime) -> Json:
    chosen = [lines[index - 1] for index in given.get("lines", range(1, len(lines) + 1))]
    parts = [{"line_id": line["id"], "quantity": line["quantity"]} for line in chosen]
    shipment = _shipment(number, count, given["carrier"], given["status"], at(given["eta"], base).date(), parts)
    shipment["events"] = [
        _scan(at(offset, base), status, location, words) for offset, status, location, words in given["events"]
    ]
    return shipment


def _shipment(number: str, count: int, carrier: str, status: str, eta: date, lines: list[Json]) -> Json:
    tracking = f"{carrier[:2].upper()}{number}{count:03d}"
    return {
        "id": f"s{number}-{count}",
        "carrier": carrier,
        "tracking_number": tracking,
        "tracking_url": f"https://track.example/{tracking}",
        "lines": lines,
        "status": status,
        "eta": eta.isoformat(),
        "events": [],
    }


def _scan(moment: datetime, status: str, location: str, words: str) -> Json:
    return {"time": stamp(moment), "status": status, "location": location, "description": words}
