"""Notes who is at the desk, and offers the cases of who goes away to the others."""

from datetime import datetime

from sqlalchemy import Connection

from core.cases.steps import Step
from core.desk.events import DeskUser
from core.desk.posts import PostCard, PostNote
from hub.clocks.keeping import follow
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from storage.desk import agents, audit, cases
from storage.desk.locking import locked


def leave(hub: Hub, conn: Connection, user: DeskUser, now: datetime) -> int | None:
    """Notes that an agent is away: their cases wait for others. Returns how many; None where they were away already."""
    agents.seen(conn, hub.store, user.id, user.name, now)
    if not agents.set_away(conn, user.id, now):
        return None
    audit.record(conn, hub.store, user.id, "away", f"agent:{user.id}", now)
    return sum(_offer(hub, conn, case_id, user, now) for case_id in agents.cases_of(conn, user.id))


def come_back(hub: Hub, conn: Connection, user: DeskUser, now: datetime) -> bool:
    """Notes that an agent is back; false where they were not away."""
    agents.seen(conn, hub.store, user.id, user.name, now)
    if not agents.set_away(conn, user.id, None):
        return False
    audit.record(conn, hub.store, user.id, "back", f"agent:{user.id}", now)
    return True


def _offer(hub: Hub, conn: Connection, case_id: str, user: DeskUser, now: datetime) -> bool:
    """Takes a case in hand from its agent; one that rests is offered when the customer writes, or its time comes."""
    found = locked(conn, cases.by_id(conn, case_id))
    if found is None or found[0].claimed_by != user.id:
        return False
    case, _who = found
    then = cases.take_step(conn, case, Step.LEAVE, now, cases.NOBODY)
    if then is None:
        return False
    follow(hub, conn, case.id, now)
    note = PostNote(case.id, f"{user.name} is away, so this case waits for somebody else.", broadcast=True)
    for post in (note, PostCard(case.id)):
        post_to_desk(hub, conn, post, case.id, now)
    return True
