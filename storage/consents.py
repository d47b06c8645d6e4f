"""The consent ledger: appended to, never changed; the newest entry of a purpose holds."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from core.ids import new_id
from storage.tables import consents


def row(
    channel: str, subject: str, purpose: str, granted: bool, source: str, now: datetime, proof: str | None = None
) -> dict[str, Any]:
    """A new entry. `subject` is the address value; `proof` the words shown or said."""
    return {
        "id": new_id(now),
        "channel": channel,
        "subject": subject,
        "purpose": purpose,
        "granted": granted,
        "source": source[:64],
        "proof": proof,
        "at": now,
    }


def state(conn: Connection, subjects: Collection[tuple[str, str]]) -> dict[tuple[str, str, str], tuple[bool, str]]:
    """(channel, subject, purpose) -> (granted, source) of the newest entries for these (channel, subject)."""
    if not subjects:
        return {}
    found = conn.execute(
        select(consents.c.channel, consents.c.subject, consents.c.purpose, consents.c.granted, consents.c.source)
        .where(consents.c.subject.in_({subject for _, subject in subjects}))
        .order_by(consents.c.id)
    )
    newest = {(channel, subject, purpose): (granted, source) for channel, subject, purpose, granted, source in found}
    return {key: entry for key, entry in newest.items() if key[:2] in subjects}
