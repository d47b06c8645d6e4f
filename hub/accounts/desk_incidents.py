"""Tells operators that the desk itself cannot be reached, which nobody reads at the desk, and that it can again."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.desk.workspaces import account_of, bare
from core.errors import Outcome, SendError
from hub import metrics
from hub.accounts import alarms
from hub.hub import Hub
from storage.accounts import incidents

log = logging.getLogger(__name__)

DESK = "slack"
AWAY_AFTER = timedelta(minutes=3)  # of tries in vain, which a passing fault does not last
DAY = timedelta(days=1)
# Refusals of everything; the others are of one channel or one method, and do not end with the next post elsewhere.
STOPPING = frozenset(
    (
        *("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"),
        *("org_login_required", "ekm_access_denied", "enterprise_is_restricted", "team_access_not_granted"),
        *("accesslimited", "two_factor_setup_required", "unknown_method"),
    )
)
# A channel that is closed to us: only a post into that very channel shows that it is open again.
CHANNEL = frozenset(("is_archived", "channel_not_found", "not_in_channel"))
SHUT = (
    ":rotating_light: The desk ({desk}) cannot be used ({why}). Nothing is lost: cases wait, what customers write is "
    "kept, they are told as ever by when somebody answers, and all of it is posted when Slack works again. "
    "`doorstep cases list` shows who waits, `doorstep doctor` what to mend."
)
REFUSED = ":warning: {desk} refuses some of what is posted there ({why}). It is tried again each minute."
MOVED = (
    ":warning: {desk}: the channel {place} is closed to us ({why}). Its cases are posted anew in {home}, and so are "
    "those that a rule sends there."
)
WORKS = ":white_check_mark: The desk ({desk}) works again; what waited is posted now."


def concerns(error: SendError, age: timedelta) -> bool:
    """Tells whether operators should hear of it; `age` is since when the post waits."""
    away = error.outcome is Outcome.RETRY and age >= AWAY_AFTER
    return away or error.outcome is Outcome.MISCONFIGURED


def heard(hub: Hub, conn: Connection, place: str, error: SendError, now: datetime) -> None:
    """Opens an incident where nothing can be posted, and says so once; else says once a day what is refused."""
    if error.outcome is Outcome.RETRY or error.code in STOPPING:
        opened(hub, conn, place, error.code, error.detail, now)
    elif incidents.note(conn, DESK, place, error.code, error.detail, now, DAY):
        _tell(hub, conn, REFUSED, place, error.code, error.detail, now)


def opened(hub: Hub, conn: Connection, place: str, code: str, cure: str, now: datetime) -> None:
    """Opens an incident, unless one is open: nothing can be posted in the workspace whose first channel that is."""
    if incidents.open_(conn, hub.store, DESK, place, code, cure, now):
        _tell(hub, conn, SHUT, place, code, cure, now)


def moved(hub: Hub, conn: Connection, place: str, code: str, cure: str, now: datetime) -> None:
    """Says that a team's channel is closed to us, and where its cases are instead."""
    if incidents.note(conn, DESK, place, code, cure, now, DAY):
        _tell(hub, conn, MOVED, place, code, cure, now)


def channel_opened(hub: Hub, conn: Connection, place: str, now: datetime) -> None:
    """Ends the incident of a channel that was closed to us; whatever else keeps its workspace from us lasts."""
    open_now = incidents.open_keys(conn)
    if any((each.channel, each.account) == (DESK, place) and each.code in CHANNEL for each in open_now):
        ended(hub, conn, place, now)


def is_over(code: str, *, posted: bool) -> bool:
    """Tells whether something that the workspace took ends an incident; `posted`: into the channel it is about."""
    return posted or code not in CHANNEL


def ended(hub: Hub, conn: Connection, place: str, now: datetime) -> None:
    """Ends the incident, as something was posted."""
    if incidents.close(conn, {(DESK, place)}, now):
        log.info("the desk works again", extra={"place": place})
        alarms.tell(hub, conn, WORKS.format(desk=_named(place)), now)


def _tell(hub: Hub, conn: Connection, words: str, place: str, code: str, cure: str, now: datetime) -> None:
    metrics.incidents.labels(DESK, code).inc()
    log.error("the desk cannot be used", extra={"place": place, "code": code})
    why = ": ".join(filter(None, (code, cure)))
    text = words.format(desk=_named(place), why=why, place=bare(place), home=bare(hub.home(place)))
    alarms.tell(hub, conn, text, now)


def _named(place: str) -> str:
    """Names the workspace of a place: "Slack", "Slack, eu"."""
    account = account_of(place)
    return f"Slack, {account}" if account else "Slack"
