"""Brings what became of a request into the lane of its conversation, where nothing else is decided meanwhile."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection

from core.addresses import shard_of
from core.ids import new_id
from core.messages import Happened, encode
from core.shop_actions import ShopAnswer
from hub.hub import Hub
from storage.outgoing.rows import Outgoing
from storage.people import conversations
from storage.queues import inbox
from storage.queues.inbox import Arrival
from storage.queues.tables import inbox as inbox_table

SOURCE = "shop"
ANSWERED = "shop.answered"


def deliver(hub: Hub, conn: Connection, request: Outgoing, answer: ShopAnswer, now: datetime) -> None:
    """Puts the answer into the inbox, once; nothing when the conversation is gone."""
    where = conversations.by_id(conn, request.conversation_id) if request.conversation_id else None
    if where is None:
        return
    value = {"status": answer.status.value, "reason": answer.reason, "id": answer.id}
    told = Happened(f"{request.key}:{answer.status.value}", where.address, now, ANSWERED, request.key, value)
    arrival = Arrival(
        id=new_id(now),
        source=SOURCE,
        account="",
        external_id=told.external_id,
        lane=inbox.CONVERSATION,
        key=where.key,
        shard=shard_of(where.key, hub.shards),
        payload=encode(told),
        sent_at=now,
        received_at=now,
    )
    conn.execute(hub.store.insert(inbox_table), msgspec.structs.asdict(arrival))
