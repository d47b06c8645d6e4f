"""The roles file: who may act at the desk. Without it every full member of the workspace is an agent."""

from collections.abc import Mapping
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from core.errors import ConfigurationError

ROLES = ("agent", "lead", "admin")


def load_agents(path: Path) -> Mapping[str, frozenset[str]] | None:
    """Slack user id -> roles from `agents.yaml` (`agents: {U0123: [agent]}`); None when there is no such file.

    Raises ConfigurationError.
    """
    if not path.exists():
        return None
    try:
        listed = (YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")) or {}).get("agents")
    except (YAMLError, AttributeError) as error:
        raise ConfigurationError(
            f"{path}: expected `agents:` with a user id and its roles on each line: {error}"
        ) from error
    if not isinstance(listed, dict) or not listed:
        raise ConfigurationError(f"{path}: agents: expected user ids with roles, like U0123456789: [agent]")
    return {user: _roles(path, user, roles) for user, roles in listed.items()}


def _roles(path: Path, user: str, roles: object) -> frozenset[str]:
    given = roles if isinstance(roles, list) else [roles]
    strange = [role for role in given if role not in ROLES]
    if strange:
        raise ConfigurationError(f"{path}: agents: {user}: {strange[0]}: expected some of {', '.join(ROLES)}")
    return frozenset(given)
