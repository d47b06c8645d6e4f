"""Seals the audit log, and notes in it what operators changed in files and settings."""

import logging
from datetime import datetime, timedelta

from hub.accounts import changed_settings
from hub.hub import Hub
from hub.timers.kind import Kind, installation
from storage.desk import audit_chain

EVERY = timedelta(seconds=15)

log = logging.getLogger(__name__)


def _handle(hub: Hub, _subject: str, now: datetime) -> datetime:
    """Seals a group. The log has each head: a chain that was written anew as a whole does not fit to those."""
    with hub.store.write() as conn:
        changed_settings.note(hub, conn, now)
        head = audit_chain.seal(conn, hub.store)
    if head is None:
        return now + EVERY
    log.info("the audit log is sealed", extra={"seq": head.seq, "hash": head.hash})
    return now


KIND = Kind(_handle, installation)
