"""Makes identifiers that sort by the time they were made."""

import secrets
import threading
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_lock = threading.Lock()
_last = 0


def new_id(now: datetime) -> str:
    """Makes an id of 24 hex digits: 13 of microseconds since 1970 (good until the year 2112), 11 of chance.

    Strictly growing within a process, also for equal `now`: the messages of one turn must keep their order.
    """
    global _last  # noqa: PLW0603 - the one counter that makes ids of a process grow
    with _lock:
        _last = max(micros(now), _last + 1)
        return f"{_last:013x}{secrets.token_hex(6)[:11]}"


def moment_of(id_: str) -> datetime:
    """Returns when an id was made."""
    return EPOCH + timedelta(microseconds=int(id_[:13], 16))


def first_id(moment: datetime) -> str:
    """Returns what no id made at `moment` or later comes before."""
    return f"{micros(moment):013x}"


def micros(moment: datetime) -> int:
    """Converts a moment to whole microseconds since 1970, without the error of a float."""
    delta = moment - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
