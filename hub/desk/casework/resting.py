"""Lets a case rest: until the customer answers, until a third party does, until its time has come."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.cases.rests import day_in, morning_of, snoozed_until
from core.cases.steps import Step
from core.zones import known_zone
from hub.desk.act import Deed
from hub.desk.casework import chasing, standing
from storage.desk import cases
from storage.desk.cases import Case
from storage.queues import timers

WAKES = "case_wakes"  # the kind of timer that brings it back
WHY = 255  # characters of what it is on hold for
ON_HOLD = "{agent} put this case on hold until {day}: {why}"


def wait(act: Deed, case: Case) -> bool:
    """Leaves it to the customer to write; who does not is reminded."""
    if not _rest(act, case, Step.WAIT):
        return False
    chasing.begin(act, case)
    return True


def hold(act: Deed, case: Case, why: str, day: str) -> bool:
    """Waits for a third party; on the morning of that day its agent is reminded."""
    found = day_in(day)
    until = morning_of(found, zone_of(act)) if found else None
    if until is None or until <= act.now or not why.strip():
        act.answer(WANTS_BOTH)
        return False
    if not _rest(act, case, Step.HOLD, until, waits_for=why.strip()[:WHY]):
        return False
    told = f"{until.astimezone(ZoneInfo(zone_of(act))):%-d %b %Y}"
    act.note(case, ON_HOLD.format(agent=act.user.name, day=told, why=why.strip()[:WHY]))
    return True


def snooze(act: Deed, case: Case, choice: str) -> bool:
    """Puts it off."""
    return _rest(act, case, Step.SNOOZE, snoozed_until(choice, act.now, zone_of(act)))


def zone_of(act: Deed) -> str:
    """Returns the zone of who acts, else the shop's."""
    return known_zone(act.user.timezone, act.hub.notices.shop.timezone)


def _rest(act: Deed, case: Case, step: Step, until: datetime | None = None, **more: Any) -> bool:
    if not cases.take_step(act.conn, case, step, act.now, wakes_at=until, **more):
        act.answer(standing.now(act, case))
        return False
    if until is None:
        timers.move(act.conn, WAKES, case.id, None)
    else:
        timers.schedule(act.conn, act.hub.store, WAKES, case.id, until)
    act.audit(step.value, case)
    act.draw_card(case)
    return True


WANTS_BOTH = "Say for whom or what the case is on hold, and a day after today on which you are reminded."
