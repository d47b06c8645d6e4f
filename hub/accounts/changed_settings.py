"""Notes in the audit log that operators changed who may do what, or which accounts there are."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hub.hub import Hub
from storage.desk import audit

OPERATORS = "files"  # who acts: somebody who can write the store's files or the settings
ROLES, ACCOUNTS = "roles.changed", "accounts.changed"


def note(hub: Hub, conn: Connection, now: datetime) -> None:
    """Compares with what was noted last; the first time there is nothing to compare with, and all is noted."""
    _compare(hub, conn, ROLES, "agents.yaml", _roles(hub), now)
    _compare(hub, conn, ACCOUNTS, "settings", _accounts(hub), now)


def _compare(hub: Hub, conn: Connection, action: str, object_: str, present: Mapping[str, Any], now: datetime) -> None:
    last = audit.latest(conn, action, object_)
    before: Mapping[str, Any] = last.data if last else {}
    if present != before:
        audit.record(conn, hub.store, OPERATORS, action, object_, now, present)


def _roles(hub: Hub) -> Mapping[str, Any]:
    """Returns each member's roles, and what the roles allow beside what they allow anyway; empty without a list."""
    if hub.agents is None:
        return {}
    return {
        "agents": {id_: sorted(agent.roles) for id_, agent in hub.agents.agents.items()},
        "added": {role: sorted(more) for role, more in hub.agents.added().items() if more},
    }


def _accounts(hub: Hub) -> Mapping[str, Any]:
    """Returns the accounts that are switched on, and the desk's channel."""
    named = sorted(f"{channel}:{account}" for channel, account in hub.channels)
    further = {"workspaces": list(hub.places[1:])} if hub.places[1:] else {}
    return {"accounts": named, "desk": hub.place, **further} if named or hub.place else {}
