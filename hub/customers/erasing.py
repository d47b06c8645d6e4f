"""Erases a customer here and at the desk: our posts and files there are deleted as soon as it takes that."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from core.desk.posts import PostEphemeral, PostErased
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from storage.desk import later, posted
from storage.desk.posted import Posted
from storage.people import families, privacy

AT_DESK = "posts at the desk"
ERASED = ":warning: A reply of yours in case #{} does not leave: everything about the customer was erased."


class Erased(NamedTuple):
    """Tells what was removed, by kind, and what stays at the desk: agents' own messages, which only they can delete."""

    counts: dict[str, int]
    stays: list[Posted]


def erase(hub: Hub, conn: Connection, id_: str, now: datetime, actor: str = "cli") -> Erased:
    """Removes all that is kept about a customer; what they and we said at the desk is removed by posts of its lane."""
    own = families.members(conn, id_)
    ours, theirs = posted.of_customers(conn, own), posted.of_agents(conn, own)
    waiting = later.of_customers(conn, own)
    counts = privacy.erase(conn, id_, now, actor)
    if hub.has_desk:
        take_away(hub, conn, ours, now)
        for each in waiting:
            post_to_desk(hub, conn, PostEphemeral("", each.user, ERASED.format(each.number)), "", now)
        counts[AT_DESK] = len(ours)
    return Erased(counts, theirs if hub.has_desk else [])


def take_away(hub: Hub, conn: Connection, ours: list[Posted], now: datetime) -> None:
    """Has messages and files of ours deleted at the desk."""
    for place, id_ in ours:
        post_to_desk(hub, conn, PostErased(place, id_) if place else PostErased("", file=id_), "", now)
