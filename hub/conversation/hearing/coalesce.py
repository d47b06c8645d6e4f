"""Joins what is pending for one conversation: an album is one message, and edits are already made."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from core.messages.inbound import Changed, Deleted, Edited, InboundMessage, Said
from core.people.consent import keyword
from flows.understanding.advice.answer import NO_ADVICE, Advice

ALBUM = timedelta(seconds=1)  # the parts of an album come as separate updates within about a second
_CLOCK = 1.0  # second that a channel's times may be off, as some have no fractions

Event = Said | Changed


class Heard(NamedTuple):
    """Holds an event, the inbox row that brought it (of several, the last), and what was advised on it."""

    event: Event
    cause: str
    advice: Advice = NO_ADVICE


def is_open(events: Sequence[Event], received_at: datetime, now: datetime) -> bool:
    """Tells whether the newest event is part of an album of which more may still be on the way."""
    last = events[-1]
    return isinstance(last, InboundMessage) and bool(last.album) and now < received_at + ALBUM


def fold(events: Sequence[Event], causes: Sequence[str], join_seconds: float) -> list[Heard]:
    """Carries out edits and deletions of messages that are still pending; joins the parts of an album, and plain texts
    that came within `join_seconds` of one another (0: never)."""
    folded: list[Heard] = []
    for event, cause in zip(events, causes, strict=True):
        at = _pending(event, folded)
        before = folded[-1].event if folded else None
        if at is not None and isinstance(event, Edited):
            folded[at] = Heard(_corrected(folded[at].event, event), folded[at].cause)
        elif at is not None:
            del folded[at]
        elif _same_album(before, event) or _within(before, event, join_seconds):
            folded[-1] = Heard(_joined(before, event, "\n"), cause)
        else:
            folded.append(Heard(event, cause))
    return folded


def is_fragment(event: Event, following: Event | None, seconds: float, *, may_wait: bool) -> bool:
    """Tells whether plain words may belong to what follows within `seconds`, or to what may still come."""
    if not seconds or not isinstance(event, InboundMessage) or not _plain(event):
        return False
    return may_wait if following is None else _within(event, following, seconds + _CLOCK)


def joined(before: Heard, after: Heard) -> Heard:
    """Makes one message of two, handled with the later."""
    return Heard(_joined(before.event, after.event, "\n"), after.cause)


def _pending(event: Event, folded: Sequence[Heard]) -> int | None:
    """Finds the place in `folded` of the message that this edit or deletion is about, if it is pending too."""
    if not isinstance(event, (Edited, Deleted)):
        return None
    found = (n for n, (said, *_) in enumerate(folded) if isinstance(said, InboundMessage) and said.name == event.target)
    return next(found, None)


def _corrected(message: Event, edit: Edited) -> Event:
    attachments = edit.attachments or getattr(message, "attachments", ())
    return msgspec.structs.replace(message, text=edit.text, attachments=attachments)


def _same_album(before: Event | None, event: Event) -> bool:
    return (
        isinstance(before, InboundMessage)
        and isinstance(event, InboundMessage)
        and bool(event.album)
        and before.album == event.album
    )


def _within(before: Event | None, event: Event, seconds: float) -> bool:
    return (
        bool(seconds)
        and isinstance(before, InboundMessage)
        and isinstance(event, InboundMessage)
        and _plain(before)
        and _plain(event)
        and not (event.reply_to or event.quoted)
        and before.route == event.route
        and (event.sent_at - before.sent_at).total_seconds() <= seconds
    )


def _plain(event: InboundMessage) -> bool:
    return not (event.choice or event.attachments or event.standby or keyword(event.text, event.sender.channel))


def _joined(before: Event | None, event: Event, between: str) -> Event:
    """Returns the later message, with the words and files of both, what either points at, and what brought the
    customer here."""
    if not isinstance(before, InboundMessage) or not isinstance(event, InboundMessage):
        raise TypeError("only messages are joined")
    text = between.join(filter(None, (before.text, event.text)))
    pointing = event if event.reply_to or event.quoted else before
    return msgspec.structs.replace(
        event,
        text=text,
        attachments=(*before.attachments, *event.attachments),
        reply_to=pointing.reply_to,
        quoted=pointing.quoted,
        referral=event.referral or before.referral,
    )
