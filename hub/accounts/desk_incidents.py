"""Tells operators that the desk itself cannot be reached, which nobody reads at the desk, and that it can again."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import Connection

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
SHUT = (
    ":rotating_light: The desk (Slack) cannot be used ({why}). Nothing is lost: cases wait, what customers write is "
    "kept, they are told as ever by when somebody answers, and all of it is posted when Slack works again. "
    "`doorstep cases list` shows who waits, `doorstep doctor` what to mend."
)
REFUSED = ":warning: Slack refuses some of what is posted there ({why}). It is tried again each minute."
WORKS = ":white_check_mark: The desk (Slack) works again; what waited is posted now."


def concerns(error: SendError, age: timedelta) -> bool:
    """Tells whether operators should hear of it; `age` is since when the post waits."""
    away = error.outcome is Outcome.RETRY and age >= AWAY_AFTER
    return away or error.outcome is Outcome.MISCONFIGURED


def heard(hub: Hub, conn: Connection, place: str, error: SendError, now: datetime) -> None:
    """Opens an incident where nothing can be posted, and says so once; else says once a day what is refused."""
    why = ": ".join(filter(None, (error.code, error.detail)))
    if error.outcome is Outcome.RETRY or error.code in STOPPING:
        news, words = incidents.open_(conn, hub.store, DESK, place, error.code, error.detail, now), SHUT
    else:
        news, words = incidents.note(conn, DESK, place, error.code, error.detail, now, DAY), REFUSED
    if news:
        metrics.incidents.labels(DESK, error.code).inc()
        log.error("the desk cannot be used", extra={"place": place, "code": error.code})
        alarms.tell(hub, conn, words.format(why=why), now)


def ended(hub: Hub, conn: Connection, place: str, now: datetime) -> None:
    """Ends the incident, as something was posted."""
    if incidents.close(conn, {(DESK, place)}, now):
        log.info("the desk works again", extra={"place": place})
        alarms.tell(hub, conn, WORKS, now)
