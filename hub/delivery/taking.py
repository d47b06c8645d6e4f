"""Picks the messages that may leave now: has each checked again, asks for a slot, marks the row before any call."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from core.desk.posts import PostNote
from core.errors import Outcome, SendError
from core.messages.outbound import OutboundMessage
from core.retries import RULES, Failure
from hub import metrics
from hub.delivery.job import Attempt, Job
from hub.delivery.outcomes import follow_up
from hub.delivery.outcomes.judging import MARKETING_REST, NOT_PREPARED
from hub.delivery.pace.limits import BULK_HORIZON, UNLIMITED, pace_request, within_budget
from hub.delivery.pace.rate_limit import Pace
from hub.delivery.postings import post_to_desk
from hub.delivery.prepare import Refusal, make_job
from hub.hub import Hub
from hub.media import attachments
from hub.notices import lifecycle
from storage.accounts import incidents
from storage.queues import due, outbox, parts
from storage.queues.outbox import Posting
from storage.queues.parts import PartRow

log = logging.getLogger(__name__)
LONG_WAIT = 1.0  # a wait longer than this goes back into the row


def take_due(hub: Hub, pace: Pace, room: int, bulk: int | None = None) -> tuple[list[Job], float]:
    """Takes up to `room` messages, `bulk` of them notices, and marks them as being sent.

    Returns their jobs, and the seconds after which asking again may find more.
    """
    now = hub.now()
    with hub.store.read() as conn:
        candidates, wait = _due(hub, conn, now, room, room if bulk is None else bulk)
        if not candidates:
            return [], wait
        made = parts.of_messages(conn, [c.id for c in candidates if c.rendered])
        prepared, refused = _prepare_all(hub, conn, candidates, made, now)
    prepared, over = within_budget(hub, pace, sorted(prepared, key=lambda job: job.rank), now)
    waits = pace.reserve([pace_request(hub, job) for job in prepared])
    going = [(job, wait) for job, wait in zip(prepared, waits, strict=True) if wait >= 0]
    later = [
        (job.posting.id, now + timedelta(seconds=-wait)) for job, wait in zip(prepared, waits, strict=True) if wait < 0
    ]
    started = _start(hub, going, over + later, refused, now)
    soonest = min((-wait for wait in waits if wait < 0), default=0.02)
    return started, min(soonest, 0.1)


def _due(hub: Hub, conn: Connection, now: datetime, room: int, bulk: int) -> tuple[list[Posting], float]:
    """Finds what is due, or the seconds until the next message is: one statement where nothing waits."""
    upcoming = due.upcoming(conn)
    found = due.due_replies(conn, now, room) if upcoming.reply and upcoming.reply <= now else []
    if upcoming.bulk_is_due(now):
        found += _bulk(hub, conn, now, min(room - len(found), bulk))
    if found:
        return found, 0.0
    blocked = upcoming.first is not None and upcoming.first <= now  # it waits for another message
    following = due.next_due(conn, now) if blocked else upcoming.first
    return [], (following - now).total_seconds() if following else 60.0


def _bulk(hub: Hub, conn: Connection, now: datetime, room: int) -> list[Posting]:
    """Finds due notices: of each sender as many as its pace may let go, so that no sender delays another."""
    if room <= 0:
        return []
    found = due.due_behind(conn, now, room) if hub.has_desk else []
    resting = incidents.resting(conn, now - MARKETING_REST)
    for channel, account in hub.channels:
        rate = hub.paces.get(channel, UNLIMITED).rate
        quota = int(rate * BULK_HORIZON) + 2 if rate else room
        marketing = (channel, account) not in resting
        found += due.due_bulk(conn, now, channel, account, min(quota, room - len(found)), marketing=marketing)
    return found


def _prepare_all(
    hub: Hub, conn: Connection, candidates: list[Posting], made: dict[str, list[PartRow]], now: datetime
) -> tuple[list[Job], list[tuple[Posting, Refusal]]]:
    prepared, refused = [], []
    notices = _notices_now(hub, conn, candidates, now)
    for posting in candidates:
        try:
            prepared.append(make_job(hub, conn, posting, made.get(posting.id, []), now, notices))
        except Refusal as refusal:
            refused.append((posting, refusal))
        except attachments.NotYet as waits:
            refused.append((posting, Refusal("file_coming", Outcome.RETRY, waits.wait)))
        except attachments.Lost as lost:
            refused.append((posting, Refusal(lost.code, Outcome.CONTENT_REJECTED)))
        except OperationalError:  # the database is away: no fault of this message
            raise
        except Exception:  # one row that cannot be prepared must not stop the others
            log.exception("a message could not be prepared", extra={"outbox_id": posting.id})
            refused.append((posting, _not_prepared(posting)))
    return prepared, refused


def _notices_now(
    hub: Hub, conn: Connection, candidates: list[Posting], now: datetime
) -> dict[str, OutboundMessage | str]:
    """Plans the notices among the candidates together; none, where one of them cannot be: then each is by itself."""
    try:
        return lifecycle.messages_now(hub, conn, [each for each in candidates if each.notice_id], now)
    except OperationalError:
        raise
    except Exception:
        log.exception("notices could not be planned together")
        return {}


def _not_prepared(posting: Posting) -> Refusal:
    """Refuses a row that a fault of ours keeps from being prepared: it waits, though not for ever."""
    rule = RULES[Failure.NOT_PREPARED]
    if not rule.is_over(posting.attempts):
        return Refusal(NOT_PREPARED, Outcome.RETRY, timedelta(seconds=rule.wait(posting.attempts)), burned=1)
    return Refusal(NOT_PREPARED, Outcome.CONTENT_REJECTED, burned=1)


def _start(
    hub: Hub,
    going: list[tuple[Job, float]],
    later: list[tuple[str, datetime]],
    refused: list[tuple[Posting, Refusal]],
    now: datetime,
) -> list[Job]:
    """Marks rows as being sent and commits, before any call; leaves out what another worker took meanwhile."""
    waits = [(id_, until) for id_, until in later if (until - now).total_seconds() > LONG_WAIT]
    if not (going or waits or refused):
        return []
    with hub.store.write() as conn:
        going = _still_waiting(conn, going)
        outbox.delay(conn, waits)
        ours = outbox.take(conn, [job.posting.id for job, _ in going], now)
        started = [(job, wait) for job, wait in going if job.posting.id in ours]
        fresh = [job for job, _ in started if not job.posting.rendered]
        parts.add(conn, [part_row(job, n, part, now) for job in fresh for n, part in enumerate(job.parts)])
        outbox.mark_rendered(conn, [(job.posting.id, len(job.parts), job.losses) for job in fresh])
        outbox.absorb(conn, [id_ for job in fresh for id_ in job.joined], now)
        outbox.reword(conn, [(job.posting.id, job.posting.payload) for job in fresh if job.reworded])
        parts.start(conn, [job.parts[0].id for job, _ in started if job.posting.rendered], now)
        for job in fresh:
            _tell_missing(hub, conn, job, now)
            for post in job.followed_by:
                post_to_desk(hub, conn, post, job.posting.case_id or "", now)
        for posting, refusal in refused:
            _refuse(hub, conn, posting, refusal, now)
    return [replace(job, wait=wait) for job, wait in started]


def _still_waiting(conn: Connection, going: list[tuple[Job, float]]) -> list[tuple[Job, float]]:
    """Keeps jobs whose first part still waits for this very try: a receipt may have proved that it got through."""
    again = {job.parts[0].id: job.parts[0].tries for job, _ in going if job.posting.rendered}
    if not again:
        return going
    parts.lock(conn, ids=again)
    waiting = {id_ for id_, tries in parts.waiting(conn, again).items() if tries + 1 == again[id_]}
    return [(job, wait) for job, wait in going if not job.posting.rendered or job.parts[0].id in waiting]


def part_row(job: Job, n: int, attempt: Attempt, now: datetime) -> dict[str, Any]:
    """Makes the row of a part; the first of a message is marked as being sent."""
    return {
        "id": attempt.id,
        "outbox_id": job.posting.id,
        "n": n,
        "key": job.posting.key,
        "channel": job.posting.channel,
        "account": job.posting.account,
        "call": attempt.part.call,
        "payload": msgspec.json.encode(attempt.part.payload).decode(),
        "silent": attempt.part.silent,
        "state": outbox.SENDING if n == 0 else outbox.PENDING,
        "tries": int(n == 0),
        "started_at": now if n == 0 else None,
    }


def _tell_missing(hub: Hub, conn: Connection, job: Job, now: datetime) -> None:
    """Tells the agent which of their files stayed behind."""
    if job.missing and job.posting.case_id:
        note = PostNote(job.posting.case_id, " ".join((":warning:", *job.missing)))
        post_to_desk(hub, conn, note, job.posting.case_id, now)


def _refuse(hub: Hub, conn: Connection, posting: Posting, refusal: Refusal, now: datetime) -> None:
    """Ends the row without a call, or lets it wait (a channel that is switched off, a file that is coming)."""
    ended = outbox.FAILED if refusal.burned else outbox.CANCELLED
    state = outbox.PENDING if refusal.wait else ended
    until = now + (refusal.wait or timedelta(0))
    if not outbox.refuse(conn, posting.id, state, refusal.code, until, refusal.burned):
        return  # another worker was quicker
    if refusal.outcome is not Outcome.RETRY:
        metrics.sends.labels(posting.channel, refusal.code).inc()
    if refusal.wait:
        return
    try:
        with conn.begin_nested():
            follow_up.failed(hub, conn, posting, SendError(refusal.outcome, refusal.code), now)
    except Exception:  # a bad message must not keep the others from leaving
        log.exception("the end of a message was not told", extra={"outbox_id": posting.id})
