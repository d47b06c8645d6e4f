"""Finds customers for an agent, by whatever the agent has in hand, and words them with masked addresses."""

from collections.abc import Sequence

from sqlalchemy import Connection

from core.desk.home import CaseLine
from core.desk.links import thread_link
from core.people.addresses import mask
from storage.conversations import conversations, listing
from storage.desk import listing as case_lines
from storage.people import customers, families, lookup, naming
from storage.people.customers import Customer

MOST, CASES, ORDERS = 8, 3, 3  # customers, and of each cases and orders
KINDS = (lookup.by_order, lookup.by_case, lookup.by_customer)


def find(conn: Connection, text: str) -> list[Customer]:
    """Finds the customers that an order, case, phone, e-mail, id or name means, best first."""
    found: list[str] = []
    for kind in KINDS:
        meant = kind(conn, text)
        if meant is not None:
            found += meant.customer_ids or _owners(conn, meant.conversation_ids)
    found += naming.by_name(conn, text, MOST)
    return list({each.id: each for each in customers.by_ids(conn, dict.fromkeys(found)).values()}.values())[:MOST]


def line(conn: Connection, customer: Customer) -> str:
    """Words a customer: "• Jane Doe · WhatsApp +1•••••0101 · orders 1002, 1001 · cases #7 (in hand with Anna)"."""
    ids = families.members(conn, customer.id)
    ways = [f"{each.channel} {mask(each.value)}" for id_ in ids for each in conversations.of_customer(conn, id_)]
    ways = ways or [mask(way) for way in (customer.phone, customer.email) if way]
    numbers = listing.orders_of(conn, [customer.id], ORDERS).get(customer.id, [])
    had = case_lines.of_customers(conn, ids, CASES)
    parts = (
        customer.name or "No name",
        ", ".join(ways[:ORDERS]),
        f"orders {', '.join(numbers)}" if numbers else "no order",
        f"cases {', '.join(map(_case, had))}" if had else "no case",
    )
    return "• " + " · ".join(filter(None, parts))


def _case(case: CaseLine) -> str:
    return thread_link(case.number, case.place, case.thread) + (f" (with {case.holder})" if case.holder else "")


def _owners(conn: Connection, conversation_ids: Sequence[str]) -> list[str]:
    found = (conversations.by_id(conn, id_) for id_ in conversation_ids)
    return [each.customer_id for each in found if each]
