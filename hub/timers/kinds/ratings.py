"""Asks for a rating some minutes after a case was resolved, in the lane of its conversation."""

from datetime import datetime

from core.people.conversations import CaseState
from flows.engine.events import External
from hub.conversation.unasked.ratings import RATING_DUE
from hub.happenings import tell
from hub.hub import Hub
from hub.timers.kind import Kind
from storage.desk import cases


def _handle(hub: Hub, subject: str, now: datetime) -> None:
    """Tells the conversation, once for each resolution; a case that is open again is left alone."""
    with hub.store.write() as conn:
        case = cases.by_id(conn, subject)
        if case is None or case.state != CaseState.RESOLVED or case.resolved_at is None:
            return
        once = f"{RATING_DUE}:{case.id}:{case.resolved_at.timestamp():.0f}"
        tell(hub, conn, case.conversation_id, External(RATING_DUE, case.id), once, now)
    hub.waker.shards(range(hub.shards))


KIND = Kind(_handle)
