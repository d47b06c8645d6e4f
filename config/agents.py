"""Reads the roles file: who may act at the desk. Without it every full member of the workspace is an agent."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from core.files.documents import Document

Role = Literal["viewer", "agent", "lead", "finance", "warehouse", "admin"]
ROLES = get_args(Role)
Roles = Annotated[tuple[Role, ...], Meta(min_length=1)]


class Agent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads `{roles: [agent, finance], teams: [support], languages: [en, zh], max_cases: 8}`."""

    roles: Roles
    teams: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    max_cases: Annotated[int, Meta(ge=1)] | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads `agents.yaml`. `roles` adds to the permissions of a role."""

    agents: Annotated[dict[str, Agent], Meta(min_length=1)]
    roles: dict[Role, tuple[str, ...]] = {}


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
    for user, said in listed.items():  # a role or a list of them stands for {roles: […]}
        if not isinstance(said, dict):
            listed[user] = {"roles": said if isinstance(said, list) else [said]}
    return {user: frozenset(agent.roles) for user, agent in document.read(_File).agents.items()}
