"""Handles a heavy timer, in the worker's place."""

from typing import cast

from bots.wiring.installation import Parts
from bots.wiring.jobs.job_progress import Progress
from hub.timers import catalogue
from hub.timers.kind import Handler
from storage.queues import timers


def run(parts: Parts, _progress: Progress, *, kind: str, subject: str) -> None:
    """Does what is due, and moves the timer's row on to when it is due next."""
    hub = parts.hub
    then = cast("Handler", catalogue.find()[kind].handle)(hub, subject, hub.now())
    with hub.store.write() as conn:
        timers.move(conn, kind, subject, then)
