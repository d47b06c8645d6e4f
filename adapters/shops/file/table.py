"""Reads a table of orders (CSV, also with semicolons or tabs) as payloads: one row per line of an order.

Columns, in any order; * must be there: number*, placed_at*, status*, currency*, total*, customer_id, customer_name,
email, phone, locale, tier, timezone, notify and marketing (channels, separated by blanks, `;` or `|`), line1, line2,
city, postcode, region, country, promised_by, shipping_price, tax, line_id, sku, title, variant, quantity, unit_price,
final_sale. Others are left out. What belongs to the order is taken from its first row; later rows may repeat it or
leave it empty. A row with no field of a line adds none. `line_id` is the line's place (1, 2, …) when it is not given. A
shop's own export is recognised by its header and read as it is (`exports`).
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from adapters.shops.file.exports import Defaults, Skipped, ours, recognise
from core.errors import MalformedPayload

REQUIRED = ("number", "placed_at", "status", "currency", "total")
_ORDER = {name: name for name in (*REQUIRED, "promised_by", "shipping_price", "tax")}
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
    """An order of the file: the row it begins at, its payload, the column behind each JSON path; or what is wrong, or
    why it is left out (`note`)."""

    row: int
    payload: Any = None
    columns: Mapping[str, str] = {}
    fault: str = ""
    note: str = ""


def read_table(body: bytes, defaults: Defaults) -> Iterator[Entry]:
    """Reads the orders of a table. Raises MalformedPayload when it is no such table."""
    names, rows = rows_of(body)
    form = recognise(names)
    if form is None:
        _require(names)
    groups: dict[str, list[tuple[int, Row]]] = {}
    left_out: set[str] = set()
    before = ""
    for number, row in rows:
        try:
            read = ours(form, row, defaults) if form else [row]
        except Skipped as skipped:
            if skipped.number not in left_out:
                yield Entry(number, note=f"order {skipped.number} is left out: {skipped}")
            left_out.add(skipped.number)
            before = skipped.number
            continue
        order = read[0]["number"] or (before if form else "")
        if order in left_out:
            continue
        if not order:
            yield Entry(number, fault="number: this field is required")
            continue
        groups.setdefault(order, []).extend((number, {**line, "number": order}) for line in read)
        before = order
    theirs = form.named(names) if form else {}
    for listed in groups.values():
        yield _entry(listed, theirs)


def is_json(path: Path, body: bytes) -> bool:
    """Tells whether a file is JSON, by its name or its first sign."""
    return path.suffix.lower() == ".json" or body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"[", b"{")


def rows_of(body: bytes) -> tuple[list[str], Iterator[tuple[int, Row]]]:
    """Reads the header, and the rows that hold anything."""
    try:
        text = body.decode("utf-8-sig").replace("\x00", "")
    except UnicodeDecodeError:
        raise MalformedPayload("expected text in UTF-8", "row 1") from None
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [name.strip().lower() for name in next(_cells(reader), [])]

    def filled() -> Iterator[tuple[int, Row]]:
        for cells in _cells(reader):
            row = dict.fromkeys(names, "") | dict(zip(names, map(str.strip, cells), strict=False))
            if any(row.values()):
                yield reader.line_num, row

    return names, filled()


def _cells(reader: Any) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise MalformedPayload(f"expected a table: {error}", f"row {reader.line_num}") from None


def _require(names: list[str]) -> None:
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        others = "or an order export of Shopify or WooCommerce as it is (docs/orders-import.md)"
        raise MalformedPayload(f"expected the columns {', '.join(missing)}, {others}", "row 1")


def _entry(rows: list[tuple[int, Row]], theirs: Mapping[str, str]) -> Entry:
    first, head = rows[0]
    for number, row in rows[1:]:
        changed = [name for name in (*_ORDER, *_CUSTOMER, *_ADDRESS) if row.get(name) and row[name] != head.get(name)]
        if changed:
            column = theirs.get(changed[0], changed[0])
            return Entry(number, fault=f"{column}: differs from row {first} of the same order")
    lines = [{"id": str(place), **_taken(row, _LINE)} for place, (_, row) in enumerate(rows, 1) if _taken(row, _LINE)]
    payload = {
        **_taken(head, _ORDER),
        "customer": _taken(head, _CUSTOMER),
        "shipping_address": _taken(head, _ADDRESS),
        "lines": lines,
    }
    return Entry(first, payload, _columns(len(lines), theirs))


def _taken(row: Row, columns: Mapping[str, str]) -> dict[str, Any]:
    return {field: _typed(field, row[column]) for column, field in columns.items() if row.get(column)}


def _typed(field: str, cell: str) -> Any:
    if field in _LISTS:
        return [name for name in re.split(r"[\s;|,]+", cell) if name]
    if field == "quantity" and re.fullmatch(r"\d{1,9}", cell):
        return int(cell)
    return cell


def _columns(lines: int, theirs: Mapping[str, str]) -> dict[str, str]:
    sections = (("", _ORDER), (".customer", _CUSTOMER), (".shipping_address", _ADDRESS))
    names = {
        f"{of}.{field}": theirs.get(column, column) for of, columns in sections for column, field in columns.items()
    }
    for place in range(lines):
        which = f" (line {place + 1})" if place else ""
        names |= {f".lines[{place}].{field}": f"{theirs.get(column, column)}{which}" for column, field in _LINE.items()}
    return names
