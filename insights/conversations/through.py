"""Reads all of one conversation, from its first message on, for a file: a page of messages at a time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import merge

from sqlalchemy import Connection

from core.ids import EPOCH
from insights.conversations.happenings import Happening, happened, stories
from insights.conversations.lines import Line, lines
from insights.conversations.whole import PAGE, moment
from storage.conversations import history
from storage.people import families

FIRST = "0"  # an id before all others


def through(conn: Connection, id_: str, customer_id: str, now: datetime) -> Iterator[Line | Happening]:
    """Yields what was said and what happened, in order."""
    people, held = families.members(conn, customer_id), stories(conn, id_)
    events = sorted(happened(conn, people, held, EPOCH, now + timedelta(days=1)), key=moment)
    return merge(_said(conn, id_), events, key=moment)


def _said(conn: Connection, id_: str) -> Iterator[Line]:
    start = FIRST
    while start:
        page = history.page(conn, id_, PAGE, "", start)
        yield from sorted(lines(conn, id_, page.said), key=moment)
        start = page.following
