"""Keeps what the store tells of customers' accounts beyond name and number: points, birthday, addresses."""

from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, select, update

from core.shop.buyers import AccountFacts, BuyerRecord, Expiring
from core.shop.orders import StreetAddress
from storage.people import customers
from storage.people.tables import customers as table


class Account(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is kept as JSON."""

    birthday: date | None = None
    addresses: tuple[StreetAddress, ...] = ()
    expiring: Expiring | None = None


_ACCOUNT = msgspec.json.Decoder(Account)


def told_at(conn: Connection, id_: str) -> datetime | None:
    """Tells when the store told of this customer last."""
    found: datetime | None = conn.scalar(select(table.c.told_at).where(table.c.id == id_))
    return found


def tell(conn: Connection, id_: str, facts: AccountFacts, at: datetime, *, whole: bool) -> None:
    """Keeps what an event says; points older than the known ones do not count. `whole`: it tells of all the account."""
    row = conn.execute(select(table.c.account, table.c.points_at).where(table.c.id == id_).with_for_update()).one()
    known = _account(row.account)
    values: dict[str, object] = {"told_at": at} if whole else {}
    if facts.points is not None and not (row.points_at and at < row.points_at):
        values |= {"points": facts.points, "points_at": at}
        known = msgspec.structs.replace(known, expiring=facts.expiring)
    account = msgspec.structs.replace(
        known,
        birthday=facts.birthday or known.birthday,
        addresses=known.addresses if facts.addresses is None else facts.addresses,
    )
    values["account"] = msgspec.json.encode(account).decode() if account != Account() else None
    conn.execute(update(table).where(table.c.id == id_).values(values))


def record(conn: Connection, id_: str) -> BuyerRecord | None:
    """Reads a customer of whom the store told anything: an account, points, or at least a number or e-mail."""
    who = customers.by_id(conn, id_)
    if who is None or not (who.store_id or who.email or who.phone):
        return None
    row = conn.execute(select(table.c.account, table.c.points).where(table.c.id == who.id)).one()
    account = _account(row.account)
    return BuyerRecord(
        id=who.store_id or "",
        name=who.name,
        email=who.email or "",
        phone=who.phone or "",
        tier=who.tier,
        points=row.points,
        expiring=account.expiring,
        birthday=account.birthday,
        addresses=account.addresses,
    )


def _account(data: str | None) -> Account:
    return _ACCOUNT.decode(data) if data else Account()
