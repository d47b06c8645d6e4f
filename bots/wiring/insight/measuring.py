"""Has what happens with customers measured, every few seconds, out of the rows that changed: no turn waits for it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from hub.clocks.plans import desk_of
from hub.hub import Hub
from hub.outgoing.facts import LAG
from hub.timers.kind import Kind
from insights.measuring.increments import measure, measurers
from insights.measuring.measurer import Shop
from storage.insight.sources import stories
from storage.queues import timers

TIMER = "measures"
EVERY = timedelta(seconds=20)
LONGEST = timedelta(hours=6)  # of what is measured at once: after an update all that was said before is
AT_ONCE = timedelta(0)


def _handle(hub: Hub, name: str, now: datetime) -> datetime | None:
    if name not in measurers():
        return None
    with hub.store.read() as conn:
        since = timers.done_until(conn, TIMER, name) or stories.first_said(conn) or now - LAG
    until = max(since, min(now - LAG, since + LONGEST))
    measure(hub.store, measurers()[name], _shop(hub), since, until, now)
    with hub.store.write() as conn:
        timers.mark_done(conn, TIMER, name, until)
    return now + (AT_ONCE if until < now - LAG else EVERY)


def _shop(hub: Hub) -> Shop:
    speak = {name: channel.capabilities for (name, _), channel in hub.channels.items()}
    delivered = frozenset(name for name, can in speak.items() if can.receipts)
    read = frozenset(name for name, can in speak.items() if can.read_receipts)
    zone = hub.notices.shop.zone
    return Shop(zone, lambda team: desk_of(hub, team), delivered.__contains__, read.__contains__)


def _names(_hub: Hub) -> Collection[str]:
    return measurers()


KIND = Kind(_handle, _names)  # each goes on from where it was: one that is new begins with all that was said
