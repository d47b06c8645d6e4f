"""What keeps an account from sending: open from the first refusal until a message goes through again."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, literal_column, select, tuple_, update

from core.ids import new_id
from storage.engine import Store
from storage.tables import incidents

LATE = "said after the messages were taken"  # detail of what only receipts tell
# Written out, not bound: the partial index is used only when the statement itself says so.
_OPEN = incidents.c.closed_at.is_(literal_column("NULL"))


def open_(conn: Connection, store: Store, channel: str, account: str, code: str, detail: str, now: datetime) -> bool:
    """Opens one for the account; false when one is open already."""
    row = {
        "id": new_id(now),
        "channel": channel,
        "account": account,
        "code": code[:64],
        "detail": detail[:300],
        "opened_at": now,
    }
    return bool(conn.execute(store.insert(incidents).returning(incidents.c.id), row).first())


def close(
    conn: Connection, accounts: Collection[tuple[str, str]], now: datetime, *, late: bool = False
) -> list[tuple[str, str]]:
    """Closes those of these (channel, account); returns which there were. `late` ones only when asked for."""
    mine = tuple_(incidents.c.channel, incidents.c.account).in_(list(accounts))
    kind = incidents.c.detail == LATE if late else incidents.c.detail != LATE
    closed = update(incidents).where(_OPEN, mine, kind).values(closed_at=now)
    return [
        (row.channel, row.account) for row in conn.execute(closed.returning(incidents.c.channel, incidents.c.account))
    ]


def open_now(conn: Connection) -> list[Any]:
    """Those that are open, oldest first: rows with channel, account, code, detail, opened_at."""
    return list(conn.execute(select(incidents).where(_OPEN).order_by(incidents.c.opened_at)))
