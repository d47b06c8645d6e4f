"""Sends a message again that failed after the provider took it, if the failure may pass."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.errors import Outcome, SendError
from core.messages.outbound import Speaker
from core.retries import RULES, Failure
from hub import metrics
from hub.accounts import incidents
from hub.delivery.outcomes import other_form
from hub.hub import Hub
from storage.queues import outbox, outcomes, parts
from storage.queues.parts import KnownPart

PASSING = (Outcome.RETRY, Outcome.PACE, Outcome.MISCONFIGURED)


def again(hub: Hub, conn: Connection, part: KnownPart, code: str, now: datetime) -> bool:
    """Sends a message again after a failure that may pass (carrier trouble, a busy provider, an account to be mended);
    or goes in another form (a file whose type was refused); false when it may not. Marketing is never sent again.

    Of an account that is not in order only the first message is tried again soon, to see whether it is mended; the
    others wait until one has arrived (`incidents.ended`), or for an hour.
    """
    error = _meaning(hub, part, code)
    first = incidents.concerns(error) and incidents.heard(hub, conn, part.channel, part.account, error, now)
    posting = outbox.by_id(conn, part.outbox_id)
    if posting is None or posting.speaker == Speaker.MARKETING.value:
        return False
    if other_form.instead(hub, conn, posting, part.id, error):
        return _reopen(conn, part, now, code)
    if error.outcome not in PASSING:
        return False
    stops_all = error.outcome is Outcome.MISCONFIGURED and error.scope != "pair"
    slowly = error.scope == "alert" or (stops_all and not first)
    rule = RULES[Failure.LATE_SLOWLY if slowly else Failure.LATE]
    if rule.is_over(posting.attempts):
        return False
    until = now + timedelta(seconds=rule.wait(posting.attempts))
    return _reopen(conn, part, until, code)


def _reopen(conn: Connection, part: KnownPart, until: datetime, code: str) -> bool:
    if not outcomes.reopen(conn, part.outbox_id, until, code):
        return False
    parts.resend(conn, part.id)
    metrics.sends.labels(part.channel, "failed_late").inc()
    return True


def _meaning(hub: Hub, part: KnownPart, code: str) -> SendError:
    """Reads a code in a receipt as the answer to a call."""
    table = hub.errors.get((part.channel, part.account))
    if table is None or not table.knows(code):
        return SendError(Outcome.CONTENT_REJECTED, code, incidents.LATE)
    return SendError(table.outcome(code), code, incidents.LATE, scope=table.scopes.get(code, "all"))
