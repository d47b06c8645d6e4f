"""Reads a catalogue out of a file: the good products, and for each bad one its row and what is wrong.

A table has one row per variant, columns in any order; * must be there: product_id*, title*, variant_id (default the
SKU, else the row's place), sku, price, currency, stock, available_on, description, url, image, `title:LOCALE` and
`option:NAME` (any of both). What belongs to the product is taken from its first row; later rows may repeat it or leave
it empty.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from adapters.shops.faults import faults
from adapters.shops.file.cells import money
from adapters.shops.file.table import Row, is_json, rows_of
from adapters.shops.payloads.catalogue import ProductPayload
from adapters.transport.json_text import read_json
from core.errors import MalformedPayload
from core.shop.catalogue import Product

REQUIRED = ("product_id", "title")
_PRODUCT = {"product_id": "id", **{name: name for name in ("title", "description", "url", "image")}}
_VARIANT = {"variant_id": "id", **{name: name for name in ("sku", "price", "currency", "stock", "available_on")}}


class Found(NamedTuple):
    """Holds what a file has: products, and `(row, message)` for each that cannot be taken."""

    products: list[Product]
    errors: list[tuple[int, str]]


def read_products(path: Path) -> Found:
    """Reads the products of `path`: a JSON array as in product.updated, or `{"products": [...]}`; else a table.

    Raises MalformedPayload when nothing of the file can be read, OSError when it cannot be opened.
    """
    body = path.read_bytes()
    products: dict[str, Product] = {}
    errors: list[tuple[int, str]] = []
    for row, payload in _listed(body) if is_json(path, body) else _table(body):
        if isinstance(payload, str):
            errors.append((row, payload))
            continue
        try:
            product = ProductPayload.model_validate(payload).value()
        except ValidationError as error:
            errors.append((row, _message(error)))
            continue
        if product.id in products:
            errors.append((row, f"product {product.id} is in the file twice; the first counts"))
        products.setdefault(product.id, product)
    return Found(list(products.values()), errors)


def _listed(body: bytes) -> Iterator[tuple[int, Any]]:
    document: Any = read_json(body)
    if isinstance(document, dict):
        document = document.get("products")
    if not isinstance(document, list):
        raise MalformedPayload('expected an array of products, or {"products": [...]}', "$")
    for place, item in enumerate(document, 1):
        alone = isinstance(item, dict) and item.keys() == {"product"}
        yield place, item["product"] if alone else item


def _table(body: bytes) -> Iterator[tuple[int, Any]]:
    names, rows = rows_of(body)
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise MalformedPayload(f"expected the columns {', '.join(missing)}; {_expected()}", "row 1")
    groups: dict[str, list[tuple[int, Row]]] = {}
    for number, row in rows:
        if not row["product_id"]:
            yield number, "product_id: this field is required"
            continue
        groups.setdefault(row["product_id"], []).append((number, row))
    for listed in groups.values():
        yield listed[0][0], _payload(listed)


def _expected() -> str:
    return "they are product_id, title, variant_id, sku, price, currency, stock, option:NAME"


def _payload(rows: list[tuple[int, Row]]) -> Any:
    """Makes a product of its rows, or says what is wrong with them."""
    head = rows[0][1]
    for number, row in rows[1:]:
        changed = [name for name in _PRODUCT if row.get(name) and row[name] != head.get(name)]
        if changed:
            return f"{changed[0]}: row {number} differs from row {rows[0][0]} of the same product"
    variants = [_variant(row, place) for place, (_, row) in enumerate(rows, 1)]
    titles = {name.partition(":")[2]: cell for name, cell in head.items() if name.startswith("title:") and cell}
    return {**_taken(head, _PRODUCT), "titles": titles, "variants": variants}


def _variant(row: Row, place: int) -> dict[str, Any]:
    found = _taken(row, _VARIANT)
    options = {name.partition(":")[2]: cell for name, cell in row.items() if name.startswith("option:") and cell}
    return {"id": found.get("sku") or f"{row['product_id']}-{place}", **found, "options": options}


def _taken(row: Row, columns: dict[str, str]) -> dict[str, Any]:
    return {field: _typed(field, row[column]) for column, field in columns.items() if row.get(column)}


def _typed(field: str, cell: str) -> Any:
    if field == "price":
        return money(cell)
    return int(cell) if field == "stock" and re.fullmatch(r"-?\d{1,9}", cell) else cell


def _message(error: ValidationError) -> str:
    path, sentence = faults(error)[0]
    where = path.removeprefix(".")
    return f"{where}: {sentence}" if where else sentence
