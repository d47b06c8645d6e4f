"""Declares what an action may see: the customer, the time, policies, and a store it can only ask."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

import msgspec
from msgspec.structs import replace

from core.people.addresses import Address
from core.people.conversations import PROOF_LIFETIME, Grant
from core.people.one_time_codes import SentCode
from core.shop.buyers import BuyerRecord
from core.shop.catalogue import Product
from core.shop.orders import Line, Order
from core.shop.returns import RefundRecord, ReturnRecord
from core.shop.stock_alerts import StockAlert
from core.shop.stock_problems import StockProblem
from flows.engine.effects import Effect, GrantProof
from flows.engine.facts import NO_FACTS, Facts
from flows.loading.policies import Policies


class CustomerView(msgspec.Struct, frozen=True):
    """Holds who writes, as far as we know."""

    id: str = ""
    name: str = ""
    locale: str = "en"
    timezone: str = "UTC"


class StoreView(Protocol):
    """Answers questions about the store, read-only."""

    def orders_of_phone(self, phone: str) -> list[Order]:
        """Lists the orders whose buyer has this phone (E.164), newest first."""
        ...

    def order(self, number: str) -> Order | None:
        """Finds the order with this very number."""
        ...

    def orders_named(self, numbers: Sequence[str]) -> list[Order]:
        """Finds the orders that these may name as customers write them, by their own number or a parcel's."""
        ...

    def wrong_attempts(self, order_number: str, since: datetime) -> tuple[int, int]:
        """Counts wrong proofs since then: (by this customer for any order, for this number by anybody)."""
        ...

    def orders_at(self, postcode: str) -> list[Order]:
        """Finds the newest orders that go to this postcode, however it is written."""
        ...

    def codes(self, order_number: str) -> list[SentCode]:
        """Lists the one-time codes that this customer was sent within the hour, the newest first, and those for this
        order that anybody was sent: without an id, as they are not theirs to try."""
        ...

    def is_code(self, id_: str, said: str) -> bool:
        """Tells whether `said` is the code with this id."""
        ...

    def may_text(self, phone: str) -> bool:
        """Tells whether this number (E.164) takes SMS from us: nobody there said STOP."""
        ...

    def returns(self, order_number: str) -> list[ReturnRecord]:
        """Lists the order's returns as they stand, newest first."""
        ...

    def refunds(self, order_number: str) -> list[RefundRecord]:
        """Lists what was refunded of an order, newest first."""
        ...

    def stock_problem(self, order_number: str) -> StockProblem | None:
        """Reads what the store told last of an order that it cannot send as ordered."""
        ...

    def cases_for(self, reason: str, since: datetime) -> int:
        """Counts the cases that this customer had for a reason (`core.cases.case_reasons`) since then."""
        ...

    def allows_news(self) -> bool | None:
        """Tells whether the customer wants news of orders where they write from; None where they said neither."""
        ...

    def products_named(self, text: str) -> list[Product]:
        """Finds the products that a text names, best first, also misspelt."""
        ...

    def product(self, id_: str) -> Product | None:
        """Finds the product with this id."""
        ...

    def products_of(self, lines: Sequence[Line]) -> dict[str, Product]:
        """Finds the products that lines of an order are of, by the lines' ids; one that is not known is left out."""
        ...

    def stock_alerts(self) -> list[StockAlert]:
        """Lists what whoever writes waits for, oldest first."""
        ...

    def buyer(self, order_number: str = "") -> BuyerRecord | None:
        """Reads what the store knows of whoever writes; with a number, of that order's customer."""
        ...


class ActionContext(msgspec.Struct, frozen=True):
    """Gives an action all it may see of the world. `key` is its call's, the same after a crash; `shop` names the deeds
    that the store's system can be asked for, like "order.cancel"."""

    customer: CustomerView
    address: Address
    grants: tuple[Grant, ...]
    store: StoreView
    policies: Policies
    now: datetime
    code_ways: frozenset[str] = frozenset()  # by which one-time codes can be sent: sms, email
    facts: Facts = NO_FACTS
    proved: str | None = None  # a number that is the customer's by the channel's word, where the address itself is none
    key: str = ""
    shop: frozenset[str] = frozenset()

    @property
    def phone(self) -> str | None:
        """Returns the number that the channel vouches for, in E.164."""
        return self.address.phone or self.proved

    def after(self, effects: Iterable[Effect]) -> "ActionContext":
        """Returns the context after `effects`: proofs that they grant are known."""
        granted = tuple(
            Grant(effect.level, effect.order_number, self.now + PROOF_LIFETIME[effect.level])
            for effect in effects
            if isinstance(effect, GrantProof) and effect.level in PROOF_LIFETIME
        )
        return replace(self, grants=(*self.grants, *granted)) if granted else self
