"""Says by which times the clocks of a case run: its policy's, in its team's hours, as the store's files are now."""

from core.cases.case_clocks import Plan
from core.cases.hours import ROUND_THE_CLOCK
from hub.hub import Hub
from notifications.store.opening import Desk

ROUND_ROBIN = "round_robin"


def desk_of(hub: Hub, team: str) -> Desk:
    """Returns the hours of a team."""
    shop = hub.notices.shop
    return Desk(shop.support_hours, shop.timezone, team)


def plan_of(hub: Hub, sla: str, team: str) -> Plan:
    """Returns the plan of a case of that policy and team."""
    times, desk = hub.times, desk_of(hub, team)
    policy = times.policy(sla)
    hours = ROUND_THE_CLOCK if policy.always else desk
    return Plan(policy, hours, desk, times.pauses, times.unclaimed, times.assign.mode == ROUND_ROBIN)
