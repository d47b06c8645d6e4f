"""Reads what says who customers are and where they live, whoever told it, so that it can be hidden."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, literal_column, null, select, union_all

from core.people.known import Known
from core.shop.orders import Buyer, StreetAddress
from storage.people import families
from storage.people.accounts import Account
from storage.people.tables import addresses, customers
from storage.shop.tables import orders

_BUYER = msgspec.json.Decoder(Buyer)
_STREET = msgspec.json.Decoder(StreetAddress)
_ACCOUNT = msgspec.json.Decoder(Account)
CUSTOMER, ADDRESS, ORDER, NUMBER = "customer", "address", "order", "number"


def known_of(conn: Connection, customer_ids: Iterable[str]) -> dict[str, Known]:
    """Reads by customer their names, e-mails, phones, addresses, lines of streets and numbers of orders: their own and
    those of everybody who turned out to be them. Two statements, however many are asked for."""
    people = families.members_of(conn, customer_ids)
    told: dict[str, list[Any]] = {}
    for row in conn.execute(_TOLD, {"ids": list({each for own in people.values() for each in own})}):
        told.setdefault(row.id, []).append(row)
    return {id_: _known([row for each in own for row in told.get(each, ())]) for id_, own in people.items()}


def _told() -> Any:
    """Asks for all of it; where somebody ordered to is read once, however often they did."""
    ids: Any = bindparam("ids", expanding=True)
    parts = (
        (CUSTOMER, customers, "id", ("name", "email", "phone", "account")),
        (ADDRESS, addresses, "customer_id", ("value", "phone")),
        (ORDER, orders, "customer_id", ("buyer", "shipping")),
        (NUMBER, orders, "customer_id", ("number",)),
    )
    return union_all(
        *(
            select(
                literal_column(f"'{what}'").label("what"),
                table.c[whose].label("id"),
                *(table.c[names[n]].label(f"told_{n}") if n < len(names) else null() for n in range(4)),
            )
            .where(table.c[whose].in_(ids))
            .distinct()
            for what, table, whose, names in parts
        )
    )


_TOLD = _told()


def _known(rows: Collection[Any]) -> Known:
    names: list[str] = []
    lines: list[str] = []
    kept: list[str] = []
    for what, _, one, two, three, four in rows:
        if what == CUSTOMER:
            names.append(one)
            lines += (two, three)
            lines += _streets(_ACCOUNT.decode(four).addresses if four else ())
        elif what == ADDRESS:
            lines += (one, two)
        elif what == ORDER:
            buyer = _BUYER.decode(one)
            names.append(buyer.name)
            lines += (buyer.email, buyer.phone, *_streets([_STREET.decode(two)]))
        else:
            kept.append(one)
    return Known(_filled(names), _filled(lines), _filled(kept))


def _streets(told: Iterable[StreetAddress]) -> Iterator[str]:
    for each in told:
        yield from (each.line1, each.line2, each.postcode)


def _filled(words: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in words if word and word.strip()))
