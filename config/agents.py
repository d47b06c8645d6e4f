"""Reads `agents.yaml`: who may do what at the desk. Without it every full member of the workspace may do everything."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from core.desk.permissions import Agent, Agents, Permission, Permissions, Role, Staff, with_added
from core.desk.workspaces import ACCOUNT
from core.errors import ConfigurationError
from core.files.documents import Document
from core.files.near import one_of

_USER = re.compile(rf"{ACCOUNT}[UW][A-Z0-9]+")  # docs.slack.dev: a member's id begins with U or W
Language = Annotated[str, Meta(pattern="^[a-z]{2,3}(-[A-Za-z]{2,4})?$")]


class _Agent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads `{roles: [agent, finance], teams: [support], languages: [en, zh], max_cases: 8}`."""

    roles: Annotated[tuple[Role, ...], Meta(min_length=1)]
    teams: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    max_cases: Annotated[int, Meta(ge=1)] | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reads the file. `roles` adds to what a role may do."""

    agents: dict[str, _Agent]
    roles: dict[Role, tuple[Permission, ...]] = {}


def load_agents(path: Path, teams: Collection[str] | None = None) -> Agents:
    """Reads who may do what; None when there is no such file. `teams` are those that there are (none: not looked at).

    Raises ConfigurationError with file, line and the nearest name.
    """
    if not path.exists():
        return None
    document = Document(path)
    listed = document.data.get("agents") if isinstance(document.data, dict) else None
    if not isinstance(listed, dict) or not listed:
        raise document.fault("expected user ids with roles, like U0123456789: [agent]", "agents")
    for user, said in listed.items():
        if not _USER.fullmatch(str(user)):
            raise document.fault(
                "expected a member's id, like U0123456789 (profile, ⋮, Copy member ID)", "agents", user
            )
        if not isinstance(said, dict):  # a role or a list of them stands for {roles: […]}
            listed[user] = {"roles": said if isinstance(said, list) else [said]}
    written = document.read(_File)
    for user, each in written.agents.items():
        _check_teams(document, user, each, teams)
    roles = with_added(written.roles)
    return Staff({user: _agent(each, roles) for user, each in written.agents.items()}, roles)


def _agent(written: _Agent, roles: Mapping[Role, Permissions]) -> Agent:
    allowed = Permissions().union(*(roles[role] for role in written.roles))
    return Agent(written.roles, allowed, written.teams, written.languages, written.max_cases)


def _check_teams(document: Document, user: str, written: _Agent, teams: Collection[str] | None) -> None:
    for number, team in enumerate(written.teams):
        if teams is not None and team not in teams:
            raise _no_team(document, team, teams, "agents", user, "teams", number)


def _no_team(document: Document, team: str, teams: Collection[str], *steps: str | int) -> ConfigurationError:
    return document.fault(f"there is no team {team!r} in routing.yaml; {one_of(team, teams)}", *steps)
