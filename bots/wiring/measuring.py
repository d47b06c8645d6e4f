"""Has what happens with customers measured, every few seconds, out of the rows that changed: no turn waits for it."""

from datetime import datetime, timedelta

from hub.clocks.plans import desk_of
from hub.hub import Hub
from hub.outgoing.facts import LAG
from hub.timers.kind import Kind, installation
from insights.measuring.increments import Shop, measure
from storage.insight import stories
from storage.queues import timers

TIMER = "measures"
EVERY = timedelta(seconds=20)
LONGEST = timedelta(hours=6)  # of what is measured at once: after an update all that was said before is
AT_ONCE = timedelta(0)


def _handle(hub: Hub, _subject: str, now: datetime) -> datetime:
    with hub.store.read() as conn:
        since = timers.done_until(conn, TIMER, "") or stories.first_said(conn) or now - LAG
    until = max(since, min(now - LAG, since + LONGEST))
    shop = Shop(hub.notices.shop.zone, lambda team: desk_of(hub, team))
    measure(hub.store, shop, since, until, now)
    with hub.store.write() as conn:
        timers.mark_done(conn, TIMER, "", until)
    return now + (AT_ONCE if until < now - LAG else EVERY)


KIND = Kind(_handle, installation)
