"""Brings back cases that rest: when the customer writes, and when their time has come."""

from datetime import datetime

from sqlalchemy import Connection

from core.cases.steps import Step
from core.desk.posts import PostCard, PostNote
from core.people.conversations import CaseState
from hub.clocks.assigning import REPLY
from hub.clocks.keeping import follow
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from storage.desk import agents, cases
from storage.desk.cases import NOBODY, Case, Holder
from storage.desk.locking import locked

HEARD = "The customer wrote, so this case is in your hands again."
HEARD_ALONE = "The customer wrote, and whoever had this case is not there: it waits for somebody."
DUE = "It is time: this case was put off until now."
DUE_ON_HOLD = "It is time to look after this case, which is on hold: {}"


def heard(hub: Hub, conn: Connection, case_id: str, now: datetime) -> None:
    """Brings back a case whose customer writes; one on hold goes on resting, unless its agent is not there."""
    case = cases.by_id(conn, case_id)
    if case is None:
        return
    holder = holder_of(hub, conn, case)
    if case.state != CaseState.ON_HOLD:
        _go_on(hub, conn, case, Step.HEAR, holder, HEARD if holder.user else HEARD_ALONE, now)
    elif not holder.user:
        _go_on(hub, conn, case, Step.RELEASE, holder, HEARD_ALONE, now)


def wake(hub: Hub, case_id: str, now: datetime) -> datetime | None:
    """Brings back a case whose time has come, for its agent, else for anybody; returns its time where that is later."""
    with hub.store.write() as conn:
        found = locked(conn, cases.by_id(conn, case_id))
        if found is None:
            return None
        case, _who = found
        if case.wakes_at is None or case.wakes_at > now:
            return case.wakes_at
        words = DUE_ON_HOLD.format(case.waits_for) if case.state == CaseState.ON_HOLD else DUE
        _go_on(hub, conn, case, Step.WAKE, holder_of(hub, conn, case), words, now)
    return None


def holder_of(hub: Hub, conn: Connection, case: Case) -> Holder:
    """Returns who goes on with a case: the agent who has it, or had it last, if they are there and may answer."""
    user = case.claimed_by
    is_listed = hub.agents is None or (user is not None and hub.agents.may(user, REPLY))
    return Holder(user, case.agent_name) if user and is_listed and not agents.is_away(conn, user) else NOBODY


def _go_on(hub: Hub, conn: Connection, case: Case, step: Step, holder: Holder, words: str, now: datetime) -> None:
    if not cases.take_step(conn, case, step, now, holder):
        return
    follow(hub, conn, case.id, now)
    note = PostNote(case.id, words, broadcast=not holder.user, user=holder.user)
    for post in (note, PostCard(case.id)):
        post_to_desk(hub, conn, post, case.id, now)
