"""Begins campaigns at their time and continues those that run; a row each, made when one is approved or begun."""

import time
from datetime import datetime, timedelta

from hub.campaigns import running
from hub.campaigns.steering import TIMER
from hub.hub import Hub
from hub.timers.kind import Kind

__all__ = ["KIND", "TIMER"]


def _handle(hub: Hub, subject: str, now: datetime) -> datetime | None:
    return running.look(hub, subject, now, time.sleep)


def _is_heavy(hub: Hub, now: datetime) -> bool:
    """Tells whether many are to be told: a worker leaves that to a job."""
    with hub.store.read() as conn:
        return running.is_under_way(conn, now)


KIND = Kind(_handle, is_heavy=_is_heavy, comes_again=timedelta(minutes=1))
