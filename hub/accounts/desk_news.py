"""Acts on what the desk says about its channels and about us there: at once, not when the next post is refused.

Cases never go over to another workspace by themselves: other people read there. A team's channel that is closed leaves
its cases to the first channel of its workspace; where that one is closed they wait, and operators are told.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection

from core.desk.news import ARCHIVED, DELETED, JOINED, LEFT, REVOKED, UNARCHIVED, UNINSTALLED
from core.desk.posts import PostCard, PostEphemeral
from core.desk.workspaces import account_of
from core.messages.inbound import AccountNews
from hub.accounts import desk_incidents
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from storage.desk import cases, threads

log = logging.getLogger(__name__)

CLOSED_TO_LEAD = (
    ":warning: Your team's channel is closed to us ({why}). {cases} posted anew in the desk's first channel, and so "
    "are new ones, until yours is open to us again."
)
OPEN_TO_LEAD = ":white_check_mark: Your team's channel is open to us again: new cases are posted there."


def happened(hub: Hub, conn: Connection, event: AccountNews, now: datetime) -> None:
    """Acts on one piece of news, within the transaction that keeps it."""
    log.info("news of the desk", extra={"place": event.account, "state": event.state})
    deed = _DEEDS.get(event.state)
    if deed and account_of(hub.home(event.account)) == account_of(event.account):  # else it is no longer ours
        deed(hub, conn, event, now)


def _closed(hub: Hub, conn: Connection, event: AccountNews, now: datetime) -> None:
    place = event.account
    if place in hub.places:
        desk_incidents.opened(hub, conn, place, event.subject, event.detail, now)
        return
    standing, leads = cases.unresolved_at(conn, place), list(_leads(hub, place))
    if not (standing or place in _channels(hub)):
        return  # the bot is in other channels, too
    for case in standing:
        threads.forget_thread(conn, hub.store, case, hub.home(place))
        post_to_desk(hub, conn, PostCard(case.id, first=True), case.id, now)
    desk_incidents.moved(hub, conn, place, event.subject, event.detail, now)
    told = "Its case is" if len(standing) == 1 else f"Its {len(standing)} cases are"
    for lead in leads:
        _tell(hub, conn, lead, CLOSED_TO_LEAD.format(why=event.state, cases=told), now)


def _opened(hub: Hub, conn: Connection, event: AccountNews, now: datetime) -> None:
    desk_incidents.channel_opened(hub, conn, event.account, now)
    for lead in _leads(hub, event.account):
        if event.account not in hub.places:
            _tell(hub, conn, lead, OPEN_TO_LEAD, now)


def _shut(hub: Hub, conn: Connection, event: AccountNews, now: datetime) -> None:
    desk_incidents.opened(hub, conn, hub.home(event.account), event.subject, event.detail, now)


def _channels(hub: Hub) -> set[str]:
    """Lists the channels into which rules send cases."""
    routing = hub.routing
    said = {each.then.channel for each in routing.rules} | {routing.default.channel}
    return {place for place in (*said, *(team.channel for team in routing.teams.values())) if place}


def _leads(hub: Hub, place: str) -> Iterator[str]:
    """Lists who leads the teams whose channel that is."""
    return (team.lead for team in hub.routing.teams.values() if team.channel == place and team.lead)


def _tell(hub: Hub, conn: Connection, user: str, text: str, now: datetime) -> None:
    post_to_desk(hub, conn, PostEphemeral("", user, text), "", now)


_DEEDS: Mapping[str, Callable[[Hub, Connection, AccountNews, datetime], None]] = MappingProxyType(
    {
        **dict.fromkeys((ARCHIVED, DELETED, LEFT), _closed),
        **dict.fromkeys((UNARCHIVED, JOINED), _opened),
        **dict.fromkeys((UNINSTALLED, REVOKED), _shut),
    }
)
