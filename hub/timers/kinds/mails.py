"""Sends an e-mail: its timer comes again until the server took it, refused it, or its time is over."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from core.errors import Outcome, SendError
from core.ports.mail import Mail
from core.retries import RULES, Failure
from hub.accounts import alarms
from hub.customers import one_time_codes
from hub.hub import Hub
from hub.timers.kind import Kind
from storage.people import one_time_codes as codes
from storage.queues import mails
from storage.queues.mails import MailRow

log = logging.getLogger(__name__)

WRITERS: Mapping[str, Callable[[Hub, MailRow], Mail]] = {
    one_time_codes.CODE: one_time_codes.mail,
    alarms.ALARM: alarms.mail,
}
EXPIRED, OFF = "expired", "mail_off"


def _handle(hub: Hub, subject: str, now: datetime) -> datetime | None:
    """Sends the e-mail with this id. A worker that dies here leaves it to the next, which sends the same message."""
    with hub.store.read() as conn:
        row = mails.waiting(conn, subject)
    if row is None:
        return None
    if now >= row.expires_at or hub.mailer is None:
        _end(hub, row, EXPIRED if hub.mailer else OFF)
        return None
    try:
        hub.mailer.send(WRITERS[row.kind](hub, row))
    except SendError as error:
        return _failed(hub, row, error, now)
    with hub.store.write() as conn:
        mails.end(conn, row.id, mails.SENT)
    return None


def _failed(hub: Hub, row: MailRow, error: SendError, now: datetime) -> datetime | None:
    log.warning("an e-mail was not taken", extra={"mail_id": row.id, "code": error.code})
    if error.outcome is Outcome.CONTENT_REJECTED:
        _end(hub, row, error.code)
        return None
    with hub.store.write() as conn:
        mails.count(conn, row.id, error.code)
    return now + timedelta(seconds=RULES[Failure.MAIL].wait(row.attempts))


def _end(hub: Hub, row: MailRow, code: str) -> None:
    with hub.store.write() as conn:
        mails.end(conn, row.id, mails.FAILED, code)
        if row.kind == one_time_codes.CODE:
            codes.fail(conn, row.about)


KIND = Kind(_handle)
