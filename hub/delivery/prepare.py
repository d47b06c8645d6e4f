"""Makes the calls of a message, after checking again whether it may leave."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

import msgspec
from sqlalchemy import Connection

from core.encoding import encode
from core.errors import Outcome
from core.ids import new_id
from core.messages.outbound import OutboundMessage, Speaker, decode_message, promises_of
from core.people.addresses import Address
from core.people.conversations import window_open
from core.people.one_time_codes import BLANK
from core.ports.calls import Part, Rendered, Sent
from core.ports.channel import Channel, Reviser
from core.retries import RULES, Failure
from hub.delivery import desk_job
from hub.delivery.job import Attempt, Job
from hub.hub import Hub
from hub.media import attachments
from hub.notices import lifecycle
from storage.conversations import quotes
from storage.queues import outbox, parts
from storage.queues.outbox import Posting
from storage.queues.parts import PartRow

Notices = Mapping[str, OutboundMessage | str]
OFF_WAIT = timedelta(seconds=RULES[Failure.CHANNEL_OFF].wait(0))


@dataclass(frozen=True)
class Refusal(Exception):
    """Raised when the row must not be sent: not now (`wait` is given), or not at all."""

    code: str
    outcome: Outcome
    wait: timedelta | None = None
    burned: int = 0


def make_job(
    hub: Hub,
    conn: Connection,
    posting: Posting,
    made: list[PartRow],
    now: datetime,
    notices: Notices = MappingProxyType({}),
) -> Job:
    """Makes the job for a row: checks expiry, channel, window and files again.

    `notices`: what was planned of notices just now, by the row's id.
    Raises Refusal, attachments.NotYet, attachments.Lost.
    """
    if posting.expires_at and posting.expires_at <= now:
        raise Refusal("expired", Outcome.CONTENT_REJECTED)
    if posting.lane == outbox.DESK:
        return _to_desk(hub, conn, posting, made)
    channel = hub.channel(posting.channel, posting.account)
    if channel is None:
        raise Refusal("channel_off", Outcome.MISCONFIGURED, OFF_WAIT)
    message = _current(hub, conn, posting, now, notices)
    said = posting if made else _as_said(posting, message)
    message = _placed(conn, message, posting, channel)
    message = within_window(message, posting, channel, now)
    message, missing = (message, ()) if made else attachments.ready(hub, conn, message, posting.created_at, now)
    rendered = None if made else _rendered(hub, conn, message, channel)
    attempts = _render(rendered, now) if rendered else tuple(_attempts(made))
    if not attempts:
        raise Refusal("nothing_to_say", Outcome.CONTENT_REJECTED)
    to = Address(posting.channel, posting.account, posting.value)

    async def call(attempt: Attempt) -> Sent:
        part = _with_code(attempt.part, hub.code_of(message.one_time_code)) if message.one_time_code else attempt.part
        part = _valid_until(part, posting.expires_at, hub.now()) if posting.expires_at else part
        return await channel.send(part, to, attempt.id)

    hours = channel.capabilities.window_hours
    opens = not window_open(posting.last_inbound_at, hours, now)
    spoken = max((n for n, each in enumerate(attempts, 1) if not each.part.silent), default=len(attempts))
    losses = rendered.degradations if rendered else ()
    return Job(
        said, attempts[:spoken], 0.0, call, losses, opens, missing, attempts[spoken:], reworded=said is not posting
    )


def _rendered(hub: Hub, conn: Connection, message: OutboundMessage, channel: Channel) -> Rendered:
    """Renders a message's calls, or those that change an earlier one. Raises Refusal."""
    if not message.changes:
        return channel.render(_with_previews(hub, message, channel))
    sent = parts.sent_of(conn, message.changes)
    revised = channel.revise(message, sent) if isinstance(channel, Reviser) else None
    if revised is None:
        raise Refusal("not_changeable", Outcome.CONTENT_REJECTED)
    return revised


def _with_code(part: Part, code: str) -> Part:
    """Puts a one-time code where it belongs: the row of the part never has it."""
    said = msgspec.json.encode(part.payload).decode().replace(BLANK, code)
    return msgspec.structs.replace(part, payload=msgspec.json.decode(said))


def _valid_until(part: Part, until: datetime, now: datetime) -> Part:
    """Says for how long a call's message is of use, by whole seconds."""
    return msgspec.structs.replace(part, valid_for=max(1, int((until - now).total_seconds())))


def _current(hub: Hub, conn: Connection, posting: Posting, now: datetime, notices: Notices) -> OutboundMessage:
    """Reads the message as it was written; plans a notice anew, as consent, window or the news may have changed."""
    if not posting.notice_id:
        return decode_message(posting.payload)
    planned = notices if posting.id in notices else lifecycle.messages_now(hub, conn, [posting], now)
    message = planned[posting.id]
    if isinstance(message, str):
        raise Refusal(message, Outcome.CONTENT_REJECTED)
    return message


def _as_said(posting: Posting, message: OutboundMessage) -> Posting:
    """Returns a notice's row with the words that leave, where they promise something else than when it was queued."""
    if not posting.notice_id or message.promises == promises_of(posting.payload):
        return posting
    return msgspec.structs.replace(posting, payload=encode(message))


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
    told = desk_job.tell(hub, conn, posting)
    attempts = tuple(_attempts(made)) or _render(Rendered(desk_job.parts_of(hub, conn, told)), hub.now())
    if not attempts:
        raise Refusal("nothing_new", Outcome.CONTENT_REJECTED)
    return desk_job.desk_job(hub, conn, told, hub.desk, attempts)


def _attempts(made: list[PartRow]) -> list[Attempt]:
    return [
        Attempt(row.id, Part(row.call, json.loads(row.payload), row.silent), row.repeats, row.tries + 1)
        for row in made
        if row.state not in (outbox.SENT, outbox.FAILED)
    ]


def _render(rendered: Rendered, now: datetime) -> tuple[Attempt, ...]:
    return tuple(Attempt(new_id(now), part) for part in rendered.parts)
