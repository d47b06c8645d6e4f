"""Finds the order that a case is about."""

from sqlalchemy import Connection

from core.shop.orders import Order
from storage.conversations.conversations import Conversation
from storage.desk.cases import Case
from storage.shop import orders


def order_of(conn: Connection, who: Conversation, case: Case) -> Order | None:
    """Finds the order that the case is about, else the one the customer proved, else the last with their number."""
    if case.order_number:
        return orders.by_number(conn, case.order_number)
    if who.grants:
        return orders.by_number(conn, who.grants[-1].order_number)
    phone = who.phone_number
    listed = orders.by_phone(conn, phone, 1) if phone else orders.of_customer(conn, who.customer_id, 1)
    return listed[0] if listed else None
