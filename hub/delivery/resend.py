"""What failed after it was taken: whether it is said again, and when."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, update

from core.errors import Outcome, SendError
from core.messages import Speaker
from hub import metrics
from hub.accounts import incidents
from hub.hub import Hub
from storage.queues import outbox
from storage.queues.tables import outbox as outbox_table
from storage.queues.tables import outbox_parts

TRIES, SOON = 2, (60, 600)  # so often it is repeated, after so many seconds
SLOWLY = (3600, 6 * 3600)  # a day's cap, an account that is not in order: nothing that passes in minutes
PASSING = (Outcome.RETRY, Outcome.PACE, Outcome.MISCONFIGURED)

_REOPEN = update(outbox_table).where(outbox_table.c.id == bindparam("row"))
_REOPEN = _REOPEN.values(
    state=outbox.PENDING,
    not_before=bindparam("until"),
    attempts=outbox_table.c.attempts + 1,
    finished_at=None,
    code=bindparam("code_"),
)
_RESEND = update(outbox_parts).where(outbox_parts.c.id == bindparam("row"))
# It keeps its provider's id until the repeat brings its own: by that, what is still said of the first try is known.
_RESEND = _RESEND.values(state=outbox.PENDING, status=None, status_at=None, code=None)


def again(hub: Hub, conn: Connection, part: Any, code: str, now: datetime) -> bool:
    """A failure that may pass (carrier trouble, a busy provider, an account that is mended): said once more, and once
    again; marketing never.

    Of an account that is not in order only the first message is tried again soon, to see whether it is mended; the
    others wait until one has arrived (`incidents.ended`), or for an hour.
    """
    error = _meaning(hub, part, code)
    first = incidents.concerns(error) and incidents.heard(hub, conn, part.channel, part.account, error, now)
    posting = outbox.by_id(conn, part.outbox_id)
    if posting is None or posting.attempts >= TRIES or posting.speaker == Speaker.MARKETING.value:
        return False
    if error.outcome not in PASSING:
        return False
    stops_all = error.outcome is Outcome.MISCONFIGURED and error.scope != "pair"
    waits = SLOWLY if error.scope == "alert" or (stops_all and not first) else SOON
    wait = timedelta(seconds=waits[posting.attempts])
    conn.execute(_REOPEN, [{"row": part.outbox_id, "until": now + wait, "code_": code}])
    conn.execute(_RESEND, [{"row": part.id}])
    metrics.sends.labels(part.channel, "failed_late").inc()
    return True


def _meaning(hub: Hub, part: Any, code: str) -> SendError:
    """What a code in a receipt would mean as the answer to a call."""
    table = hub.errors.get((part.channel, part.account))
    if table is None or not table.knows(code):
        return SendError(Outcome.CONTENT_REJECTED, code, incidents.LATE)
    return SendError(table.outcome(code), code, incidents.LATE, scope=table.scopes.get(code, "all"))
