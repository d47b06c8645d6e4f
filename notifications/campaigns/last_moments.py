"""Tells customers the last moment to order for a holiday: who is due, and what each would get."""

from collections.abc import Iterable, Set
from datetime import datetime

import msgspec

from notifications.campaigns.cutoffs import Cutoff, next_cutoffs, pick_up_by, routes_to
from notifications.campaigns.tally import Case
from notifications.facts import NOTHING
from notifications.notice import Notice
from notifications.planning.decisions import Decision, Reason, Skip
from notifications.planning.planner import plan
from notifications.planning.recipients import Recipient
from notifications.planning.zones import zones_of
from notifications.store.policy import Policy

KIND = "holiday_cutoff"
LATE = 1  # days a reminder may come late (the process was down) without running into the next one


class Reader(msgspec.Struct, frozen=True):
    """Names one customer a campaign may go to, and where their parcels go."""

    customer_id: str
    recipient: Recipient
    country: str = ""
    region: str = ""


class Planned(msgspec.Struct, frozen=True):
    """Holds what one customer would get. Without a notice nothing could be written for them."""

    customer_id: str
    decision: Decision
    notice: Notice | None
    recipient: Recipient

    @property
    def case(self) -> Case:
        """Returns it as sums are made of it."""
        return Case(self.notice, self.decision, self.recipient, NOTHING)


def plan_last_moments(
    readers: Iterable[Reader], policy: Policy, now: datetime, *, scheduled: bool = False, told: Set[str] = frozenset()
) -> list[Planned]:
    """Plans what would happen to each of `readers` now; the hub sends exactly that.

    `scheduled`: only those whose reminder is due today (the clock asks so); otherwise all (an operator does).
    `told`: business keys that went out before.
    """
    return [
        Planned(each.customer_id, *_planned(each, policy, now, scheduled, told), each.recipient) for each in readers
    ]


def cutoff_notice(reader: Reader, policy: Policy, now: datetime, *, scheduled: bool) -> Notice | Reason:
    """Makes the notice for `reader`, or says why there is none.

    A scheduled one names the first route only, 7, 2 and 1 days (by the calendar in the customer's zone) before its
    last moment; an operator's names the first route that is still open.
    """
    if not routes_to(policy.cutoffs, reader.country, reader.region):
        return Reason.NO_DELIVERY
    ahead = next_cutoffs(policy.cutoffs, reader.country, reader.region, now)
    if not ahead:
        return Reason.CUTOFF_PASSED
    if not scheduled:
        return _notice(reader, policy, ahead, "now", now)
    if ahead[0].route != routes_to(policy.cutoffs, reader.country, reader.region)[0]:
        return Reason.CUTOFF_PASSED
    days = _reminder(ahead[0], reader, policy, now)
    return Reason.NO_REMINDER_TODAY if days is None else _notice(reader, policy, ahead, str(days), now)


def cutoff_key(holiday: str, customer_id: str, when: str) -> str:
    """Makes the business key. `when`: the days before the last moment, or "now" for what an operator sends."""
    return f"{KIND}:{holiday}:{customer_id}:{when}"


def _reminder(cutoff: Cutoff, reader: Reader, policy: Policy, now: datetime) -> int | None:
    zone = zones_of(reader.recipient.zones.names, policy.shop.zone)[0]
    left = (cutoff.order_by.astimezone(zone).date() - now.astimezone(zone).date()).days
    due = [days for days in cutoff.holiday.remind_days_before if left <= days <= left + LATE]
    return min(due, default=None)


def _notice(reader: Reader, policy: Policy, ahead: list[Cutoff], when: str, now: datetime) -> Notice:
    first, pick_up = ahead[0], policy.cutoffs.pick_up
    fetched = pick_up_by(policy.cutoffs, first.holiday.deliver_by)
    later = max((each for each in ahead[1:] if each.order_by > first.order_by), key=lambda c: c.order_by, default=None)
    return Notice(
        kind=KIND,
        key=cutoff_key(first.holiday.id, reader.customer_id, when),
        created_at=now,
        expires_at=min(first.order_by, now + policy.kinds[KIND].expires_after),
        data={
            "titles": dict(first.holiday.titles),
            "service": f"{first.route.carrier} {first.route.service}",
            "order_by": first.order_by.isoformat(),
            "alternative": f"{later.route.carrier} {later.route.service}" if later else "",
            "alternative_by": later.order_by.isoformat() if later else "",
            "pick_up": dict(pick_up.titles) if pick_up and fetched else {},
            "pick_up_by": fetched.isoformat() if fetched else "",
            "gift_card": policy.cutoffs.gift_card,
            "shop_link": policy.cutoffs.shop_link,
        },
    )


def _planned(
    reader: Reader, policy: Policy, now: datetime, scheduled: bool, told: Set[str]
) -> tuple[Decision, Notice | None]:
    notice = cutoff_notice(reader, policy, now, scheduled=scheduled)
    if isinstance(notice, Reason):
        return Skip(notice), None
    if notice.key in told:
        return Skip(Reason.ALREADY_TOLD), notice
    return plan(notice, reader.recipient, NOTHING, now, policy), notice
