"""Tells flows that the time has come for which they wait: due by their own rows."""

from datetime import datetime

from flows.engine.events import External
from hub.happenings import tell
from hub.hub import Hub
from hub.timers.kind import Kind
from storage.queues import waits


def _handle(hub: Hub, _subject: str, now: datetime) -> None:
    """Moves what is due into the inbox, in one transaction: a crash leaves both as they were."""
    with hub.store.write() as conn:
        found = waits.due(conn, now)
        for wait in found:
            tell(hub, conn, wait.conversation_id, External(wait.name, wait.key), f"wait:{wait.id}", now)
        waits.end(conn, [wait.id for wait in found])
    if found:
        hub.waker.shards(range(hub.shards))


KIND = Kind(_handle)
