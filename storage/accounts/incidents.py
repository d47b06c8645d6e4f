"""Keeps what stops an account from sending: open from the first refusal until a message goes through again."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, literal_column, select, tuple_, update

from core.ids import new_id
from storage.accounts.tables import incidents
from storage.engine.prepared import Prepared
from storage.engine.store import Store

LATE = "said after the messages were taken"  # detail of what only receipts tell
LIMIT = "marketing rests"  # detail of a provider's restriction of the whole account
# Written out, not bound: the partial index is used only when the statement itself says so.
_OPEN = incidents.c.closed_at.is_(literal_column("NULL"))


def open_(conn: Connection, store: Store, channel: str, account: str, code: str, detail: str, now: datetime) -> bool:
    """Opens an incident for the account; false when one is open already."""
    row = _row(channel, account, code, detail, now)
    return bool(conn.execute(store.insert(incidents).returning(incidents.c.id), row).first())


def note(conn: Connection, channel: str, account: str, code: str, detail: str, now: datetime, quiet: timedelta) -> bool:
    """Keeps what does not stop the account, as closed at once; false when that was kept less than `quiet` ago."""
    same = (incidents.c.channel == channel, incidents.c.account == account, incidents.c.code == code[:64])
    if conn.scalar(select(incidents.c.id).where(*same, incidents.c.opened_at > now - quiet).limit(1)):
        return False
    conn.execute(incidents.insert(), {**_row(channel, account, code, detail, now), "closed_at": now})
    return True


def resting(conn: Connection, since: datetime) -> set[tuple[str, str]]:
    """Lists (channel, account) of those whose provider has restricted them since then."""
    found = select(incidents.c.channel, incidents.c.account)
    rows = conn.execute(found.where(incidents.c.detail == LIMIT, incidents.c.opened_at > since))
    return {(row.channel, row.account) for row in rows}


def close(
    conn: Connection, accounts: Collection[tuple[str, str]], now: datetime, *, late: bool = False
) -> list[tuple[str, str, str]]:
    """Closes these accounts' incidents; returns (channel, account, code) of each. `late` ones only when asked for."""
    mine = tuple_(incidents.c.channel, incidents.c.account).in_(list(accounts))
    kind = incidents.c.detail == LATE if late else incidents.c.detail != LATE
    closed = update(incidents).where(_OPEN, mine, kind).values(closed_at=now)
    told = conn.execute(closed.returning(incidents.c.channel, incidents.c.account, incidents.c.code))
    return [(row.channel, row.account, row.code) for row in told]


def accounts_with_one(conn: Connection) -> set[tuple[str, str]]:
    """Lists (channel, account) of those that have an incident now."""
    return {(channel, account) for channel, account in _ACCOUNTS.rows(conn)}


_ACCOUNTS = Prepared(select(incidents.c.channel, incidents.c.account).where(_OPEN))


def open_now(conn: Connection) -> list[Any]:
    """Lists those that are open, oldest first: rows with channel, account, code, detail, opened_at."""
    return list(conn.execute(select(incidents).where(_OPEN).order_by(incidents.c.opened_at)))


def _row(channel: str, account: str, code: str, detail: str, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(now),
        "channel": channel,
        "account": account,
        "code": code[:64],
        "detail": detail[:300],
        "opened_at": now,
    }
