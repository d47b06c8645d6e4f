"""Makes houses whose store has hours and times of its own, and runs their clocks."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec

from core.cases.desk_times import Assign, DeskTimes
from core.cases.routing import Routing, Team
from core.cases.sla import Policy, Warn
from hub.timers.loop import Timers
from notifications.store.policy import Policy as Notices
from notifications.store.support_hours import Interval, SupportHours
from storage.desk.tables import case_clocks
from storage.engine.store import Store
from tests.fakes import shipped_notices, shipped_routing
from tests.hub.house import House

LEAD = "ULEAD"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
POLICY = Policy(2 * HOUR, 4 * HOUR, 16 * HOUR, warn=Warn(0.75))
FAST = Policy(15 * MINUTE, 30 * MINUTE, 8 * HOUR, always=True, warn=Warn(before=5 * MINUTE))
TIMES = DeskTimes(policies={"standard": POLICY, "fast": FAST})
ROBIN = msgspec.structs.replace(TIMES, assign=Assign("round_robin", 2))
WEEKDAYS = {day: (Interval("09:00", "17:00"),) for day in ("mon", "tue", "wed", "thu", "fri")}


def with_hours(**hours: Any) -> Notices:
    """Returns what we ship, with a desk that is open at these hours; New York's."""
    notices = shipped_notices()
    return msgspec.structs.replace(
        notices, shop=msgspec.structs.replace(notices.shop, support_hours=SupportHours(**(hours or WEEKDAYS)))
    )


def with_lead() -> Routing:
    """Returns the routing that we ship, with a lead of the support team."""
    routing = shipped_routing()
    return msgspec.structs.replace(routing, teams={**routing.teams, "support": Team(lead=LEAD)})


def clocked(store: Store, **changes: Any) -> House:
    """Makes a house with a customer who waits for a person; nothing is to be sent."""
    house = House(store, **{"times": TIMES, "routing": with_lead(), **changes})
    house.hear("agent")
    house.texts()
    house.desk.posts.clear()
    return house


def tick(house: House, **parts: float) -> None:
    """Moves the clock, and handles what is due then."""
    house.later(**parts)
    asyncio.run(Timers(house.hub, {}).look())


def clocks(house: House) -> dict[str, str]:
    """Reads the state of the newest clock of each metric."""
    return {row.metric: row.state for row in house.rows(case_clocks)}


def running(house: House) -> dict[str, timedelta | None]:
    """Reads in which time each clock that runs is due; None for one that rests."""
    now = house.clock()
    return {
        row.metric: row.due_at - now if row.due_at else None for row in house.rows(case_clocks) if row.ended_at is None
    }
