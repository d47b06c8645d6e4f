"""Reads the order exports of shops as they are: recognises one by its header, and makes rows of our own columns of it.

Shopify: help.shopify.com/en/manual/fulfillment/managing-orders/exporting-orders (order fields stand in the first row of
an order only). WooCommerce has no export of its own; these are the columns of the "Order Export" plugins: names with
underscores (one row per item, or all items in `line_items`), and those that read like "First Name (Billing)".
"""

import re
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

import msgspec
from babel import Locale

from adapters.shops.file.cells import day_time, money
from core.files.documents import Document
from core.people.names import full_name

HERE = Path(__file__).parent
Row = Mapping[str, str]


class Export(msgspec.Struct, frozen=True):
    """Describes a form of export: `columns` are ours with theirs, the first that is filled counts.

    `known_by` must all be in the header; `statuses` maps theirs to ours, "" leaves the order out. `items` is the column
    that holds all items of an order.
    """

    name: str
    known_by: tuple[tuple[str, ...], ...]
    columns: Mapping[str, tuple[str, ...]]
    statuses: Mapping[str, Mapping[str, str]]
    items: tuple[str, ...] = ()

    def fits(self, names: Collection[str]) -> bool:
        """Tells whether a header is of this form."""
        return all(any(name in names for name in alternatives) for alternatives in self.known_by)

    def named(self, names: Collection[str]) -> dict[str, str]:
        """Returns which of theirs stands in a header for each of our columns, for complaints."""
        found = {ours: next((name for name in theirs if name in names), "") for ours, theirs in self.columns.items()}
        return {ours: theirs for ours, theirs in found.items() if theirs}


class Defaults(msgspec.Struct, frozen=True):
    """Holds what the shop is assumed to mean where a row does not say it."""

    timezone: str = "UTC"
    currency: str = ""


UNSAID = Defaults()


class Skipped(Exception):
    """The order of this number is left out, for this reason."""

    def __init__(self, number: str, reason: str) -> None:
        super().__init__(reason)
        self.number = number


def recognise(names: Collection[str]) -> Export | None:
    """Finds the form that a header is of; None for our own columns and for anything else."""
    return next((form for form in _forms() if form.fits(names)), None)


def ours(form: Export, row: Row, defaults: Defaults) -> list[dict[str, str]]:
    """Makes rows of our columns of a row of an export: one, or one for each item in it. Raises Skipped."""
    made = {column: _first(row, theirs) for column, theirs in form.columns.items()}
    first, last = made.pop("first_name", ""), made.pop("last_name", "")
    made["customer_name"] = made.get("customer_name") or full_name(first, last)
    if made["number"]:
        made["number"] = made["number"].lstrip("#")
    if made.get("placed_at"):  # some exports of Shopify repeat it in every row of an order, and nothing else
        made["placed_at"] = day_time(made["placed_at"], defaults.timezone)
    if made.get("total"):
        made["status"] = _status(form, row, made["number"])
        made["currency"] = made.get("currency") or defaults.currency
    for column in ("total", "unit_price", "line_total", "shipping_price", "tax"):
        made[column] = money(made.get(column, ""))
    made["country"] = _country(made.get("country", ""))
    made["quantity"] = re.sub(r"\.0+$", "", made.get("quantity", ""))
    return _with_price(_items(form, row, made))


def _first(row: Row, theirs: Collection[str]) -> str:
    """Returns the first column that is filled; a quote before it keeps spreadsheets from reading it as a number."""
    found = next((row[name] for name in theirs if row.get(name)), "")
    return found.removeprefix("'").strip()


def _status(form: Export, row: Row, number: str) -> str:
    """Finds our status: of the columns in their order, the first that says something. Raises Skipped."""
    for column, meanings in form.statuses.items():
        said = row.get(column, "").lower().removeprefix("wc-").replace(" ", "-").replace("_", "-")
        meaning = meanings.get(said, meanings.get("*", "-") if said else "-")
        if not meaning:
            raise Skipped(number, f"{column} is {said}")
        if meaning != "-":
            return meaning
    return ""


def _items(form: Export, row: Row, made: dict[str, str]) -> list[dict[str, str]]:
    """Makes a row for each item of `name:Boots|sku:B-42|quantity:1|total:129.80; …`."""
    cells = [row[name] for name in row if name in form.items or re.fullmatch(r"line_item_\d+", name)]
    listed = [item for cell in cells for item in re.split(r";\s*(?=\w+:)", cell) if item.strip()] if form.items else []
    if not listed:
        return [made]
    rows = []
    for item in listed:
        fields = dict(part.split(":", 1) for part in item.split("|") if ":" in part)
        said = {name.strip().lower(): value.strip() for name, value in fields.items()}
        line = {"title": said.get("name", said.get("product", "")), "sku": said.get("sku", "")}
        amounts = {"quantity": said.get("quantity", ""), "line_total": money(said.get("total", ""))}
        rows.append({**made, **line, **amounts})
    return rows


def _with_price(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Divides a line's total by its quantity, where no price of one is told."""
    for row in rows:
        total, quantity = row.pop("line_total", ""), row.get("quantity", "")
        if not row.get("unit_price") and re.fullmatch(r"\d+(\.\d+)?", total) and quantity.isdecimal() and int(quantity):
            row["unit_price"] = f"{float(total) / int(quantity):.2f}"
        if not row.get("title"):
            row["quantity"] = row["unit_price"] = ""
    return rows


def _country(said: str) -> str:
    """Returns the code of a country that is given by its English name."""
    return said if len(said) == 2 else _countries().get(said.lower(), said)


@cache
def _countries() -> Mapping[str, str]:
    territories = Locale("en").territories
    return {name.lower(): code for code, name in territories.items() if len(code) == 2 and code.isalpha()}


@cache
def _forms() -> tuple[Export, ...]:
    return Document(HERE / "exports.yaml").read(tuple[Export, ...])
