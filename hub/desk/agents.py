"""Decides who may act at the desk."""

from collections.abc import Mapping

from core.cases.desk import DeskUser

Roles = Mapping[str, frozenset[str]] | None


VIEWER = "viewer"


def may_act(user: DeskUser, roles: Roles) -> bool:
    """Tells whether that user is an agent: a full member who, where there is a roles file, does more than look."""
    return user.member and (roles is None or bool(roles.get(user.id, frozenset()) - {VIEWER}))


def may_look(user: DeskUser, roles: Roles) -> bool:
    """Tells whether that user may see what the desk knows: an agent, or a viewer."""
    return user.member and (roles is None or user.id in roles)
