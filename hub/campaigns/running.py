"""Runs campaigns, a look at a time: some groups of recipients are told, and when to look again is answered.

The rows say how far it is. A group's notices, their messages and the recipients' marks are one transaction in which the
campaign's row is locked, so that whoever pauses or cancels it waits for one group at most, and a process that dies in
between has done it or has not.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from hub.campaigns import at_desk, steering
from hub.campaigns.making import CampaignRefused
from hub.campaigns.planning import plan_group
from hub.hub import Hub
from hub.notices.lifecycle import register_planned
from storage.campaigns import campaigns, progress, recipients
from storage.campaigns.campaigns import DONE, LATE, MERGED, RUNNING, SCHEDULED, TOLD, Campaign
from storage.notices.notices import FAILED, SENT

GROUP = 200  # recipients in one transaction
# So many messages at most wait to be sent: half a minute's at the senders' pace. A campaign begins with few, and goes
# on as these arrive: what is wrong with it is seen before thousands have it.
AHEAD_SECONDS, MOST_AHEAD, FIRST_AHEAD = 30, 10_000, 200
# A campaign stops by itself when so large a share of its last messages failed.
STOP_SHARE, STOP_OF, STOP_AFTER = 0.1, 200, 50
SOON, LATER = timedelta(seconds=1), timedelta(seconds=10)
RESTS = 40  # looks within one call, as long as messages leave quickly
REST_SECONDS = 0.5
Rest = Callable[[float], None]


def look(hub: Hub, id_: str, now: datetime, rest: Rest | None = None) -> datetime | None:
    """Does what is due for a campaign; returns when to look again, None when nothing is left to do.

    With `rest`, a way to wait some seconds, it stays while the messages leave quickly.
    """
    if not _begun(hub, id_, now):
        return None
    with hub.store.write() as conn:
        at_desk.draw(hub, conn, id_, now)
    for left in range(RESTS if rest else 1, 0, -1):
        then = _step(hub, id_, hub.now())
        if rest is None or left == 1 or then is None or then > hub.now() + SOON:
            return then
        rest(REST_SECONDS)
    return None


def _begun(hub: Hub, id_: str, now: datetime) -> bool:
    """Begins a campaign that is scheduled, if it is not too late; tells whether it runs."""
    with hub.store.write() as conn:
        campaign = campaigns.by_id(conn, id_, lock=True)
        if campaign is None or campaign.state not in (SCHEDULED, RUNNING):
            return False
        if campaign.state == RUNNING:
            return True
        try:
            campaign = steering.begin(hub, conn, id_, "clock", now)
        except CampaignRefused as refused:
            steering.pause(hub, conn, id_, "clock", now, steering.REFUSED)
            steering.tell_desk(hub, conn, f":warning: Campaign {id_} was not begun: {refused}", now)
            return False
        if campaign.state == LATE:
            steering.tell_desk(hub, conn, f":warning: Campaign {id_} was not begun: its latest start is over.", now)
        return campaign.state == RUNNING


def _step(hub: Hub, id_: str, now: datetime) -> datetime | None:
    """Tells so many recipients as may wait in the outbox; returns when to look again."""
    with hub.store.read() as conn:
        campaign = campaigns.by_id(conn, id_)
        if campaign is None or campaign.state != RUNNING:
            return None
        states = progress.states(conn, id_)
    if _fails(hub, campaign, now):
        return None
    ended = sum(number for state, number in states.items() if state not in ("queued", "held"))
    room = min(_ahead(hub), FIRST_AHEAD + 2 * ended) - states.get("queued", 0)
    told = 0
    while told < room:
        number = tell_group(hub, campaign, hub.now(), min(GROUP, room - told))
        if number is None:
            return None
        if number == 0:
            return _end(hub, id_, now)
        told += number
    return now + (SOON if told or room > 0 or _is_quick(hub) else LATER)


def tell_group(hub: Hub, campaign: Campaign, now: datetime, limit: int) -> int | None:
    """Registers the notices of the next recipients; returns how many, None when the campaign does not run any more."""
    with hub.store.read() as conn:
        ids = recipients.between(conn, campaign.id, "", limit, only_queued=True)
        planned = plan_group(hub, conn, campaign, ids, now) if ids else []
    if not ids:
        return 0
    with hub.store.write() as conn:
        fresh = campaigns.by_id(conn, campaign.id, lock=True)
        if fresh is None or fresh.state != RUNNING:
            return None
        still = set(recipients.still_queued(conn, campaign.id, ids))
        planned = [each for each in planned if each[0] in still]
        made = register_planned(hub, conn, [news for _, news, _ in planned], [plan for _, _, plan in planned], now)
        marks = [
            (id_, TOLD if notice_id else MERGED, notice_id)
            for (id_, _, _), notice_id in zip(planned, made, strict=True)
        ]
        recipients.mark(conn, campaign.id, marks)
    hub.waker.outbox()
    return len(ids)


def _ahead(hub: Hub) -> int:
    rates = [hub.paces[channel].rate if channel in hub.paces else 0 for channel, _ in hub.channels]
    if not rates or 0 in rates:
        return MOST_AHEAD
    return max(FIRST_AHEAD, min(MOST_AHEAD, int(sum(rates) * AHEAD_SECONDS)))


def _is_quick(hub: Hub) -> bool:
    return _ahead(hub) >= MOST_AHEAD


def _fails(hub: Hub, campaign: Campaign, now: datetime) -> bool:
    """Pauses a campaign of whose last messages too many failed; tells whether it did."""
    with hub.store.read() as conn:
        outcomes = progress.last_outcomes(conn, campaign.id, campaign.pressed_at or campaign.created_at, STOP_OF)
    failed = sum(outcome == FAILED for outcome in outcomes)
    if len(outcomes) < STOP_AFTER or failed < STOP_SHARE * len(outcomes):
        return False
    with hub.store.write() as conn:
        steering.pause(hub, conn, campaign.id, "clock", now, steering.ERRORS)
        words = f"{failed} of its last {len(outcomes)} messages failed"
        steering.tell_desk(hub, conn, f":warning: Campaign {campaign.id} is paused: {words}.", now)
        at_desk.draw(hub, conn, campaign.id, now)
    return True


def _end(hub: Hub, id_: str, now: datetime) -> datetime | None:
    """Ends a campaign of which everybody was told, when the last message has left; returns when to look again."""
    with hub.store.write() as conn:
        campaign = campaigns.by_id(conn, id_, lock=True)
        if campaign is None or campaign.state != RUNNING:
            return None
        states = progress.states(conn, id_)
        if not progress.open_count(states):
            campaigns.change(conn, id_, state=DONE, ended_at=now)
            steering.tell_desk(hub, conn, _done(id_, states), now)
            at_desk.draw(hub, conn, id_, now)
            return None
        held = progress.next_held(conn, id_) if not states.get("queued") else None
    return max(now + SOON, min(held or now, now + timedelta(minutes=10)))


def _done(id_: str, states: dict[str, int]) -> str:
    words = ", ".join(f"{states[state]:,} {state}" for state in (SENT, FAILED, "skipped") if states.get(state))
    return f":checkered_flag: Campaign {id_} is done: {words or 'nobody was told'}."


def is_under_way(conn: Connection, now: datetime) -> bool:
    """Tells whether a campaign runs, or is to begin, that has somebody to tell."""
    return campaigns.any_due(conn, now)
