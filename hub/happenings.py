"""Brings what happened elsewhere into the lane of a conversation, where nothing else is decided meanwhile."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection

from core.encoding import encode
from core.ids import new_id
from core.messages.inbound import Happened
from core.people.addresses import shard_of
from flows.engine.events import External
from hub.hub import Hub
from storage.conversations import conversations
from storage.queues import inbox
from storage.queues.inbox import Arrival
from storage.queues.tables import inbox as inbox_table

SOURCE = "happened"


def tell(hub: Hub, conn: Connection, conversation_id: str, event: External, once: str, now: datetime) -> bool:
    """Puts an event into the inbox for a conversation, before the transaction ends; two with the same `once` are one.

    False when the conversation is gone. Whoever commits wakes the workers (`hub.waker.shards`).
    """
    where = conversations.by_id(conn, conversation_id)
    if where is None:
        return False
    told = Happened(once, where.address, now, event.name, event.key, event.value)
    arrival = Arrival(
        id=new_id(now),
        source=SOURCE,
        account="",
        external_id=once,
        lane=inbox.CONVERSATION,
        key=where.key,
        shard=shard_of(where.key, hub.shards),
        payload=encode(told),
        sent_at=now,
        received_at=now,
    )
    conn.execute(hub.store.insert(inbox_table), msgspec.structs.asdict(arrival))
    return True
