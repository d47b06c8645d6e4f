"""Holds what was on its way when a backup was made: what is restored cannot know what became of it.

The installation that made the backup went on, and may have sent it. So nothing of it leaves, and no campaign runs,
until an operator says so; what comes in later is new and taken as ever.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, select, update

from core.messages.receipts import PartState
from core.people.addresses import mask
from storage.campaigns.campaigns import PAUSED, RUNNING, SCHEDULED
from storage.campaigns.tables import campaigns
from storage.engine.schema import NEVER
from storage.notices import notices as notice_rows
from storage.notices.deadlines import HAS_DEADLINE
from storage.notices.notices import Decided
from storage.notices.tables import notices
from storage.outgoing import rows as outgoing_rows
from storage.outgoing.tables import outgoing
from storage.queues import inbox, outbox
from storage.queues.inbox import RECEIPT
from storage.queues.tables import inbox as inbox_table
from storage.queues.tables import outbox as outbox_table
from storage.queues.tables import outbox_parts, timers

RESTORED, DROPPED = "restored", "dropped"  # codes
MESSAGE, NOTICE, RECEIVED, CAMPAIGN, OUTGOING = "message", "notice", "received", "campaign", "outgoing"
CAMPAIGNS = ("holiday_reminders",)  # timers that write to many
REMINDED = timedelta(days=2)  # a reminder may come a day late: after two days, those of today are over

_MESSAGES = outbox_table.c.state == outbox.HELD
_NOTICES = (notices.c.state == notice_rows.HELD, notices.c.not_before.is_(None))
_RECEIVED = inbox_table.c.state == inbox.HELD
_OUTGOING = outgoing.c.state == outgoing_rows.HELD
_CAMPAIGNS = (timers.c.kind.in_(CAMPAIGNS), timers.c.due_at == NEVER)


class Held(msgspec.Struct, frozen=True):
    """Holds one thing that waits for an operator's word. `about` names a channel, kind or lane, never words."""

    id: str
    what: str
    about: str
    to: str
    at: datetime | None


def hold(conn: Connection) -> None:
    """Holds everything that was not final."""
    conn.execute(update(outbox_table).where(outbox.IS_OPEN).values(state=outbox.HELD, code=RESTORED))
    conn.execute(update(notices).where(notice_rows.IS_HELD).values(not_before=None, reason=RESTORED))
    conn.execute(update(notices).where(HAS_DEADLINE).values(deadline_at=None))  # its receipt came there, not here
    pending = (inbox.IS_PENDING, inbox_table.c.lane != RECEIPT)  # a receipt sends nothing
    conn.execute(update(inbox_table).where(*pending).values(state=inbox.HELD))
    conn.execute(update(outgoing).where(outgoing_rows.IS_OPEN).values(state=outgoing_rows.HELD, code=RESTORED))
    conn.execute(update(timers).where(timers.c.kind.in_(CAMPAIGNS)).values(due_at=NEVER))
    begun = campaigns.c.state.in_((SCHEDULED, RUNNING))
    conn.execute(update(campaigns).where(begun).values(state=PAUSED, reason=RESTORED))


def listed(conn: Connection) -> list[Held]:
    """Lists what is held, oldest first of each sort. Addresses are masked."""
    messages = select(outbox_table).where(_MESSAGES).order_by(outbox_table.c.id)
    kept = select(notices).where(*_NOTICES).order_by(notices.c.id)
    received = select(inbox_table).where(_RECEIVED).order_by(inbox_table.c.id)
    leaving = select(outgoing).where(_OUTGOING).order_by(outgoing.c.id)
    return [
        *(Held(r.id, RECEIVED, f"{r.source} {r.lane}", "", r.received_at) for r in conn.execute(received)),
        *(Held(r.id, MESSAGE, f"{r.channel} {r.speaker}", mask(r.value), r.created_at) for r in conn.execute(messages)),
        *(Held(r.id, NOTICE, r.kind, r.order_number or "", r.created_at) for r in conn.execute(kept)),
        *(Held(r.id, OUTGOING, r.type, r.order_number or "", r.created_at) for r in conn.execute(leaving)),
        *(Held(r.kind, CAMPAIGN, r.kind, "", r.done_until) for r in conn.execute(select(timers).where(*_CAMPAIGNS))),
    ]


def paused(conn: Connection) -> list[Held]:
    """Lists the campaigns that a restore has paused; an operator resumes or cancels each (`doorstep campaign`)."""
    mine = (campaigns.c.state == PAUSED, campaigns.c.reason == RESTORED)
    found = conn.execute(select(campaigns).where(*mine).order_by(campaigns.c.id))
    return [Held(row.id, CAMPAIGN, row.kind, "", row.created_at) for row in found]


def send(conn: Connection, ids: Collection[str], now: datetime) -> None:
    """Lets what is held go on, as if it had come now; each message and notice is checked again before it leaves."""
    messages = list(conn.scalars(select(outbox_table.c.id).where(_MESSAGES, outbox_table.c.id.in_(ids))))
    unsent = (outbox_parts.c.outbox_id.in_(messages), outbox_parts.c.state != PartState.SENT.value)
    conn.execute(update(outbox_parts).where(*unsent).values(state=PartState.PENDING.value))
    going = {"state": outbox.PENDING, "not_before": now, "code": None}
    conn.execute(update(outbox_table).where(outbox_table.c.id.in_(messages)).values(going))
    conn.execute(update(notices).where(*_NOTICES, notices.c.id.in_(ids)).values(not_before=now))
    mine = update(inbox_table).where(_RECEIVED, inbox_table.c.id.in_(ids))
    conn.execute(mine.values(state=inbox.PENDING))
    for id_ in conn.scalars(select(outgoing.c.id).where(_OUTGOING, outgoing.c.id.in_(ids))).all():
        outgoing_rows.repeat(conn, id_, now)
    conn.execute(update(timers).where(*_CAMPAIGNS, timers.c.kind.in_(ids)).values(due_at=now))


def drop(conn: Connection, ids: Collection[str], now: datetime) -> None:
    """Ends what is held; a campaign goes on with what comes due from now on."""
    over = select(outbox_table.c.notification_id).where(_MESSAGES, outbox_table.c.id.in_(ids))
    ended = {*ids, *(each for each in conn.scalars(over) if each)}
    mine = update(outbox_table).where(_MESSAGES, outbox_table.c.id.in_(ids))
    conn.execute(mine.values(state=outbox.CANCELLED, code=DROPPED, finished_at=now))
    for row in notice_rows.by_ids(conn, list(ended)):
        if row.state in (notice_rows.HELD, notice_rows.QUEUED):
            notice_rows.record(conn, row, Decided(notice_rows.SKIPPED, DROPPED, row.channel), now)
    mine = update(inbox_table).where(_RECEIVED, inbox_table.c.id.in_(ids))
    conn.execute(mine.values(state=inbox.HANDLED, handled_at=now, error=DROPPED))
    given_up = {"state": outgoing_rows.FAILED, "code": DROPPED, "finished_at": now}
    conn.execute(update(outgoing).where(_OUTGOING, outgoing.c.id.in_(ids)).values(given_up))
    conn.execute(update(timers).where(*_CAMPAIGNS, timers.c.kind.in_(ids)).values(due_at=now + REMINDED))
