"""Keeps e-mails that are to be sent: whom to and what about; words only to operators (`text`)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, select, update

from storage.queues.tables import mails

PENDING, SENT, FAILED = "pending", "sent", "failed"
KIND = "mails"  # of the timer that sends one
KEEP = timedelta(days=30)
ADDRESS_MAX = 320  # what the column takes (RFC 3696, 3)


class MailRow(NamedTuple):
    """Holds one e-mail that is to be sent."""

    id: str
    kind: str
    about: str
    address: str
    locale: str
    attempts: int
    created_at: datetime
    expires_at: datetime
    text: str = ""


def row(
    id_: str, kind: str, about: str, address: str, locale: str, now: datetime, expires_at: datetime, text: str = ""
) -> dict[str, Any]:
    """Makes the row of a new e-mail."""
    return {
        "id": id_,
        "kind": kind,
        "about": about,
        "address": address,
        "locale": locale,
        "created_at": now,
        "expires_at": expires_at,
        "text": text,
    }


def waiting(conn: Connection, id_: str) -> MailRow | None:
    """Reads an e-mail that is not sent yet."""
    found = select(*(mails.c[name] for name in MailRow._fields)).where(mails.c.id == id_, mails.c.state == PENDING)
    row = conn.execute(found).first()
    return MailRow(*row) if row else None


def count(conn: Connection, id_: str, code: str) -> None:
    """Records a try that failed, and why; it is tried again."""
    conn.execute(update(mails).where(mails.c.id == id_).values(attempts=mails.c.attempts + 1, code=code[:64]))


def end(conn: Connection, id_: str, state: str, code: str | None = None) -> None:
    """Records what became of it; whom it went to is forgotten."""
    conn.execute(
        update(mails).where(mails.c.id == id_).values(state=state, address="", text="", code=code and code[:64])
    )


def failed_since(conn: Connection, since: datetime) -> list[str]:
    """Lists why e-mails failed since then."""
    found = select(mails.c.code).where(mails.c.state == FAILED, mails.c.created_at >= since)
    return [code for code in conn.scalars(found) if code]


def forget(conn: Connection, now: datetime) -> None:
    """Removes what is old."""
    conn.execute(delete(mails).where(mails.c.created_at < now - KEEP))


def forget_about(conn: Connection, about: Collection[str]) -> None:
    """Removes what is about these."""
    conn.execute(delete(mails).where(mails.c.about.in_(about)))
