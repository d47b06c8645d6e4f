"""Reads orders out of a file: the good ones, and for each bad one its row and what is wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from adapters.shops.faults import faults
from adapters.shops.file.exports import UNSAID, Defaults
from adapters.shops.file.table import Entry, is_json, read_table
from adapters.shops.payloads.orders import OrderPayload
from adapters.transport.json_text import read_json
from core.errors import MalformedPayload
from core.shop.orders import Order


class Found(NamedTuple):
    """Holds what a file has: orders; `(row, message)` for each that cannot be taken; notes of what was left out."""

    orders: list[Order]
    errors: list[tuple[int, str]]
    notes: list[tuple[int, str]]


def read_orders(path: Path, defaults: Defaults = UNSAID) -> Found:
    """Reads the orders of `path`; `defaults` are what a shop's export leaves unsaid.

    JSON is an array of Order objects as in the store's events, or `{"orders": [...]}`; a row is the place in the array,
    from 1. Anything else is a table (`table`), where a row is a line of the file and the header is row 1.
    Raises MalformedPayload when nothing of the file can be read, OSError when it cannot be opened.
    """
    body = path.read_bytes()
    entries = _listed(body) if is_json(path, body) else read_table(body, defaults)
    orders: dict[str, Order] = {}
    errors: list[tuple[int, str]] = []
    notes: list[tuple[int, str]] = []
    for entry in entries:
        if entry.fault or entry.note:
            (errors if entry.fault else notes).append((entry.row, entry.fault or entry.note))
            continue
        try:
            order = OrderPayload.model_validate(entry.payload).value()
        except ValidationError as error:
            errors.append((entry.row, _message(entry, error)))
            continue
        if order.number in orders:
            errors.append((entry.row, f"order {order.number} is in the file twice; the first counts"))
        elif _has_phone(entry) and not order.buyer.phone:
            notes.append((entry.row, "phone: this is no number that can be called; it is left out"))
        orders.setdefault(order.number, order)
    return Found(list(orders.values()), errors, notes)


def _has_phone(entry: Entry) -> bool:
    return bool((entry.payload.get("customer") or {}).get("phone"))


def _listed(body: bytes) -> Iterator[Entry]:
    document: Any = read_json(body)
    if isinstance(document, dict):
        document = document.get("orders")
    if not isinstance(document, list):
        raise MalformedPayload('expected an array of orders, or {"orders": [...]}', "$")
    for place, payload in enumerate(document, 1):
        yield Entry(place, payload)


def _message(entry: Entry, error: ValidationError) -> str:
    path, sentence = faults(error)[0]
    where = entry.columns.get(path, path.removeprefix("."))
    return f"{where}: {sentence}" if where else sentence
