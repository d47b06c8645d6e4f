"""Asks once a second, with each heartbeat, what is due or was left behind, and wakes a worker. Changes nothing."""

import logging
import signal
import threading
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from bots.checks import open_for_process
from bots.process import become, in_words
from bots.wiring.health import counts, heartbeats
from bots.wiring.health.outages import Outage
from bots.wiring.intake import Intake, build_intake
from hub import metrics
from storage.queues import timers
from storage.queues.timers import INBOX, OUTBOX, Patience

log = logging.getLogger(__name__)


def tick(intake: Intake, patience: Patience) -> None:
    """Wakes workers for what was left behind or has come due."""
    with intake.store.read() as conn:
        due = {each.kind for each in timers.due(conn, intake.now(), patience)}
    for kind in due:
        metrics.clock_wakes.labels(kind).inc()
    if INBOX in due:
        intake.waker.shards(range(intake.shards))
    if OUTBOX in due:
        intake.waker.outbox()
    if due - {INBOX, OUTBOX}:
        intake.waker.sweep()


def main() -> None:
    """Ticks until it is told to stop."""
    settings = become("clock")
    counts.share(settings.var_dir)
    with in_words():
        intake = build_intake(settings, listens=False)
        open_for_process(intake.store)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    outage = Outage(log, "the database is away; waiting")
    patience = Patience(unknown=timedelta(seconds=intake.settings.ambiguous_after))
    pause = 0.0
    while not stop.wait(pause):
        pause = heartbeats.pause_after(heartbeats.beat(intake.redis, "clock"), pause)
        try:
            tick(intake, patience)
            outage.is_over()
        except SQLAlchemyError as error:
            outage.lasts(error)
        except Exception:
            log.exception("a tick failed")


if __name__ == "__main__":
    main()
