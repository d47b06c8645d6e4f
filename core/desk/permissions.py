"""Names what somebody may do at the desk, in one list, and which roles may do it."""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

Permission = Literal[
    "case:read",
    "case:reply",
    "case:claim",
    "case:assign",
    "case:snooze",
    "case:resolve",
    "case:merge",
    "case:block",
    "case:start",
    "customer:read",
    "customer:reveal",
    "message:redact",
    "return:read",
    "return:approve",
    "return:receive",
    "refund:approve",
    "campaign:read",
    "campaign:approve",
    "campaign:run",
    "report:read",
    "audit:read",
]
Role = Literal["viewer", "agent", "lead", "finance", "warehouse", "admin"]

# What each allows, as it ends the sentence "You may not …".
PERMISSIONS: Mapping[Permission, str] = {
    "case:read": "see cases",
    "case:reply": "answer customers or write notes",
    "case:claim": "take cases",
    "case:assign": "give cases to others",
    "case:snooze": "put cases aside",
    "case:resolve": "end cases, or open them again",
    "case:merge": "merge cases",
    "case:block": "block customers",
    "case:start": "write to customers first",
    "customer:read": "look for customers",
    "customer:reveal": "see customers' whole numbers and addresses",
    "message:redact": "remove customers' words",
    "return:read": "see returns",
    "return:approve": "decide on returns",
    "return:receive": "confirm what came back",
    "refund:approve": "approve refunds",
    "campaign:read": "see campaigns",
    "campaign:approve": "approve campaigns",
    "campaign:run": "start or stop campaigns",
    "report:read": "see reports",
    "audit:read": "see who did what",
}

Permissions = frozenset[Permission]

_VIEWER: Permissions = frozenset(("case:read", "customer:read", "return:read", "campaign:read", "report:read"))
_AGENT: Permissions = _VIEWER.union(
    ("case:reply", "case:claim", "case:assign", "case:snooze", "case:resolve", "case:merge", "case:block"),
    ("case:start", "customer:reveal", "return:approve"),
)
ROLES: Mapping[Role, Permissions] = {
    "viewer": _VIEWER,
    "agent": _AGENT,
    "lead": _AGENT.union(("message:redact", "campaign:approve", "campaign:run", "audit:read")),
    "finance": _VIEWER.union(("refund:approve",)),
    "warehouse": _VIEWER.union(("return:receive",)),
    "admin": frozenset(PERMISSIONS),
}


class Agent(msgspec.Struct, frozen=True):
    """Holds what `agents.yaml` says of a member. No `teams` or `languages`: all; no `max_cases`: as `sla.yaml` says."""

    roles: tuple[Role, ...]
    permissions: Permissions
    teams: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    max_cases: int | None = None


class Staff(msgspec.Struct, frozen=True):
    """Holds who is on the desk's list, by the desk's user ids, and what each role may do with what the store added."""

    agents: Mapping[str, Agent]
    roles: Mapping[Role, Permissions] = msgspec.field(default_factory=lambda: ROLES)

    def may(self, user_id: str, permission: Permission) -> bool:
        """Tells whether somebody on the list may do that."""
        agent = self.agents.get(user_id)
        return agent is not None and permission in agent.permissions

    def holders(self, permission: Permission) -> list[str]:
        """Lists who may do that."""
        return [user_id for user_id in self.agents if self.may(user_id, permission)]

    def roles_with(self, permission: Permission) -> list[Role]:
        """Lists the roles that may do that."""
        return [role for role, allowed in self.roles.items() if permission in allowed]

    def added(self) -> Mapping[Role, Permissions]:
        """Returns what the store lets each role do beside what it may anyway."""
        return {role: allowed - ROLES[role] for role, allowed in self.roles.items()}

    def admins(self) -> list[str]:
        """Lists who has the role admin."""
        return [user_id for user_id, agent in self.agents.items() if "admin" in agent.roles]


Agents = Staff | None  # none: there is no list, and every full member may do everything


def with_added(added: Mapping[Role, Iterable[Permission]]) -> Mapping[Role, Permissions]:
    """Returns what each role may do when the store adds to it."""
    return {role: allowed.union(added.get(role, ())) for role, allowed in ROLES.items()}
