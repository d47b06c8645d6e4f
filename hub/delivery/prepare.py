"""Picks the messages that may leave now: checks each again, asks for a slot, marks the row before any call."""

import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from core.cases.desk import PostNote
from core.errors import Outcome, SendError
from core.ids import new_id
from core.messages.outbound import OutboundMessage, Speaker, decode_message
from core.people.addresses import Address
from core.people.conversations import window_open
from core.people.one_time_codes import BLANK
from core.ports.calls import Part, Rendered, Sent
from core.ports.channel import Channel
from core.retries import RULES, Failure
from hub import metrics
from hub.delivery import desk_job, follow_up
from hub.delivery.job import Attempt, Job
from hub.delivery.outcomes import MARKETING_REST, NOT_PREPARED
from hub.delivery.postings import post_to_desk
from hub.delivery.rate_limit import Bucket, Pace, Request
from hub.hub import Hub, PairPace
from hub.media import attachments
from hub.notices import lifecycle
from storage.accounts import incidents
from storage.conversations import quotes
from storage.queues import due, outbox, parts
from storage.queues.outbox import Posting
from storage.queues.parts import PartRow

log = logging.getLogger(__name__)

REPLY_HORIZON = 2.0  # seconds a reply may be scheduled ahead
BULK_HORIZON = 0.25  # bulk reserves little, so that a reply finds the next slot free
LONG_WAIT = 1.0  # a wait longer than this goes back into the row
PACE_MARGIN = 0.99  # sleeping is never exact; a sender at its limit must not be seen above it
DESK_INTERVAL = 1.0  # Slack: about one post per second and channel, short bursts tolerated
DESK_BURST = 8
UNLIMITED = PairPace(0)
OFF_WAIT = timedelta(seconds=RULES[Failure.CHANNEL_OFF].wait(0))


@dataclass(frozen=True)
class Refusal(Exception):
    """Raised when the row must not be sent: not now (`wait` is given), or not at all."""

    code: str
    outcome: Outcome
    wait: timedelta | None = None
    burned: int = 0


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
    prepared, over = _within_budget(hub, pace, prepared, now)
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


def _within_budget(
    hub: Hub, pace: Pace, jobs: list[Job], now: datetime
) -> tuple[list[Job], list[tuple[str, datetime]]]:
    """Divides jobs into those that may go, and (id, until) of those that open more conversations than a day allows."""
    going, over = [], []
    for job in jobs:
        most = hub.budgets.get(job.posting.channel, 0) if job.opens else 0
        wait = pace.admit(f"budget:{job.posting.channel}", job.posting.value, most) if most else 0.0
        if wait > 0:
            over.append((job.posting.id, now + timedelta(seconds=wait)))
        else:
            going.append(job)
    return going, over


def _bulk(hub: Hub, conn: Connection, now: datetime, room: int) -> list[Posting]:
    """Finds due notices: of each sender as many as its pace may let go, so that no sender delays another."""
    if room <= 0:
        return []
    found: list[Posting] = []
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
    for posting in candidates:
        try:
            prepared.append(make_job(hub, conn, posting, made.get(posting.id, []), now))
        except Refusal as refusal:
            refused.append((posting, refusal))
        except attachments.NotYet:
            refused.append((posting, Refusal("file_coming", Outcome.RETRY, attachments.LOOK_AGAIN)))
        except attachments.Lost as lost:
            refused.append((posting, Refusal(lost.code, Outcome.CONTENT_REJECTED)))
        except OperationalError:  # the database is away: no fault of this message
            raise
        except Exception:  # one row that cannot be prepared must not stop the others
            log.exception("a message could not be prepared", extra={"outbox_id": posting.id})
            refused.append((posting, _not_prepared(posting)))
    return prepared, refused


def _not_prepared(posting: Posting) -> Refusal:
    """Refuses a row that a fault of ours keeps from being prepared: it waits, though not for ever."""
    rule = RULES[Failure.NOT_PREPARED]
    if not rule.is_over(posting.attempts):
        return Refusal(NOT_PREPARED, Outcome.RETRY, timedelta(seconds=rule.wait(posting.attempts)), burned=1)
    return Refusal(NOT_PREPARED, Outcome.CONTENT_REJECTED, burned=1)


def make_job(hub: Hub, conn: Connection, posting: Posting, made: list[PartRow], now: datetime) -> Job:
    """Makes the job for a row: checks expiry, channel, window and files again.

    Raises Refusal, attachments.NotYet, attachments.Lost.
    """
    if posting.expires_at and posting.expires_at <= now:
        raise Refusal("expired", Outcome.CONTENT_REJECTED)
    if posting.lane == outbox.DESK:
        return _to_desk(hub, conn, posting, made)
    channel = hub.channel(posting.channel, posting.account)
    if channel is None:
        raise Refusal("channel_off", Outcome.MISCONFIGURED, OFF_WAIT)
    message = _current(hub, conn, posting, now)
    message = _placed(conn, message, posting, channel)
    message = within_window(message, posting, channel, now)
    message, missing = (message, ()) if made else attachments.ready(hub, conn, message, posting.created_at, now)
    rendered = None if made else channel.render(_with_previews(hub, message, channel))
    attempts = _render(rendered, now) if rendered else tuple(_attempts(made))
    if not attempts:
        raise Refusal("nothing_to_say", Outcome.CONTENT_REJECTED)
    to = Address(posting.channel, posting.account, posting.value)

    async def call(attempt: Attempt) -> Sent:
        part = _with_code(attempt.part, hub.code_of(message.one_time_code)) if message.one_time_code else attempt.part
        return await channel.send(part, to, attempt.id)

    hours = channel.capabilities.window_hours
    opens = not window_open(posting.last_inbound_at, hours, now)
    spoken = max((n for n, each in enumerate(attempts, 1) if not each.part.silent), default=len(attempts))
    losses = rendered.degradations if rendered else ()
    return Job(posting, attempts[:spoken], 0.0, call, losses, opens, missing, attempts[spoken:])


def _with_code(part: Part, code: str) -> Part:
    """Puts a one-time code where it belongs: the row of the part never has it."""
    said = msgspec.json.encode(part.payload).decode().replace(BLANK, code)
    return msgspec.structs.replace(part, payload=msgspec.json.decode(said))


def _current(hub: Hub, conn: Connection, posting: Posting, now: datetime) -> OutboundMessage:
    """Reads the message as it was written; plans a notice anew, as consent, window or the news may have changed."""
    if not posting.notice_id:
        return decode_message(posting.payload)
    message = lifecycle.message_now(hub, conn, posting, now)
    if isinstance(message, str):
        raise Refusal(message, Outcome.CONTENT_REJECTED)
    return message


def _placed(conn: Connection, message: OutboundMessage, posting: Posting, channel: Channel) -> OutboundMessage:
    """Says where in the chat the message goes, and by which id the provider knows what it quotes.

    A quote of what is gone, or never went out, is dropped: the words count.
    """
    if message.route is None and posting.route:
        message = msgspec.structs.replace(message, route=posting.route)
    if message.quote and channel.capabilities.quoting:
        message = msgspec.structs.replace(message, reply_to=quotes.providers_id(conn, posting.key, message.quote))
    return message


def _with_previews(hub: Hub, message: OutboundMessage, channel: Channel) -> OutboundMessage:
    """Shows links with their previews where the store wants that and the message does not say."""
    wanted = hub.notices.shop.link_previews.get(channel.channel, False)
    if not wanted or message.link_preview is not None or not channel.capabilities.link_previews:
        return message
    return msgspec.structs.replace(message, link_preview=True)


def within_window(message: OutboundMessage, posting: Posting, channel: Channel, now: datetime) -> OutboundMessage:
    """Lets free text pass only while the window is open; an agent's longer, where the channel says so.

    Raises Refusal.
    """
    limits = channel.capabilities
    if message.template or window_open(posting.last_inbound_at, limits.window_hours, now):
        return message
    human = limits.human_window_hours if message.speaker is Speaker.AGENT else None
    if human and window_open(posting.last_inbound_at, human, now):
        return msgspec.structs.replace(message, late=True)
    raise Refusal("window_closed", Outcome.WINDOW_CLOSED)


def _to_desk(hub: Hub, conn: Connection, posting: Posting, made: list[PartRow]) -> Job:
    if hub.desk is None:
        raise Refusal("desk_off", Outcome.MISCONFIGURED, OFF_WAIT)
    attempts = tuple(_attempts(made)) or _render(Rendered(desk_job.parts_of(conn, posting)), hub.now())
    if not attempts:
        raise Refusal("nothing_new", Outcome.CONTENT_REJECTED)
    return desk_job.desk_job(hub, conn, posting, hub.desk, attempts)


def _attempts(made: list[PartRow]) -> list[Attempt]:
    return [
        Attempt(row.id, Part(row.call, json.loads(row.payload), row.silent), row.repeats, row.tries + 1)
        for row in made
        if row.state not in (outbox.SENT, outbox.FAILED)
    ]


def _render(rendered: Rendered, now: datetime) -> tuple[Attempt, ...]:
    return tuple(Attempt(new_id(now), part) for part in rendered.parts)


def pace_request(hub: Hub, job: Job) -> Request:
    """Names the limits of a message. The sender's is always among them, so that a provider's pause holds."""
    posting = job.posting
    horizon = REPLY_HORIZON if posting.priority == 0 else BULK_HORIZON
    sender = f"pace:{posting.channel}:{posting.account}"
    if posting.lane == outbox.DESK:
        return Request((Bucket(sender, DESK_INTERVAL, DESK_BURST),), horizon)
    limits = hub.paces.get(posting.channel, UNLIMITED)
    buckets = [Bucket(sender, 1 / (limits.rate * PACE_MARGIN) if limits.rate else 0.0)]
    if limits.pair_seconds:
        buckets.append(Bucket(f"pace:{posting.key}", limits.pair_seconds / PACE_MARGIN, limits.pair_burst))
    return Request(tuple(buckets), horizon)


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
        parts.start(conn, [job.parts[0].id for job, _ in started if job.posting.rendered], now)
        for job in fresh:
            _tell_missing(hub, conn, job, now)
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
