"""Asks the store's rules about cases and ratings, every few seconds, out of what changed."""

from datetime import datetime, timedelta

from hub.hub import Hub
from hub.rules import desk_news
from hub.timers.kind import Kind, installation

EVERY = timedelta(seconds=10)
NOBODY = timedelta(minutes=1)  # where no rule hears of them
AT_ONCE = timedelta(seconds=0)


def _handle(hub: Hub, _subject: str, now: datetime) -> datetime:
    more = desk_news.tell(hub, now)
    if not desk_news.is_heard(hub):
        return now + NOBODY
    return now + (AT_ONCE if more else EVERY)


KIND = Kind(_handle, installation)
