"""Everything kept about one customer: handed out, or removed."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, or_, select, update

from core.addresses import e164
from core.ids import new_id
from storage.tables import (
    addresses,
    audit,
    cases,
    consents,
    conversations,
    customers,
    desk_messages,
    inbox,
    messages,
    notifications,
    orders,
    outbox,
    outbox_parts,
    returns,
)

GONE = "erased"


def find(conn: Connection, word: str) -> str | None:
    """The id of the customer with this id, store id, e-mail, phone or address; None when there is none."""
    phone = e164(word) or word
    found: str | None = conn.scalar(
        select(customers.c.id).where(
            or_(
                customers.c.id == word,
                customers.c.store_id == word,
                customers.c.email == word.lower(),
                customers.c.phone == phone,
            )
        )
    )
    reached = or_(conversations.c.value == phone, conversations.c.value == word, conversations.c.key == word)
    return found or conn.scalar(select(conversations.c.customer_id).where(reached).limit(1))


def export(conn: Connection, id_: str) -> dict[str, Any]:
    """The customer's rows by table, without what only works inside (payloads, sessions)."""
    values = list(conn.scalars(select(conversations.c.value).where(conversations.c.customer_id == id_)))
    return {
        "customer": _rows(conn, select(customers).where(customers.c.id == id_)),
        "addresses": _rows(conn, select(addresses).where(addresses.c.customer_id == id_)),
        "messages": _rows(conn, select(messages).where(messages.c.customer_id == id_).order_by(messages.c.id)),
        "orders": _rows(conn, select(orders).where(orders.c.customer_id == id_)),
        "returns": _rows(conn, select(returns).where(returns.c.customer_id == id_)),
        "cases": _rows(conn, select(cases).where(cases.c.customer_id == id_)),
        "notices": _rows(conn, select(notifications).where(notifications.c.customer_id == id_)),
        "consents": _rows(conn, select(consents).where(consents.c.subject.in_(values)).order_by(consents.c.id)),
    }


def erase(conn: Connection, id_: str, now: datetime) -> dict[str, int]:
    """Removes words, names and addresses; counts and states stay, and so does a STOP. Returns what was removed."""
    spoken = list(
        conn.execute(select(conversations.c.id, conversations.c.key).where(conversations.c.customer_id == id_))
    )
    keys, ids = [key for _, key in spoken], [conversation for conversation, _ in spoken]
    posts = select(outbox.c.id).where(or_(outbox.c.key.in_(keys), outbox.c.case_id.in_(_cases_of(id_))))
    counted = {
        "messages": conn.execute(delete(messages).where(messages.c.customer_id == id_)).rowcount,
        "received": conn.execute(delete(inbox).where(inbox.c.key.in_([*keys, *_lanes_of(conn, id_)]))).rowcount,
        "parts": conn.execute(delete(outbox_parts).where(outbox_parts.c.outbox_id.in_(posts))).rowcount,
        "queued": conn.execute(delete(outbox).where(outbox.c.id.in_(posts))).rowcount,
        "desk messages": conn.execute(
            delete(desk_messages).where(desk_messages.c.case_id.in_(_cases_of(id_)))
        ).rowcount,
        "addresses": conn.execute(delete(addresses).where(addresses.c.customer_id == id_)).rowcount,
        "conversations": conn.execute(delete(conversations).where(conversations.c.id.in_(ids))).rowcount,
    }
    conn.execute(update(cases).where(cases.c.customer_id == id_).values(summary=GONE))
    conn.execute(update(notifications).where(notifications.c.customer_id == id_).values(data="{}", state="skipped"))
    conn.execute(
        update(orders).where(orders.c.customer_id == id_).values(phone=None, buyer="{}", shipping="{}", extra=None)
    )
    cleared = {"store_id": None, "name": GONE, "email": None, "phone": None, "locale": "", "timezone": "", "tier": ""}
    conn.execute(update(customers).where(customers.c.id == id_).values(**cleared))
    entry = {"id": new_id(now), "at": now, "actor": "cli", "action": "erase", "object": f"customer:{id_}", "data": None}
    conn.execute(audit.insert(), entry)
    return counted


def _lanes_of(conn: Connection, id_: str) -> list[str]:
    """Ordering keys of what the store told of her orders and what agents wrote in her threads."""
    numbers = conn.scalars(select(orders.c.number).where(orders.c.customer_id == id_))
    threads = conn.execute(select(cases.c.place, cases.c.thread).where(cases.c.customer_id == id_))
    return [f"order:{number}" for number in numbers] + [f"desk:{place}:{thread}" for place, thread in threads]


def _cases_of(id_: str) -> Any:
    return select(cases.c.id).where(cases.c.customer_id == id_)


def _rows(conn: Connection, query: Any) -> list[dict[str, Any]]:
    return [msgspec.to_builtins(dict(row._mapping)) for row in conn.execute(query)]
