"""A conversation that goes on elsewhere: at another address, or in another conversation of the same person."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, or_, select, update

from core.addresses import Address, shard_of
from core.conversations import CaseState, Owner
from storage.desk.tables import cases
from storage.people.conversations import Conversation
from storage.people.tables import addresses, conversations, customers
from storage.queues import inbox
from storage.queues.outbox import IS_OPEN
from storage.queues.tables import inbox as inbox_table
from storage.queues.tables import outbox

RETIRED = "retired"  # the key of a conversation whose address may be somebody else's now begins so


def readdress(conn: Connection, conversation: Conversation, to: Address) -> None:
    """It goes on at `to`, with everything that is still to be sent."""
    _place(conn, conversation, to.key, to)
    _send_to(conn, conversation, to)


def retire(conn: Connection, conversation: Conversation, to: Address | None = None) -> None:
    """Keeps it for the timeline, out of the way of whoever writes from its address next.

    With `to` the person is known to be there: what is still to be sent goes there. Without, her other addresses belong
    to no conversation any more.
    """
    _place(conn, conversation, f"{RETIRED}:{conversation.id}", to or conversation.address)
    if to:
        _send_to(conn, conversation, to)
    else:
        conn.execute(update(addresses).where(addresses.c.home == conversation.key).values(home=None))


def hand_over(conn: Connection, was: Conversation, now: Conversation) -> None:
    """What was under way in one conversation goes on in the other: agent and case, proofs, an unfinished flow."""
    taken = {
        "session": now.session or was.session,
        "grants": msgspec.json.encode(tuple(dict.fromkeys((*was.grants, *now.grants)))).decode(),
        "last_inbound_at": max(filter(None, (was.last_inbound_at, now.last_inbound_at)), default=None),
    }
    left: dict[str, str | None] = {"session": "", "grants": "[]"}
    if was.case_id and not now.case_id and now.owner == Owner.BOT:
        taken |= {"owner": was.owner, "case_id": was.case_id}
        left |= {"owner": Owner.BOT.value, "case_id": None}
        going = (cases.c.conversation_id == was.id, cases.c.state != CaseState.RESOLVED.value)
        conn.execute(update(cases).where(*going).values(conversation_id=now.id))
    conn.execute(update(conversations).where(conversations.c.id == now.id).values(taken))
    conn.execute(update(conversations).where(conversations.c.id == was.id).values(left))


def set_home(conn: Connection, key: str, home: str) -> None:
    """An address, and those that belonged to its conversation, belong to the conversation `home` from now on."""
    theirs = or_(addresses.c.key == key, addresses.c.home == key)
    conn.execute(update(addresses).where(theirs, addresses.c.key != home).values(home=home))
    conn.execute(update(addresses).where(addresses.c.key == home).values(home=None))


def drop_addresses(conn: Connection, keys: list[str]) -> None:
    """Nobody is known to be reached there any more."""
    conn.execute(delete(addresses).where(addresses.c.key.in_(keys)))


def set_phone(conn: Connection, key: str, phone: str | None) -> None:
    """The number that this address proves (canonical)."""
    conn.execute(update(addresses).where(addresses.c.key == key).values(phone=phone))


def drop_proofs(conn: Connection, conversation: Conversation) -> None:
    """Whoever writes here now has proved nothing and begun nothing."""
    nothing = {"grants": "[]", "session": ""}
    conn.execute(update(conversations).where(conversations.c.id == conversation.id).values(nothing))
    set_phone(conn, conversation.key, conversation.address.phone)


def renumber_customer(conn: Connection, customer_id: str, old: str, new: str | None) -> None:
    """Her number, where it is the old one; also where she proved it at an address that is none itself."""
    hers = update(customers).where(customers.c.id == customer_id, customers.c.phone == old)
    conn.execute(hers.values(phone=new))
    proved = update(addresses).where(addresses.c.customer_id == customer_id, addresses.c.phone == old)
    conn.execute(proved.values(phone=new))


def follow(conn: Connection, old_key: str, new_key: str, before: datetime, shards: int) -> None:
    """What was sent from the old address before then, and is not handled yet, is handled at the new one."""
    waiting = select(inbox_table.c.id).where(
        inbox.IS_PENDING,
        inbox_table.c.lane == inbox.CONVERSATION,
        inbox_table.c.shard == shard_of(old_key, shards),
        inbox_table.c.key == old_key,
        inbox_table.c.sent_at <= before,
    )
    inbox.rekey(conn, list(conn.scalars(waiting)), new_key, shards)


def _place(conn: Connection, conversation: Conversation, key: str, to: Address) -> None:
    place = {"channel": to.channel, "account": to.account, "value": to.value}
    conn.execute(update(conversations).where(conversations.c.id == conversation.id).values(key=key, **place))


def _send_to(conn: Connection, conversation: Conversation, to: Address) -> None:
    place = {"channel": to.channel, "account": to.account, "value": to.value}
    waiting = update(outbox).where(IS_OPEN, outbox.c.key == conversation.key)
    conn.execute(waiting.values(key=to.key, **place))
