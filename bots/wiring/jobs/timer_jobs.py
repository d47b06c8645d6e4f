"""Hands heavy timers to the jobs process. The row stays: it comes again, unless the job moves it on before."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from redis import Redis

from bots.wiring.jobs.handing import is_taken
from hub.hub import Hub
from hub.timers.kind import Handler, Kind

TASK = "timer"


def handed_over(kinds: Mapping[str, Kind], redis: Redis) -> dict[str, Kind]:
    """Returns the kinds that may be heavy, so handled that a job does it when they are."""
    return {
        name: dataclasses.replace(kind, handle=_handler(name, kind, redis))
        for name, kind in kinds.items()
        if kind.is_heavy is not Kind.is_heavy
    }


def _handler(name: str, kind: Kind, redis: Redis) -> Handler:
    def handle(hub: Hub, subject: str, now: datetime) -> datetime | None:
        job_id = "-".join(filter(None, (TASK, name, subject)))
        if kind.is_heavy(hub, now) and is_taken(redis, TASK, {"kind": name, "subject": subject}, job_id):
            return now + kind.comes_again
        return cast("Handler", kind.handle)(hub, subject, now)

    return handle
