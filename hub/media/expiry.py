"""Removes files on their day, those of an erased customer at once: first the content, then the row says so."""

import logging
from datetime import datetime, timedelta

from core.errors import SendError
from core.ports.files import Blobs
from hub.hub import Hub
from storage.media import files

log = logging.getLogger(__name__)

EXPIRY = "media_expiry"
EVERY = timedelta(minutes=1)
GROUP = 200
REST = timedelta(minutes=10)  # while the media store is away


def expire_due(blobs: Blobs, hub: Hub, _subject: str, now: datetime) -> datetime:
    """Handles the timer of the whole installation."""
    expire(hub, blobs)
    return now + EVERY


def expire(hub: Hub, blobs: Blobs) -> int:
    """Removes contents whose day has come; returns how many. While the media store is away they wait."""
    removed = 0
    while True:
        now = hub.now()
        with hub.store.read() as conn:
            ids = files.expired(conn, now, GROUP)
        done = _removed(blobs, ids)
        with hub.store.write() as conn:
            if done:
                files.end(conn, done)
            if len(done) < len(ids):
                files.put_off(conn, ids[len(done) :], now + REST)
        removed += len(done)
        if len(ids) < GROUP:
            return removed


def _removed(blobs: Blobs, ids: list[str]) -> list[str]:
    done: list[str] = []
    for id_ in ids:
        try:
            blobs.delete(files.blob_name(id_))
        except SendError as error:
            log.warning("the media store removes nothing now", extra={"code": error.code, "detail": error.detail})
            return done
        done.append(id_)
    return done
