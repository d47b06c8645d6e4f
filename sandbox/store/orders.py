"""Makes demo orders of demo.yaml as the store's JSON, and the events that tell of them."""

import re
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
    shipment = new_shipment(number, count, given["carrier"], given["status"], at(given["eta"], base).date(), parts)
    shipment["events"] = [
        scan(at(offset, base), status, location, words) for offset, status, location, words in given["events"]
    ]
    return shipment


def new_shipment(number: str, count: int, carrier: str, status: str, eta: date, lines: list[Json]) -> Json:
    """Makes a parcel that nobody has scanned yet."""
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


def scan(moment: datetime, status: str, location: str, words: str) -> Json:
    """Makes a carrier's news of a parcel."""
    return {"time": stamp(moment), "status": status, "location": location, "description": words}
