"""Decides who may act at the desk."""

from collections.abc import Mapping

from core.desk import DeskUser

Roles = Mapping[str, frozenset[str]] | None


def may_act(user: DeskUser, roles: Roles) -> bool:
    """Tells whether that user is an agent: a full member, and in the roles file where there is one."""
    return user.member and (roles is None or user.id in roles)
