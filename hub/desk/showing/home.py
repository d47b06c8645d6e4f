"""Reads an agent's own page of the desk, from rows.

Imports neither flows nor notices: the web and socket processes show it (tests/bots/test_imports.py).
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from core.desk.events import DeskUser
from core.desk.home import Home
from core.desk.permissions import Agents
from hub.desk.agents import Users, may, refusal
from storage.desk import listing
from storage.desk.agents import is_away

SOON = timedelta(hours=1)


def home(conn: Connection, user: DeskUser, agents: Agents, users: Users, now: datetime) -> Home:
    """Reads the page of a user; for who may not see cases only why. Raises what `users` raises."""
    refused = refusal(user, agents, "case:read", users)
    return Home(refusal=refused) if refused else page(conn, user, agents, now)


def page(conn: Connection, user: DeskUser, agents: Agents, now: datetime) -> Home:
    """Reads the page of a user who may see cases."""
    return Home(
        mine=listing.of_agent(conn, user.id),
        unassigned=listing.unassigned(conn),
        due=listing.due(conn, user.id, now + SOON),
        numbers=listing.numbers(conn, midnight(user, now)),
        is_away=is_away(conn, user.id),
        may_claim=may(user, agents, "case:claim"),
    )


def midnight(user: DeskUser, now: datetime) -> datetime:
    """Returns when the day began where that user is."""
    try:
        zone = ZoneInfo(user.timezone or "UTC")
    except (KeyError, OSError, ValueError):  # no zone that this machine knows
        zone = ZoneInfo("UTC")
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
