"""Stops and lets go what a campaign has under way, set by set: messages that wait in the outbox, notices that wait."""

import json
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, func, literal_column, select, update

from storage.engine.schema import NEVER, Moment
from storage.notices import notices as rows
from storage.notices.notices import Decided
from storage.notices.tables import notices
from storage.queues import outbox
from storage.queues.tables import outbox as outbox_table

_ITS_MESSAGES = outbox_table.c.notification_id.in_(
    select(notices.c.id).where(notices.c.campaign_id == bindparam("campaign"), notices.c.state == rows.QUEUED)
)
_ITS_HELD = (notices.c.campaign_id == bindparam("campaign"), notices.c.state == rows.HELD)
_UNDER_WAY = select(outbox_table.c.id).where(
    outbox_table.c.notification_id == notices.c.id,
    outbox_table.c.state.in_((outbox.SENDING, outbox.UNKNOWN, outbox.SENT)),
)


def hold(conn: Connection, id_: str) -> None:
    """Lets nothing of a campaign leave that is not being sent right now, until `release`."""
    waiting = update(outbox_table).where(_ITS_MESSAGES, outbox_table.c.state == outbox.PENDING)
    conn.execute(waiting.values(not_before=NEVER), {"campaign": id_})
    conn.execute(update(notices).where(*_ITS_HELD).values(not_before=NEVER), {"campaign": id_})


def release(conn: Connection, id_: str, now: datetime) -> None:
    """Makes due what `hold` has stopped; each message is checked again before it leaves."""
    stopped = (outbox_table.c.state == outbox.PENDING, outbox_table.c.not_before == NEVER)
    conn.execute(update(outbox_table).where(_ITS_MESSAGES, *stopped).values(not_before=now), {"campaign": id_})
    held = (*_ITS_HELD, notices.c.not_before == NEVER)
    conn.execute(update(notices).where(*held).values(not_before=now), {"campaign": id_})


def cancel(conn: Connection, id_: str, code: str, now: datetime) -> None:
    """Ends all of a campaign that is neither sent nor being sent."""
    waiting = update(outbox_table).where(_ITS_MESSAGES, outbox_table.c.state.in_((outbox.PENDING, outbox.HELD)))
    ended = {"state": outbox.CANCELLED, "code": code, "finished_at": now}
    conn.execute(waiting.values(ended), {"campaign": id_})
    entry = json.dumps(Decided(rows.SKIPPED, code).entry(now))
    values = {"campaign": id_, "code_": code, "entry": f"{entry}]", "now": now}
    conn.execute(_CANCEL, values)


_SOME = case((notices.c.trace == "[]", ""), else_=", ")
_TRACE = func.substr(notices.c.trace, 1, func.length(notices.c.trace) - 1) + _SOME + bindparam("entry")
_CANCEL = (
    update(notices)
    .where(
        notices.c.campaign_id == bindparam("campaign"),
        notices.c.state.in_((rows.HELD, rows.QUEUED)),
        ~_UNDER_WAY.exists(),
    )
    .values(
        state=literal_column(f"'{rows.SKIPPED}'"),
        reason=bindparam("code_"),
        decided_at=bindparam("now", type_=Moment),
        not_before=None,
        trace=_TRACE,
    )
)
