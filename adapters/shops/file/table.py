"""Reads a table of orders (CSV, also with semicolons or tabs) as payloads: one row per line of an order.

Columns, in any order; * must be there: number*, placed_at*, status*, currency*, total*, customer_id, customer_name,
email, phone, locale, tier, timezone, notify and marketing (channels, separated by blanks, `;` or `|`), line1, line2,
city, postcode, region, country, promised_by, line_id, sku, title, variant, quantity, unit_price, final_sale. Others are
left out. What belongs to the order is taken from its first row; later rows may repeat it or leave it empty. A row
with no field of a line adds none. `line_id` is the line's place (1, 2, …) when it is not given.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from core.errors import MalformedPayload

REQUIRED = ("number", "placed_at", "status", "currency", "total")
_ORDER = {name: name for name in (*REQUIRED, "promised_by")}
_CUSTOMER = {
    "customer_id": "id",
    "customer_name": "name",
    **{name: name for name in ("email", "phone", "locale", "tier", "timezone", "notify", "marketing")},
}
_ADDRESS = {name: name for name in ("line1", "line2", "city", "postcode", "region", "country")}
_LINE = {
    "line_id": "id",
    **{name: name for name in ("sku", "title", "variant", "quantity", "unit_price", "final_sale")},
}
_LISTS = ("notify", "marketing")

Row = Mapping[str, str]


class Entry(msgspec.Struct, frozen=True):
    """An order of the file: the row it begins at, its payload, the column behind each JSON path; or what is wrong."""

    row: int
    payload: Any = None
    columns: Mapping[str, str] = {}
    fault: str = ""


def read_table(body: bytes) -> Iterator[Entry]:
    """Reads the orders of a table. Raises MalformedPayload when it is no such table."""
    groups: dict[str, list[tuple[int, Row]]] = {}
    for number, row in _rows(body):
        if not any(row.values()):
            continue
        if not row["number"]:
            yield Entry(number, fault="number: this field is required")
            continue
        groups.setdefault(row["number"], []).append((number, row))
    for rows in groups.values():
        yield _entry(rows)


def _rows(body: bytes) -> Iterator[tuple[int, Row]]:
    try:
        text = body.decode("utf-8-sig").replace("\x00", "")
    except UnicodeDecodeError:
        raise MalformedPayload("expected text in UTF-8", "row 1") from None
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        _require(names)
        for cells in reader:
            yield reader.line_num, dict.fromkeys(names, "") | dict(zip(names, map(str.strip, cells), strict=False))
    except csv.Error as error:
        raise MalformedPayload(f"expected a table: {error}", f"row {reader.line_num}") from None


def _require(names: list[str]) -> None:
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise MalformedPayload(f"expected the columns {', '.join(missing)}", "row 1")


def _entry(rows: list[tuple[int, Row]]) -> Entry:
    first, head = rows[0]
    for number, row in rows[1:]:
        changed = [name for name in (*_ORDER, *_CUSTOMER, *_ADDRESS) if row.get(name) and row[name] != head.get(name)]
        if changed:
            return Entry(number, fault=f"{changed[0]}: differs from row {first} of the same order")
    lines = [{"id": str(place), **_taken(row, _LINE)} for place, (_, row) in enumerate(rows, 1) if _taken(row, _LINE)]
    payload = {
        **_taken(head, _ORDER),
        "customer": _taken(head, _CUSTOMER),
        "shipping_address": _taken(head, _ADDRESS),
        "lines": lines,
    }
    return Entry(first, payload, _columns(len(lines)))


def _taken(row: Row, columns: Mapping[str, str]) -> dict[str, Any]:
    return {field: _typed(field, row[column]) for column, field in columns.items() if row.get(column)}


def _typed(field: str, cell: str) -> Any:
    if field in _LISTS:
        return [name for name in re.split(r"[\s;|,]+", cell) if name]
    if field == "quantity" and re.fullmatch(r"\d{1,9}", cell):
        return int(cell)
    return cell


def _columns(lines: int) -> dict[str, str]:
    names = {f".{field}": column for column, field in _ORDER.items()}
    names |= {f".customer.{field}": column for column, field in _CUSTOMER.items()}
    names |= {f".shipping_address.{field}": column for column, field in _ADDRESS.items()}
    for place in range(lines):
        which = f" (line {place + 1})" if place else ""
        names |= {f".lines[{place}].{field}": f"{column}{which}" for column, field in _LINE.items()}
    return names
