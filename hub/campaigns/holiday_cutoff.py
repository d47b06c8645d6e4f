"""The last moment to order for a holiday, told to many: previewed with counts and reasons, nobody told twice."""

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, select

from core.orders import Order
from hub.hub import Hub
from hub.notices.lifecycle import register
from hub.notices.recipients import recipient_for
from notifications import Preview, Reader, Send, preview
from storage.notices import notices
from storage.people import customers
from storage.people.tables import customers as customers_table
from storage.shop import orders

GROUP = 200


def planned_now(hub: Hub) -> Preview:
    """What each customer would get now, and why others get nothing."""
    now = hub.now()
    with hub.store.read() as conn:
        readers = list(_readers(hub, conn))
        keys = [
            f"holiday_cutoff:{holiday}:{reader.customer_id}:now" for reader in readers for holiday in _holidays(hub)
        ]
        return preview(readers, hub.notices, now, told=notices.known_keys(conn, keys))


def send(hub: Hub, planned: Preview, progress: Callable[[int], None]) -> int:
    """Registers what the preview planned; returns how many were new. A second run tells nobody again."""
    going = [p for p in planned.planned if p.notice is not None and isinstance(p.decision, Send)]
    fresh = 0
    for start in range(0, len(going), GROUP):
        group = going[start : start + GROUP]
        with hub.store.write() as conn:
            for each in group:
                if each.notice and register(hub, conn, each.notice, each.customer_id, hub.now()):
                    fresh += 1
        progress(len(group))
        hub.waker.outbox()
    return fresh


def _holidays(hub: Hub) -> list[str]:
    return [holiday.id for holiday in hub.notices.cutoffs.holidays]


def _readers(hub: Hub, conn: Connection) -> Iterator[Reader]:
    """Every customer, with the place their last order went to."""
    people = select(customers_table.c.id).where(customers_table.c.merged_into.is_(None))
    for id_ in conn.scalars(people.order_by(customers_table.c.id)).all():
        customer = customers.by_id(conn, id_)
        if customer is None:
            continue
        order = _last_order(conn, id_)
        where = order.shipping if order else None
        yield Reader(
            id_,
            recipient_for(hub, conn, customer, order),
            where.country if where else "",
            where.region if where else "",
        )


def _last_order(conn: Connection, customer_id: str) -> Order | None:
    return next(iter(orders.of_customer(conn, customer_id, 1)), None)
