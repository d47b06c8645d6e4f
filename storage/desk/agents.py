"""Keeps who works at the desk: when they were seen there, whether they are away, when they were given a case."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select, update

from storage.desk.tables import IS_UNRESOLVED, cases, desk_agents
from storage.engine.store import Store


class DeskAgent(msgspec.Struct, frozen=True):
    """An agent as they were seen last; `away_since` is None for who is there."""

    user: str
    name: str
    away_since: datetime | None
    last_seen: datetime
    last_assigned_at: datetime | None


def all_of(conn: Connection) -> dict[str, DeskAgent]:
    """Reads everybody who was seen at the desk, by user."""
    return {row.user: DeskAgent(*row) for row in conn.execute(select(desk_agents))}


def is_away(conn: Connection, user: str) -> bool:
    """Tells whether an agent is away; one who was never seen is not."""
    return conn.scalar(select(desk_agents.c.away_since).where(desk_agents.c.user == user)) is not None


def seen(conn: Connection, store: Store, user: str, name: str, now: datetime) -> None:
    """Notes that an agent does something."""
    row = {"user": user, "name": name, "last_seen": now}
    conn.execute(store.upsert(desk_agents, ("user",), ("name", "last_seen")), row)


def set_away(conn: Connection, user: str, since: datetime | None) -> bool:
    """Notes that a known agent is away since then, or (None) back; false where that is so already."""
    other = desk_agents.c.away_since.is_(None) if since else desk_agents.c.away_since.is_not(None)
    done = conn.execute(update(desk_agents).where(desk_agents.c.user == user, other).values(away_since=since))
    return done.rowcount == 1


def name_of(conn: Connection, user: str) -> str:
    """Returns the name of an agent who was seen at the desk; empty for anybody else."""
    return conn.scalar(select(desk_agents.c.name).where(desk_agents.c.user == user)) or ""


def names(conn: Connection, besides: str) -> list[str]:
    """Lists the names of the agents who were seen at the desk, but for that user's."""
    return list(conn.scalars(select(desk_agents.c.name).where(desk_agents.c.user != besides)))


def give(conn: Connection, agent: DeskAgent, now: datetime) -> bool:
    """Notes that an agent is given a case now; false where they were given another one meanwhile, or left."""
    same = desk_agents.c.last_assigned_at == agent.last_assigned_at
    if agent.last_assigned_at is None:
        same = desk_agents.c.last_assigned_at.is_(None)
    is_there = (desk_agents.c.user == agent.user, desk_agents.c.away_since.is_(None), same)
    return conn.execute(update(desk_agents).where(*is_there).values(last_assigned_at=now)).rowcount == 1


def held(conn: Connection, users: Collection[str]) -> dict[str, int]:
    """Counts the unresolved cases that these users have."""
    theirs = IS_UNRESOLVED, cases.c.claimed_by.in_(list(users))
    counted = select(cases.c.claimed_by, func.count().label("number")).where(*theirs).group_by(cases.c.claimed_by)
    return {row.claimed_by: row.number for row in conn.execute(counted)}


def cases_of(conn: Connection, user: str) -> list[str]:
    """Lists the ids of the unresolved cases that a user has."""
    return list(conn.scalars(select(cases.c.id).where(IS_UNRESOLVED, cases.c.claimed_by == user).order_by(cases.c.id)))
