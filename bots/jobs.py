"""Runs what would stand in the way of messages, one job at a time, each in a fork of its own.

The fork loads an installation's parts and gives all back at its end, so that this process stays small.
"""

import logging
import os
import signal
import time
import traceback
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

from bots.process import CHECKED, become, in_words
from bots.wiring.clients.redis_client import connect_redis
from bots.wiring.health import heartbeats
from bots.wiring.health.outages import Outage
from config.settings import Settings, load
from core.errors import ConfigurationError

log = logging.getLogger(__name__)

WAIT_SECONDS = 1.0  # before what is away is asked again


class JobFailedError(Exception):
    """Says what a job raised, in words that quote nobody."""


def perform(name: str, arguments: dict[str, str]) -> Any:
    """Runs a job of `bots.tasks`, in the fork; returns what it returns. Raises JobFailedError."""
    from hub import metrics  # noqa: PLC0415 - only a fork needs it

    try:
        result = _run(name, arguments)
    except Exception as error:
        metrics.jobs.labels(name, "failed").inc()
        log.exception("a job failed", extra={"job": name})
        raise JobFailedError(_words(error)) from None
    metrics.jobs.labels(name, "done").inc()
    return result


def _run(name: str, arguments: dict[str, str]) -> Any:
    from rq import get_current_job  # noqa: PLC0415 - only a fork needs all of this

    from bots.wiring.clients.database import await_database  # noqa: PLC0415
    from bots.wiring.health import counts  # noqa: PLC0415
    from bots.wiring.installation import build  # noqa: PLC0415
    from bots.wiring.jobs.job_progress import Progress, kept_with  # noqa: PLC0415

    settings = load()
    counts.share(settings.var_dir)
    task = import_module(f"bots.tasks.{name}")
    parts = build(settings, speaks=False)
    await_database(parts.hub.store)
    try:
        return task.run(parts, Progress(kept_with(get_current_job())), **arguments)
    finally:
        parts.hub.store.close()


def _words(error: Exception) -> str:
    """Says what was raised. An exception's own text may quote a customer; ours of settings and files does not."""
    if isinstance(error, ConfigurationError):
        return " ".join(str(error).split())
    step = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {step.filename.rsplit('/', 1)[-1]}:{step.lineno}"


def serve(settings: Settings) -> None:
    """Runs jobs until it is told to stop; waits while Redis is away."""
    from redis import RedisError  # noqa: PLC0415 - in this process only, not in its supervisor
    from rq.exceptions import StopRequested  # noqa: PLC0415

    from bots.wiring.jobs.job_worker import JobWorker  # noqa: PLC0415

    def stop(*_: object) -> NoReturn:
        raise StopRequested

    for number in (signal.SIGTERM, signal.SIGINT):  # until the worker takes care of them
        signal.signal(number, stop)
    worker = None
    outage = Outage(log, "Redis is away; waiting")
    with suppress(StopRequested):
        while True:
            try:
                worker = JobWorker(connect_redis(settings, timeout=None))
                outage.is_over()
                worker.work(logging_level=None)
            except RedisError as error:
                outage.lasts(error)
            if worker and worker.is_stopped:
                return
            time.sleep(WAIT_SECONDS)  # RQ ends its loop for whatever it does not expect, and says so


def main() -> None:
    """Says that it lives, and runs jobs."""
    settings = become("jobs")
    with in_words():
        if CHECKED not in os.environ:
            from bots.checks import check_apart  # noqa: PLC0415 - a supervisor has checked

            check_apart(settings)
        heartbeats.keep_beating(connect_redis(settings), "jobs")
    serve(settings)


if __name__ == "__main__":
    main()
