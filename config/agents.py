"""Reads the roles file: who may act at the desk. Without it every full member of the workspace is an agent."""

from collections.abc import Mapping
from pathlib import Path

from core.documents import Document

ROLES = ("agent", "lead", "admin")


def load_agents(path: Path) -> Mapping[str, frozenset[str]] | None:
    """Reads Slack user id -> roles from `agents.yaml` (`agents: {U0123: [agent]}`); None when there is no such file.

    Raises ConfigurationError.
    """
    if not path.exists():
        return None
    document = Document(path)
    listed = document.data.get("agents") if isinstance(document.data, dict) else None
    if not isinstance(listed, dict) or not listed:
        raise document.fault("expected user ids with roles, like U0123456789: [agent]", "agents")
    return {user: _roles(document, user, roles) for user, roles in listed.items()}


def _roles(document: Document, user: str, roles: object) -> frozenset[str]:
    given = roles if isinstance(roles, list) else [roles]
    strange = [role for role in given if role not in ROLES]
    if strange:
        raise document.fault(f"{strange[0]}: expected some of {', '.join(ROLES)}", "agents", user)
    return frozenset(given)
