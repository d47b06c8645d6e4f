"""Finds parcels by what a carrier knows of them: their numbers."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, select

from core.shop.orders import Shipment
from storage.engine.prepared import PreparedIn
from storage.shop.tables import orders, shipments

_SHIPMENT = msgspec.json.Decoder(Shipment)
_BY_FORMS = PreparedIn(
    lambda forms: (
        select(shipments.c.tracking_form, shipments.c.order_number, shipments.c.data, orders.c.placed_at)
        .outerjoin(orders, orders.c.number == shipments.c.order_number)
        .where(shipments.c.tracking_form.in_(forms))
    )
)


class Home(NamedTuple):
    """Holds a parcel and the order that it is of; `placed_at` is None where the order is not known yet."""

    order_number: str
    parcel: Shipment
    placed_at: datetime | None


def by_forms(conn: Connection, forms: Collection[str]) -> dict[str, list[Home]]:
    """Finds the parcels that have these numbers (normal forms), in one statement."""
    found: dict[str, list[Home]] = {}
    for form, number, data, placed_at in _BY_FORMS.rows(conn, sorted(forms)):
        found.setdefault(form, []).append(Home(number, _SHIPMENT.decode(data), placed_at))
    return {form: sorted(homes, key=lambda home: home.order_number) for form, homes in found.items()}
