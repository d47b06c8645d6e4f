"""Makes names and what was said be found by their words, every few seconds; after an update, all that was before."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.ids import EPOCH
from hub.hub import Hub
from hub.timers.kind import Kind, installation
from storage.people import naming
from storage.queues import timers
from storage.search import index

TIMER = "search"
EVERY = timedelta(seconds=5)
LATE = timedelta(seconds=30)  # what is committed later than that after its own time would be missed
AT_ONCE = 100  # messages: a turn does not wait longer for the database than for another turn
ROUNDS = 50


def _handle(hub: Hub, _subject: str, now: datetime) -> datetime:
    with hub.store.write() as conn:
        index.change(conn, hub.store, _since(conn))
        last_named = naming.take_in(conn, hub.store, AT_ONCE)
    for _ in range(ROUNDS):
        if last_named is None:
            break
        with hub.store.write() as conn:
            last_named = naming.take_in(conn, hub.store, AT_ONCE, last_named)
    for _ in range(ROUNDS):
        with hub.store.write() as conn:
            until = index.add_new(conn, hub.store, _since(conn), AT_ONCE)
            timers.mark_done(conn, TIMER, "", until or now)
        if until is None:
            return now + EVERY if last_named is None else now
    return now


def _since(conn: Connection) -> datetime:
    return (timers.done_until(conn, TIMER, "") or EPOCH + LATE) - LATE


KIND = Kind(_handle, installation)
