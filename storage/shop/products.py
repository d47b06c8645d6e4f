"""Keeps the store's products, and finds them by what customers write."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, func, select

from core.shop.catalogue import Product, asked_for, ranked, terms, variant_of
from core.shop.order_numbers import normal_form
from core.shop.orders import Line
from storage.engine.prepared import PreparedIn
from storage.engine.store import Store
from storage.shop.spelling import nearest_terms
from storage.shop.tables import product_terms, products

_PRODUCT = msgspec.json.Decoder(Product)
TERM_MAX = 255
CANDIDATES = 200  # products looked at

_BY_TERMS = PreparedIn(
    lambda wanted: (
        select(product_terms.c.product_id)
        .where(product_terms.c.term.in_(wanted))
        .group_by(product_terms.c.product_id)
        .order_by(func.count().desc(), product_terms.c.product_id)
        .limit(CANDIDATES)
    )
)
_BY_IDS = PreparedIn(lambda ids: select(products.c.data).where(products.c.id.in_(ids)))
_TOLD_AT = PreparedIn(lambda ids: select(products.c.id, products.c.told_at).where(products.c.id.in_(ids)))


def save(conn: Connection, store: Store, told: Iterable[tuple[Product, datetime]]) -> int:
    """Writes products as they are now; one older than what is kept changes nothing. Returns how many were written."""
    newest: dict[str, tuple[Product, datetime]] = {}
    for product, at in told:
        if product.id not in newest or at >= newest[product.id][1]:
            newest[product.id] = (product, at)
    kept: dict[str, datetime] = dict(_TOLD_AT.rows(conn, list(newest))) if newest else {}
    fresh = [(product, at) for product, at in newest.values() if product.id not in kept or at >= kept[product.id]]
    if not fresh:
        return 0
    rows = [
        {"id": product.id, "title": product.title, "told_at": at, "data": msgspec.json.encode(product).decode()}
        for product, at in fresh
    ]
    conn.execute(store.upsert(products, ("id",), ("title", "told_at", "data")), rows)
    conn.execute(delete(product_terms).where(product_terms.c.product_id.in_([row["id"] for row in rows])))
    found = [
        {"term": term, "product_id": product.id}
        for product, _ in fresh
        for term in {term[:TERM_MAX] for term in terms(product)}
    ]
    conn.execute(product_terms.insert(), found)
    return len(fresh)


def by_id(conn: Connection, id_: str) -> Product | None:
    """Reads a product."""
    return next(iter(_read(conn, [id_])), None)


def named(conn: Connection, text: str) -> list[Product]:
    """Finds the products that a text names, best first; where no word of it is known, those spelt almost so."""
    wanted = asked_for(text)
    found = _having(conn, wanted)
    if not found and (near := nearest_terms(conn, wanted)):
        wanted = near
        found = _having(conn, wanted)
    return ranked(wanted, found)


def of_lines(conn: Connection, lines: Sequence[Line]) -> dict[str, Product]:
    """Finds the products that lines of an order are of, by the lines' ids: at most three statements for all."""
    known = {product.id: product for product in _read(conn, {line.product_id for line in lines if line.product_id})}
    found = {line.id: known[line.product_id] for line in lines if line.product_id in known}
    others = [line for line in lines if line.id not in found]
    coded = _having(conn, {term for line in others for term in _terms_of(line)})
    own = ((line.id, next((each for each in coded if variant_of(line, each.variants)), None)) for line in others)
    return found | {id_: product for id_, product in own if product}


def _terms_of(line: Line) -> list[str]:
    code = normal_form(line.sku)
    return [f"v:{line.variant_id}"] * bool(line.variant_id) + [f"s:{code}"] * bool(code)


def _having(conn: Connection, wanted: Collection[str]) -> list[Product]:
    ids = [id_ for (id_,) in _BY_TERMS.rows(conn, sorted(term[:TERM_MAX] for term in wanted))] if wanted else []
    return _read(conn, ids)


def _read(conn: Connection, ids: Collection[str]) -> list[Product]:
    return [_PRODUCT.decode(data) for (data,) in _BY_IDS.rows(conn, ids)] if ids else []
