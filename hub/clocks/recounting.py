"""Counts the times of all open cases anew, by the hours and policies that the store's files say now."""

from datetime import datetime
from functools import partial

from core.cases.case_clocks import follow, recounted
from core.ids import new_id
from hub.clocks.plans import plan_of
from hub.hub import Hub
from storage.desk import clocks

GROUP = 100  # cases in one transaction


def recount_all(hub: Hub, now: datetime) -> None:
    """Counts group by group; what is due as it was is not written."""
    last = ""
    while True:
        with hub.store.read() as conn:
            found = clocks.unresolved_after(conn, last, GROUP)
        if not found:
            return
        with hub.store.write() as conn:
            running = clocks.running(conn, found)
            for case_id, ranked in found.items():
                known = running.get(case_id)
                if known:  # one that is older than the clocks has none
                    plan = plan_of(hub, ranked.sla, ranked.team)
                    moved = recounted(known, plan)
                    is_claimed, make_id = ranked.is_claimed, partial(new_id, now)
                    more = follow(case_id, moved, ranked.state, plan, now, make_id, is_claimed=is_claimed)
                    changed = {each.id: each for each in (*moved, *more)}
                    before = {each.id: each for each in known}
                    fresh = [each for id_, each in changed.items() if before.get(id_) != each]
                    clocks.save(conn, hub.store, fresh, before)
        last = max(found)
