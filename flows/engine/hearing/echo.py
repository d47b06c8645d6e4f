"""Notices two machines that talk to each other: the same words, and the same answer, again and again."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from flows.engine.events import UserMessage
from flows.engine.session import Echo, Session

SAME_PAIRS, WITHIN = 5, timedelta(minutes=2)


def is_loop(session: Session, message: UserMessage, now: datetime) -> bool:
    """Tells whether a message would only be answered the same once more."""
    echo = session.echo
    repeated = echo is not None and echo.times >= SAME_PAIRS and echo.heard == _heard(message)
    return repeated and echo is not None and now - echo.since <= WITHIN


def answered(session: Session, message: UserMessage, said: Sequence[str], now: datetime) -> Session:
    """Returns the session with what was heard and said, counted where it is the same as before."""
    heard, words = _heard(message), _digest(said)
    echo = session.echo
    if not said:
        return session
    if echo is not None and (echo.heard, echo.said) == (heard, words) and now - echo.since <= WITHIN:
        return replace(session, echo=replace(echo, times=echo.times + 1))
    return replace(session, echo=Echo(heard, words, 1, now))


def _heard(message: UserMessage) -> str:
    return _digest((message.text, message.choice.title if message.choice else "", *message.attachments))


def _digest(words: Sequence[str]) -> str:
    return hashlib.blake2s(msgspec.json.encode(words), digest_size=6).hexdigest()
