"""Operators hear of what only they can mend, once, and of its end: in the desk's channel, and in the log."""

import logging
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from core.addresses import CHANNELS
from core.desk import PostNote
from hub import metrics
from hub.hub import Hub
from hub.postings import post_to_desk
from storage import incidents

log = logging.getLogger(__name__)


def opened(hub: Hub, conn: Connection, channel: str, account: str, code: str, detail: str, now: datetime) -> None:
    """The account cannot send; what is queued is kept."""
    if channel not in CHANNELS or not incidents.open_(conn, hub.store, channel, account, code, detail, now):
        return
    metrics.incidents.labels(channel, code).inc()
    log.error("an account cannot send", extra={"channel": channel, "account": account, "code": code})
    why = f": {detail}" if detail else ""
    notice(
        hub,
        conn,
        f":rotating_light: *{CHANNELS[channel]} ({account}) cannot send* ({code}{why}). Nothing is lost: what is "
        f"queued waits and is tried again every minute. `doorstep channels status` tells what to mend.",
        now,
    )


def ended(hub: Hub, conn: Connection, accounts: Collection[tuple[str, str]], now: datetime) -> None:
    """Messages of these accounts go through (again)."""
    for channel, account in incidents.close(conn, accounts, now):
        log.info("an account sends again", extra={"channel": channel, "account": account})
        notice(hub, conn, f":white_check_mark: {CHANNELS[channel]} ({account}) sends again.", now)


def notice(hub: Hub, conn: Connection, text: str, now: datetime) -> None:
    """A word to the team in the desk's channel, outside any case."""
    if hub.has_desk:
        post_to_desk(hub, conn, PostNote("", text), "", now)
