"""Keeps what the store tells of customers' accounts beyond name and number: points, birthday, addresses."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from core.shop.buyers import AccountFacts, BuyerRecord, Expiring
from core.shop.orders import StreetAddress
from storage.people import customers
from storage.people.customers import Customer
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
    return records(conn, [id_]).get(id_)


def records(conn: Connection, ids: Collection[str]) -> dict[str, BuyerRecord]:
    """Reads customers as `record` does, by the id asked for; those of whom nothing was told are left out."""
    people = {id_: who for id_, who in customers.by_ids(conn, ids).items() if who.store_id or who.email or who.phone}
    told = {row.id: row for row in conn.execute(_TOLD, {"ids": list({who.id for who in people.values()})})}
    return {id_: _record(who, told[who.id]) for id_, who in people.items()}


_TOLD = select(table.c.id, table.c.account, table.c.points).where(table.c.id.in_(bindparam("ids", expanding=True)))


def _record(who: Customer, told: Any) -> BuyerRecord:
    account = _account(told.account)
    return BuyerRecord(
        id=who.store_id or "",
        name=who.name,
        email=who.email or "",
        phone=who.phone or "",
        tier=who.tier,
        points=told.points,
        expiring=account.expiring,
        birthday=account.birthday,
        addresses=account.addresses,
    )


def _account(data: str | None) -> Account:
    return _ACCOUNT.decode(data) if data else Account()
