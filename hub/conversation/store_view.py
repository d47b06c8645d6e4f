"""Reads for flows what they may know of the store: once for a group, with what a turn has not written yet."""

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import Connection

from core.cases.expected_reply import Queue
from core.people.consent import SERVICE
from core.people.one_time_codes import SMS, SentCode, is_code
from core.shop.buyers import BuyerRecord
from core.shop.catalogue import Product
from core.shop.orders import Line, Order
from core.shop.returns import RefundRecord, ReturnRecord
from core.shop.stock_alerts import StockAlert
from core.shop.stock_problems import StockProblem
from hub.conversation.turn import Turn
from storage.desk import case_counts
from storage.people import accounts, consents, one_time_codes, proof_attempts
from storage.shop import orders, products, returns, stock_alerts, stock_problems


class GroupReader:
    """Reads orders for the conversations of one group; the first question about a number reads those of all."""

    def __init__(self, conn: Connection, phones: Collection[str]) -> None:
        self.conn = conn
        self._phones = frozenset(phones)
        self.wrong_attempts: list[str] = []  # of turns in this group that are not written yet
        self._queues: dict[str, tuple[Queue, datetime]] = {}
        self._by_phone: dict[str, list[Order]] = {}
        self._by_number: dict[str, Order | None] = {}
        self._by_name: dict[tuple[str, ...], list[Order]] = {}

    def of_phone(self, phone: str) -> list[Order]:
        """Returns orders placed with this number, newest first."""
        if phone not in self._by_phone:
            wanted = {phone, *(self._phones - self._by_phone.keys())}
            self._by_phone.update(orders.by_phones(self.conn, wanted))
            self._by_number.update({o.number: o for found in self._by_phone.values() for o in found})
        return self._by_phone[phone]

    def order(self, number: str) -> Order | None:
        """Returns an order of any customer."""
        if number not in self._by_number:
            self._by_number[number] = orders.by_number(self.conn, number)
        return self._by_number[number]

    def queue(self, team: str, since: datetime) -> tuple[Queue, datetime]:
        """Counts the cases of a team as `storage.desk.case_counts.queue` does, once for the group."""
        if team not in self._queues:
            self._queues[team] = case_counts.queue(self.conn, team, since)
        return self._queues[team]

    def named(self, numbers: Sequence[str]) -> list[Order]:
        """Returns orders of any customer that these may name; a number that is written as the store writes it is not
        asked for again."""
        known = self._by_number.get(numbers[0]) if numbers else None
        if known is not None:
            return [known]
        asked = tuple(numbers)
        if asked not in self._by_name:
            self._by_name[asked] = orders.by_forms(self.conn, asked)
            self._by_number.update({order.number: order for order in self._by_name[asked]})
        return self._by_name[asked]


class TurnStore:
    """Answers the questions of one turn's actions (flows.engine.context.StoreView); writes nothing."""

    def __init__(self, turn: Turn, reader: GroupReader) -> None:
        self._turn = turn
        self._reader = reader
        self._kept_codes: dict[str, list[tuple[bool, SentCode]]] = {}  # a flow asks for them at every step

    def orders_of_phone(self, phone: str) -> list[Order]:
        """Returns the orders placed with this number, newest first."""
        return self._reader.of_phone(phone)

    def order(self, number: str) -> Order | None:
        """Returns an order of any customer; whether they may see it is the flow's to ask."""
        return self._reader.order(number)

    def orders_named(self, numbers: Sequence[str]) -> list[Order]:
        """Finds the orders that these may name, by number or by a parcel's."""
        return self._reader.named(numbers)

    def wrong_attempts(self, order_number: str, since: datetime) -> tuple[int, int]:
        """Counts wrong proofs since then: (by this customer, on this order by anybody)."""
        mine, theirs = proof_attempts.wrong(self._reader.conn, self._turn.conversation.id, order_number, since)
        fresh = [number for number, ok in self._turn.proof_attempts if not ok]
        return mine + len(fresh), theirs + [*fresh, *self._reader.wrong_attempts].count(order_number)

    def orders_at(self, postcode: str) -> list[Order]:
        """Returns the orders of any customer that go there."""
        return orders.by_postcode(self._reader.conn, postcode)

    def codes(self, order_number: str) -> list[SentCode]:
        """Returns the codes that count for the limit, with those of this turn."""
        if order_number not in self._kept_codes:
            self._kept_codes[order_number] = one_time_codes.of(
                self._reader.conn, self._turn.conversation.id, order_number, self._turn.now
            )
        found = [each if mine else replace(each, id="") for mine, each in self._kept_codes[order_number]]
        return [self._tried(each) for each in (*self._turn.codes, *found)]

    def _tried(self, code: SentCode) -> SentCode:
        tries = [ok for id_, ok in self._turn.tried_codes if id_ == code.id]
        return replace(code, tries=code.tries + tries.count(False), used=code.used or True in tries)

    def is_code(self, id_: str, said: str) -> bool:
        """Compares with the code of this id."""
        return is_code(said, self._turn.hub.code_of(id_))

    def may_text(self, phone: str) -> bool:
        """Looks for a STOP by SMS."""
        return consents.allows(self._reader.conn, SMS, phone, SERVICE)

    def returns(self, order_number: str) -> list[ReturnRecord]:
        """Lists the order's returns as they stand, newest first; those of this turn too."""
        fresh = [record for record in self._turn.returns if record.order_number == order_number]
        return [*reversed(fresh), *returns.of_order(self._reader.conn, order_number)]

    def refunds(self, order_number: str) -> list[RefundRecord]:
        """Lists what was refunded of an order, newest first."""
        return returns.refunds_of(self._reader.conn, order_number)

    def stock_problem(self, order_number: str) -> StockProblem | None:
        """Reads what the store told last of an order that it cannot send as ordered."""
        return stock_problems.of_order(self._reader.conn, order_number)

    def cases_for(self, reason: str, since: datetime) -> int:
        """Counts the cases that this customer had for a reason since then."""
        return case_counts.count_of(self._reader.conn, self._turn.customer_id, reason, since)

    def allows_news(self) -> bool | None:
        """Reads what the customer said last of service messages to where they write from."""
        where = self._turn.conversation
        known = consents.state(self._reader.conn, {(where.channel, where.value)})
        return known.get((where.channel, where.value, SERVICE), (None, ""))[0]

    def products_named(self, text: str) -> list[Product]:
        """Finds the products that a text names, best first."""
        return products.named(self._reader.conn, text)

    def product(self, id_: str) -> Product | None:
        """Finds the product with this id."""
        return products.by_id(self._reader.conn, id_)

    def products_of(self, lines: Sequence[Line]) -> dict[str, Product]:
        """Finds the products that lines of an order are of, by the lines' ids."""
        return products.of_lines(self._reader.conn, lines)

    def stock_alerts(self) -> list[StockAlert]:
        """Lists what whoever writes waits for, oldest first."""
        return stock_alerts.of_customer(self._reader.conn, self._turn.customer_id)

    def buyer(self, order_number: str = "") -> BuyerRecord | None:
        """Reads what the store knows of whoever writes; with a number, of that order's customer."""
        id_: str | None = self._turn.customer_id
        if order_number:
            id_ = (orders.state_of(self._reader.conn, order_number) or (None, None))[1]
        return accounts.record(self._reader.conn, id_) if id_ else None
