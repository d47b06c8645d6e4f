"""The clock: once a second it looks for what is due and for what a crash or a lost wake-up left behind."""

import logging
import signal
import threading
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bots.process import become
from bots.wiring import build
from bots.worker import parts_store_ready
from hub import doubt, notices, receipts
from hub.hub import Hub
from storage import inbox, leases, outbox

log = logging.getLogger(__name__)

TICK_SECONDS = 1.0
PATIENCE = timedelta(seconds=2)  # what has been pending for longer lost its wake-up
HOUSEKEEPING = timedelta(minutes=10)
KEEP_PARKED = timedelta(days=3)


def tick(hub: Hub) -> None:
    """Wakes workers for what was left behind, ends doubts, releases held notices."""
    now = hub.now()
    with hub.store.read() as conn:
        stale = inbox.stale(conn, now - PATIENCE)
        overdue = outbox.overdue(conn, now - PATIENCE)
    for shard in {shard for _, shard in stale}:
        hub.waker.shard(shard)
    if overdue:
        hub.waker.outbox()
    doubt.sweep(hub)
    notices.release(hub)


def housekeep(hub: Hub, now: datetime) -> None:
    """Removes leases that ran out and receipts that nobody claimed."""
    with hub.store.write() as conn:
        leases.sweep(conn, now - HOUSEKEEPING)
        receipts.forget_parked(conn, now - KEEP_PARKED)


def main() -> None:
    """Ticks until it is told to stop."""
    settings = become("clock")
    parts_store_ready(settings)
    hub = build(settings, speaks=False).hub
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    cleaned = hub.now()
    while not stop.wait(TICK_SECONDS):
        try:
            tick(hub)
            if hub.now() - cleaned > HOUSEKEEPING:
                cleaned = hub.now()
                housekeep(hub, cleaned)
        except SQLAlchemyError as error:
            log.warning("the database is away; waiting", extra={"error_type": type(error).__name__})
        except Exception:
            log.exception("a tick failed")


if __name__ == "__main__":
    main()
