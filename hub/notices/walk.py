"""Walks over orders, customers or cases in groups, for whoever looks for what time alone makes due."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from core.shop.promises import Promise
from hub.hub import Hub
from notifications.promises import HISTORY
from storage.desk import case_counts, cases
from storage.desk.cases import Case
from storage.people import customers
from storage.people.customers import Customer
from storage.promises import ledger
from storage.shop import orders
from storage.shop.orders import Known

GROUP = 100  # orders, customers or cases in one transaction
REMEMBERED = timedelta(days=400)  # a warranty's reminder is about an order of a year ago


class Round(StrEnum):
    """Lists what can be walked over: orders (whose customers were told a day of arrival; all; with a parcel under way),
    customers, cases that are open."""

    PROMISED = "promised"
    ORDERS = "orders"
    UNDER_WAY = "under_way"
    CUSTOMERS = "customers"
    CASES = "cases"


@dataclass(frozen=True)
class Group:
    """Holds what was read together in a round: orders (with what was promised of them), customers or cases."""

    round: Round
    orders: Mapping[str, Known] = field(default_factory=dict)
    promises: Mapping[str, Sequence[Promise]] = field(default_factory=dict)
    people: Sequence[Customer] = ()
    cases: Sequence[Case] = ()

    @property
    def serves(self) -> frozenset[Round]:
        """Returns the rounds that this one is for: among all orders are those under way."""
        return _SERVES[self.round]


# Writes what was found, in a transaction; returns how much of it is new.
Write = Callable[[Connection], int]


@dataclass(frozen=True)
class Visitor:
    """Looks at groups: at those of `rounds`; `find` reads, and returns what is to be written, None for nothing."""

    rounds: Callable[[Hub], frozenset[Round]]
    find: Callable[[Hub, Connection, Group, datetime], Write | None]


def visit(hub: Hub, visitors: Sequence[Visitor], now: datetime) -> int:
    """Shows every group to those who want to see it, once; returns how much is new. A group is one transaction."""
    wanted = [(visitor, visitor.rounds(hub)) for visitor in visitors]
    fresh = 0
    for round_ in rounds_of([each for _, rounds in wanted for each in rounds]):
        those = [visitor for visitor, rounds in wanted if rounds & _SERVES[round_]]
        for conn, group in groups(hub, round_, now):
            found = [write for visitor in those if (write := visitor.find(hub, conn, group, now))]
            if found:
                with hub.store.write() as writing:
                    fresh += sum(write(writing) for write in found)
    if fresh:
        hub.waker.outbox()
    return fresh


def rounds_of(wanted: Collection[Round]) -> list[Round]:
    """Returns the rounds to be made: who walks over all orders passes those under way."""
    return [each for each in Round if each in wanted and not (each is Round.UNDER_WAY and Round.ORDERS in wanted)]


def groups(hub: Hub, round_: Round, now: datetime) -> Iterator[tuple[Connection, Group]]:
    """Reads group after group, each from where the last one ended, with a connection to read more."""
    found: tuple[str, Group] | None = ("", Group(round_))
    while found:
        with hub.store.read() as conn:
            found = _READ[round_](conn, found[0], now)
            if found:
                yield conn, found[1]


def count(conn: Connection, round_: Round, now: datetime) -> int:
    """Counts what is walked over in a round of all orders, customers or cases."""
    counted = {Round.CUSTOMERS: customers.count, Round.CASES: case_counts.count_unresolved}.get(round_)
    return counted(conn) if counted else orders.count(conn, now - REMEMBERED)


_SERVES: Mapping[Round, frozenset[Round]] = {
    **{each: frozenset({each}) for each in Round},
    Round.ORDERS: frozenset({Round.ORDERS, Round.UNDER_WAY}),
}


def _promised(conn: Connection, last: str, now: datetime) -> tuple[str, Group] | None:
    numbers = ledger.awaited(conn, last, GROUP, now - HISTORY)
    if not numbers:
        return None
    known, promises = orders.known(conn, numbers), ledger.of_orders(conn, numbers)
    return numbers[-1], Group(Round.PROMISED, orders=known, promises=promises)


def _orders(conn: Connection, last: str, now: datetime) -> tuple[str, Group] | None:
    numbers = orders.after(conn, last, GROUP, now - REMEMBERED, only_under_way=False)
    return (numbers[-1], Group(Round.ORDERS, orders=orders.known(conn, numbers))) if numbers else None


def _under_way(conn: Connection, last: str, now: datetime) -> tuple[str, Group] | None:
    numbers = orders.after(conn, last, GROUP, now - REMEMBERED, only_under_way=True)
    return (numbers[-1], Group(Round.UNDER_WAY, orders=orders.known(conn, numbers))) if numbers else None


def _customers(conn: Connection, last: str, _now: datetime) -> tuple[str, Group] | None:
    people = customers.after(conn, last, GROUP)
    return (people[-1].id, Group(Round.CUSTOMERS, people=people)) if people else None


def _cases(conn: Connection, last: str, _now: datetime) -> tuple[str, Group] | None:
    found = cases.unresolved_after(conn, last, GROUP)
    return (found[-1].id, Group(Round.CASES, cases=found)) if found else None


_READ: Mapping[Round, Callable[[Connection, str, datetime], tuple[str, Group] | None]] = {
    Round.PROMISED: _promised,
    Round.ORDERS: _orders,
    Round.UNDER_WAY: _under_way,
    Round.CUSTOMERS: _customers,
    Round.CASES: _cases,
}
