"""The clock: once a second it looks for what is due or was left behind by a crash, and wakes a worker for it.

It changes nothing itself but old leases and receipts that nobody claimed.
"""

import logging
import signal
import threading
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bots.process import become
from bots.wiring.intake import Intake, build_intake
from storage.engine import migrate
from storage.notices import notices
from storage.queues import inbox, leases, outbox, parked_receipts

log = logging.getLogger(__name__)

TICK_SECONDS = 1.0
PATIENCE = timedelta(seconds=2)  # what has been pending for longer lost its wake-up
DOUBT = timedelta(seconds=4)  # the worker knows how long a doubt may last; asking a little often costs nothing
HOUSEKEEPING = timedelta(minutes=10)
KEEP_PARKED = timedelta(days=3)


def tick(intake: Intake) -> None:
    """Wakes workers for what was left behind or has come due."""
    now = intake.now()
    with intake.store.read() as conn:
        stale = inbox.stale(conn, now - PATIENCE)
        overdue = outbox.overdue(conn, now - PATIENCE)
        due = bool(outbox.in_doubt(conn, now - DOUBT)) or notices.any_due(conn, now)
        due = due or bool(parked_receipts.late(conn, now - PATIENCE))
    intake.waker.shards({shard for _, shard in stale})
    if overdue:
        intake.waker.outbox()
    if due:
        intake.waker.sweep()


def housekeep(intake: Intake, now: datetime) -> None:
    """Removes leases that ran out and receipts that nobody claimed."""
    with intake.store.write() as conn:
        leases.sweep(conn, now - HOUSEKEEPING)
        parked_receipts.forget(conn, now - KEEP_PARKED)


def main() -> None:
    """Ticks until it is told to stop."""
    intake = build_intake(become("clock"), listens=False)
    migrate.upgrade(intake.store)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    cleaned = intake.now()
    while not stop.wait(TICK_SECONDS):
        try:
            tick(intake)
            if intake.now() - cleaned > HOUSEKEEPING:
                cleaned = intake.now()
                housekeep(intake, cleaned)
        except SQLAlchemyError as error:
            log.warning("the database is away; waiting", extra={"error_type": type(error).__name__})
        except Exception:
            log.exception("a tick failed")


if __name__ == "__main__":
    main()
