"""Moves a conversation that goes on elsewhere: to another address, or into another conversation of the same person."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from core.people.addresses import Address, shard_of
from storage.conversations.conversations import Conversation
from storage.desk.tables import IS_UNRESOLVED, cases
from storage.people import addresses
from storage.people.tables import addresses as addresses_table
from storage.people.tables import conversations, customers
from storage.queues import inbox, pending, waits
from storage.queues.outbox import IS_OPEN
from storage.queues.tables import inbox as inbox_table
from storage.queues.tables import outbox
from storage.shop import stock_alerts

RETIRED = "retired"  # the key of a conversation whose address may be somebody else's now begins so


def readdress(conn: Connection, conversation: Conversation, to: Address) -> None:
    """Moves a conversation to `to`, with everything that is still to be sent."""
    _place(conn, conversation, to.key, to)
    _send_to(conn, conversation, to)


def retire(conn: Connection, conversation: Conversation, to: Address | None = None) -> None:
    """Keeps it for the timeline, out of the way of whoever writes from its address next.

    With `to` the person is known to be there: what is still to be sent goes there. Without, their other addresses
    belong to no conversation any more.
    """
    _place(conn, conversation, f"{RETIRED}:{conversation.id}", to or conversation.address)
    if to:
        _send_to(conn, conversation, to)
    else:
        conn.execute(update(addresses_table).where(addresses_table.c.home == conversation.key).values(home=None))


def move_cases(conn: Connection, was_id: str, now_id: str) -> None:
    """Moves the cases of one conversation that are not resolved to the other."""
    going = (cases.c.conversation_id == was_id, IS_UNRESOLVED)
    conn.execute(update(cases).where(*going).values(conversation_id=now_id))


def drop_proofs(conn: Connection, conversation: Conversation, now: datetime) -> None:
    """Drops what was proved and begun: whoever writes here now has done neither."""
    nothing = {"grants": "[]", "session": ""}
    conn.execute(update(conversations).where(conversations.c.id == conversation.id).values(nothing))
    waits.forget(conn, [conversation.id])
    stock_alerts.forget(conn, [conversation.id], now)
    addresses.set_phone(conn, conversation.key, conversation.address.phone)


def renumber_customer(conn: Connection, customer_id: str, old: str, new: str | None) -> None:
    """Changes the customer's number, where it is the old one; also where they proved it at another kind of address."""
    known = update(customers).where(customers.c.id == customer_id, customers.c.phone == old)
    conn.execute(known.values(phone=new))
    proved = update(addresses_table).where(addresses_table.c.customer_id == customer_id, addresses_table.c.phone == old)
    conn.execute(proved.values(phone=new))


def follow(conn: Connection, old_key: str, new_key: str, before: datetime, shards: int) -> None:
    """Moves what was sent from the old address before then, and is not handled yet, to the new one."""
    waiting = select(inbox_table.c.id).where(
        inbox.IS_PENDING,
        inbox_table.c.lane == inbox.CONVERSATION,
        inbox_table.c.shard == shard_of(old_key, shards),
        inbox_table.c.key == old_key,
        inbox_table.c.sent_at <= before,
    )
    pending.rekey(conn, list(conn.scalars(waiting)), new_key, shards)


def _place(conn: Connection, conversation: Conversation, key: str, to: Address) -> None:
    place = {"channel": to.channel, "account": to.account, "value": to.value, "route": None}
    conn.execute(update(conversations).where(conversations.c.id == conversation.id).values(key=key, **place))


def _send_to(conn: Connection, conversation: Conversation, to: Address) -> None:
    place = {"channel": to.channel, "account": to.account, "value": to.value}
    waiting = update(outbox).where(IS_OPEN, outbox.c.key == conversation.key)
    conn.execute(waiting.values(key=to.key, **place))
