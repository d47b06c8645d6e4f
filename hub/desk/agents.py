"""Decides who may do what at the desk, and says what somebody lacks, and who can give it."""

from collections.abc import Callable

from core.desk.events import DeskUser
from core.desk.permissions import PERMISSIONS, Agents, Permission
from hub.desk import wording

Users = Callable[[str], DeskUser]  # may raise for an unknown user

NAMED = 3  # who are named as those to ask


def may(user: DeskUser, agents: Agents, permission: Permission) -> bool:
    """Tells whether that user may do it: a full member who, where there is a list, has a role that allows it."""
    return user.member and (agents is None or agents.may(user.id, permission))


def refusal(user: DeskUser, agents: Agents, permission: Permission, users: Users) -> str:
    """Says why a user may not do it, and who can change that; empty where they may. Raises what `users` raises."""
    if may(user, agents, permission):
        return ""
    if not user.member or agents is None:
        return wording.NO_MEMBER
    admins = [users(id_) for id_ in agents.admins()]
    givers = [admin.name for admin in admins if admin.member][:NAMED]
    if user.id not in agents.agents:
        return wording.not_listed(givers)
    return wording.not_allowed(PERMISSIONS[permission], agents.roles_with(permission), givers)
