"""Tells operators, once, of what only they can mend, and of its end: in the desk's channel and in the log."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.desk.posts import PostNote
from core.errors import Outcome, SendError
from hub import metrics
from hub.accounts import alarms
from hub.delivery.outcomes.judging import MARKETING_REST
from hub.delivery.postings import post_to_desk
from hub.hub import Hub
from storage.accounts import incidents
from storage.queues import outbox

log = logging.getLogger(__name__)

LATE = incidents.LATE
DAY = timedelta(days=1)  # between two reports of what concerns one customer or message
RESTRICTED = ":rotating_light: {who} is restricted by the provider ({why}). Marketing rests there for {hours} hours; "
RESTRICTED += "everything else is tried again, less and less often."
CLOSED = ":warning: {who} may not write to some customers ({why}), in a country that is not switched on perhaps. "
CLOSED += "Notices to them go another way, replies wait; all others are not concerned."
ALARMING = ":warning: {who}: a message was refused for a reason you should know ({why}). It is not sent again."


def concerns(error: SendError) -> bool:
    """Tells whether operators should hear of a refusal."""
    return error.outcome is Outcome.MISCONFIGURED or error.scope == "alert"


def heard(hub: Hub, conn: Connection, channel: str, account: str, error: SendError, now: datetime) -> bool:
    """Reports a refusal to operators; returns whether it opened an incident. A receipt's refusal has the detail `LATE`.

    Only what stops the whole account is an incident, which the next message that goes through ends. What concerns one
    customer, one message or the pace is reported once in a while: messages to others neither cause nor end it.
    """
    if error.outcome is Outcome.MISCONFIGURED and error.scope != "pair":
        return opened(hub, conn, channel, account, error.code, error.detail, now)
    words, quiet, detail = CLOSED, DAY, error.detail
    if error.outcome is Outcome.PACE:
        words, quiet, detail = RESTRICTED, MARKETING_REST, incidents.LIMIT
    elif error.scope == "alert":
        words = ALARMING
    if channel in hub.labels and incidents.note(conn, channel, account, error.code, detail, now, quiet):
        metrics.incidents.labels(channel, error.code).inc()
        log.error("an account is not in order", extra={"channel": channel, "account": account, "code": error.code})
        why = ": ".join(filter(None, (error.code, error.detail)))
        hours = MARKETING_REST // timedelta(hours=1)
        notice(hub, conn, words.format(who=f"{hub.labels[channel]} ({account})", why=why, hours=hours), now)
    return False


def opened(hub: Hub, conn: Connection, channel: str, account: str, code: str, detail: str, now: datetime) -> bool:
    """Opens an incident: the account cannot send, what is queued is kept. Returns whether that is news."""
    if channel not in hub.labels or not incidents.open_(conn, hub.store, channel, account, code, detail, now):
        return False
    metrics.incidents.labels(channel, code).inc()
    log.error("an account cannot send", extra={"channel": channel, "account": account, "code": code})
    why = f": {detail}" if detail else ""
    notice(
        hub,
        conn,
        f":rotating_light: {hub.labels[channel]} ({account}) cannot send ({code}{why}). Nothing is lost: what is "
        f"queued waits and is tried again every minute. `doorstep channels status` tells what to mend.",
        now,
    )
    return True


def ill(hub: Hub) -> list[incidents.Open]:
    """Lists what cannot be used as far as we know: accounts, and templates."""
    with hub.store.read() as conn:
        return incidents.open_keys(conn)


def ended(
    hub: Hub, conn: Connection, accounts: Collection[tuple[str, str]], now: datetime, *, late: bool = False
) -> None:
    """Ends incidents of accounts whose messages are taken again; with `late`, those that only receipts reported,
    as messages arrive again. Messages that had been taken and failed late then wait no longer.
    """
    for channel, account, code in incidents.close(conn, accounts, now, late=late):
        if late:
            outbox.release(conn, channel, account, code, now)
        log.info("an account sends again", extra={"channel": channel, "account": account})
        notice(hub, conn, f":white_check_mark: {hub.labels[channel]} ({account}) sends again.", now)


def notice(hub: Hub, conn: Connection, text: str, now: datetime) -> None:
    """Posts a text to the team in the desk's channel, outside any case, and sends it to the operators."""
    alarms.tell(hub, conn, text, now)
    if hub.has_desk:
        post_to_desk(hub, conn, PostNote("", text), "", now)
