"""Warns the owners of cases before the reply window of a customer who waits is closed: once for each last message."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.desk.posts import PostNote
from core.ports.channel import Channel
from hub.delivery.postings import post_to_desk
from hub.desk.replying import reply_words
from hub.desk.undelivered.reply_window import hours_of
from hub.hub import Hub
from storage.desk import windows

BEFORE = timedelta(hours=1)


def warn(hub: Hub, now: datetime) -> int:
    """Warns of what closes within the hour; returns how many were warned."""
    with hub.store.write() as conn:
        return sum(_warn(hub, conn, channel, now) for channel in hub.channels.values())


def _warn(hub: Hub, conn: Connection, channel: Channel, now: datetime) -> int:
    hours = hours_of(channel.capabilities)
    if hours is None:
        return 0
    opened = now - timedelta(hours=hours)
    found = windows.unanswered(conn, channel.channel, channel.account, opened, opened + BEFORE)
    for each in found:
        left = each.last_inbound_at + timedelta(hours=hours) - now
        words = reply_words.window_closes(hub.labels[channel.channel], int(left.total_seconds() // 60))
        post_to_desk(hub, conn, PostNote(each.case_id, words, user=each.agent), each.case_id, now)
        windows.warned(conn, each.case_id, now)
    return len(found)
