"""Handles providers' news of our accounts, numbers, pages and templates: keeps it, acts on it, tells the team."""

import logging
import re
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from core.desk.news import DESK
from core.messages.inbound import UNNAMED, AccountNews, decode_event
from hub.accounts import desk_news, incidents, template_incidents
from hub.hub import Hub
from hub.lanes import Claimed, Handled
from hub.shards import ShardLease
from storage.accounts import incidents as incidents_table
from storage.accounts import templates

log = logging.getLogger(__name__)

ALARMING = {"disabled", "paused", "rejected", "flagged", "restricted", "red", "low", "suspended", "deleted"}
_WORDS = re.compile(r"[a-z]+")


def handle(hub: Hub, lease: ShardLease, claimed: Claimed) -> Handled:
    """Keeps what is news and tells the team, in one transaction."""
    now = hub.now()
    with hub.store.write() as conn:
        for item in (item for items in claimed.values() for item in items):
            event = decode_event(item.payload)
            if isinstance(event, AccountNews):
                _HANDLERS.get(event.kind, _other)(hub, conn, event, now)
        lease.finish(conn, [item.id for items in claimed.values() for item in items], now)
    return Handled()


def _template_status(hub: Hub, conn: Connection, event: AccountNews, now: datetime) -> None:
    status = event.state.lower()
    template = (event.channel, event.account, event.subject, event.language)
    fresh = templates.tell(conn, hub.store, *template, now, status=_status(status))
    if _status(status) == templates.APPROVED:
        template_incidents.changed(hub, conn, event.channel, event.subject, event.language, now)
    if fresh and _status(status) != templates.APPROVED:
        _tell(hub, conn, event, now, "Notices that need it take the next channel.")


def _template_category(hub: Hub, conn: Connection, event: AccountNews, now: datetime) -> None:
    """Records a template's new category: one made marketing goes only to customers who agreed to marketing."""
    category = event.state.lower()
    template = (event.channel, event.account, event.subject, event.language)
    if not templates.tell(conn, hub.store, *template, now, category=category):
        return
    cure = "It goes to nobody who has not agreed to marketing." if category == "marketing" else ""
    _tell(hub, conn, event, now, cure)


def _unnamed(hub: Hub, conn: Connection, event: AccountNews, now: datetime) -> None:
    """Tells the team once of a number or page of ours that no setting names; later messages only say that it lasts."""
    if (event.channel, event.account) in hub.channels:
        return
    if incidents_table.last(conn, event.channel, event.account, UNNAMED, event.detail, now):
        log.warning("an account is not named", extra={"channel": event.channel, "account": event.account})
        name = hub.labels.get(event.channel, event.channel)
        text = (
            f":warning: {name}: customers write to `{event.subject}`, which no setting names. Their messages are kept, "
        )
        incidents.notice(hub, conn, f"{text}nobody answers them: {event.detail}.", now)


def _other(hub: Hub, conn: Connection, event: AccountNews, now: datetime) -> None:
    if ALARMING & set(_WORDS.findall(event.state.lower())) or event.kind in ("alert", "policy", "limit"):
        _tell(hub, conn, event, now)


def _tell(hub: Hub, conn: Connection, event: AccountNews, now: datetime, more: str = "") -> None:
    log.warning(
        "news of an account",
        extra={"channel": event.channel, "account": event.account, "kind": event.kind, "state": event.state[:64]},
    )
    what = event.kind.replace("_", " ")
    subject = f" `{event.subject}`" if event.subject else ""
    language = f" ({event.language})" if event.language else ""
    said = f": {event.detail}" if event.detail else ""
    name = hub.labels.get(event.channel, event.channel)
    text = f":warning: {name}: {what}{subject}{language} is now {event.state or 'changed'}{said}. {more}".strip()
    incidents.notice(hub, conn, text, now)


def _status(word: str) -> str:
    """Translates a provider's status into ours; an empty one counts as paused."""
    return templates.APPROVED if word in ("approved", "active", "reinstated") else word or templates.PAUSED


_HANDLERS: dict[str, Callable[[Hub, Connection, AccountNews, datetime], None]] = {
    "template_status": _template_status,
    "template_category": _template_category,
    UNNAMED: _unnamed,
    DESK: desk_news.happened,
}
