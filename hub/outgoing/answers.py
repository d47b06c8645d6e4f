"""Brings what became of a request into the lane of its conversation, where nothing else is decided meanwhile."""

from datetime import datetime

from sqlalchemy import Connection

from core.shop.shop_actions import ShopAnswer
from flows.engine.events import External
from hub.happenings import tell
from hub.hub import Hub
from storage.outgoing.rows import Outgoing

ANSWERED = "shop.answered"


def deliver(hub: Hub, conn: Connection, request: Outgoing, answer: ShopAnswer, now: datetime) -> None:
    """Puts the answer into the inbox, once; nothing when the conversation is gone."""
    if request.conversation_id:
        value = {"status": answer.status.value, "reason": answer.reason, "id": answer.id, "why": answer.why}
        event = External(ANSWERED, request.key, value)
        tell(hub, conn, request.conversation_id, event, f"{request.key}:{answer.status.value}", now)
