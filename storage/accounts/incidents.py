"""Keeps what stops an account, or one template of it, from sending: from the first refusal until it works again."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, literal_column, select, tuple_, update

from core.ids import new_id
from storage.accounts.tables import incidents
from storage.engine.prepared import Prepared
from storage.engine.store import Store

LATE = "said after the messages were taken"  # detail of what only receipts tell
SHOP = "shop"  # stands for the channel where a store's system is what does not let us in; the account is its name
LIMIT = "marketing rests"  # detail of a provider's restriction of the whole account
# Written out, not bound: the partial index is used only when the statement itself says so.
_OPEN = incidents.c.closed_at.is_(literal_column("NULL"))
_OF_ACCOUNT = incidents.c.template == literal_column("''")


class Open(NamedTuple):
    """Names an incident that is open; `template` is empty where it is about the whole account."""

    channel: str
    account: str
    template: str
    language: str
    detail: str | None
    code: str = ""

    @property
    def late(self) -> bool:
        """Tells whether only receipts told of it."""
        return self.detail == LATE


def open_(conn: Connection, store: Store, channel: str, account: str, code: str, detail: str, now: datetime) -> bool:
    """Opens an incident for the account; false when one is open already."""
    row = _row(channel, account, code, detail, now)
    return bool(conn.execute(store.insert(incidents).returning(incidents.c.id), row).first())


def note(conn: Connection, channel: str, account: str, code: str, detail: str, now: datetime, quiet: timedelta) -> bool:
    """Keeps what does not stop the account, as closed at once; false when that was kept less than `quiet` ago."""
    same = (incidents.c.channel == channel, incidents.c.account == account, incidents.c.code == code[:64], _OF_ACCOUNT)
    if conn.scalar(select(incidents.c.id).where(*same, incidents.c.opened_at > now - quiet).limit(1)):
        return False
    conn.execute(incidents.insert(), {**_row(channel, account, code, detail, now), "closed_at": now})
    return True


def last(conn: Connection, channel: str, account: str, code: str, detail: str, now: datetime) -> bool:
    """Keeps that something that does not stop the account is (still) so; tells whether that is news."""
    same = (incidents.c.channel == channel, incidents.c.account == account, incidents.c.code == code[:64])
    if conn.execute(update(incidents).where(*same).values(closed_at=now)).rowcount:
        return False
    conn.execute(incidents.insert(), {**_row(channel, account, code, detail, now), "closed_at": now})
    return True


def lasting(conn: Connection, code: str, since: datetime) -> list[Any]:
    """Lists what `last` kept with this code and was so after then: rows as of `open_now`."""
    mine = (incidents.c.code == code[:64], incidents.c.closed_at > since)
    return list(conn.execute(select(incidents).where(*mine).order_by(incidents.c.opened_at)))


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
    closed = update(incidents).where(_OPEN, _OF_ACCOUNT, mine, kind).values(closed_at=now)
    told = conn.execute(closed.returning(incidents.c.channel, incidents.c.account, incidents.c.code))
    return [(row.channel, row.account, row.code) for row in told]


def open_keys(conn: Connection) -> list[Open]:
    """Lists those that are open, for the way of each message."""
    return [Open(*row) for row in _KEYS.rows(conn)]


_KEYS = Prepared(select(*(incidents.c[name] for name in Open._fields)).where(_OPEN))


def open_now(conn: Connection) -> list[Any]:
    """Lists those that are open, oldest first: rows of the table."""
    return list(conn.execute(select(incidents).where(_OPEN).order_by(incidents.c.opened_at)))


def open_template(conn: Connection, store: Store, trouble: Open, form: str, code: str, now: datetime) -> str:
    """Opens an incident for a template; returns its id, or "" when one is open already."""
    about = {"template": trouble.template, "language": trouble.language, "form": form}
    row = {**_row(trouble.channel, trouble.account, code, trouble.detail or "", now), **about}
    return conn.scalar(store.insert(incidents).returning(incidents.c.id), row) or ""


def close_templates(conn: Connection, troubles: Collection[Open], now: datetime) -> list[Any]:
    """Closes incidents of templates; returns their rows."""
    key = tuple_(incidents.c.channel, incidents.c.account, incidents.c.template, incidents.c.language)
    mine = key.in_([trouble[:4] for trouble in troubles])
    closed = update(incidents).where(_OPEN, ~_OF_ACCOUNT, mine).values(closed_at=now)
    return list(conn.execute(closed.returning(*incidents.c)))


def was_told(conn: Connection, trouble: Open, id_: str, code: str, since: datetime) -> bool:
    """Tells whether the same template has had the same trouble since then, beside the incident `id_`."""
    same = [incidents.c[name] == value for name, value in zip(Open._fields[:4], trouble[:4], strict=True)]
    found = select(incidents.c.id).where(*same, incidents.c.code == code[:64], incidents.c.opened_at > since)
    return conn.scalar(found.where(incidents.c.id != id_).limit(1)) is not None


def _row(channel: str, account: str, code: str, detail: str, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(now),
        "channel": channel,
        "account": account,
        "code": code[:64],
        "detail": detail[:300],
        "opened_at": now,
    }
