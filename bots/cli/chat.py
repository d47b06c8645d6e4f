"""Talks to the flows in the terminal, on the real orders, without any channel."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click
import msgspec

from bots.cli.common import Database
from core.buyers import BuyerRecord
from core.catalogue import Product, Variant
from core.orders import Line, Order
from core.returns import RefundRecord, ReturnRecord
from flows.engine.effects import Effect, Handoff, OpenReturn, Say
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore
from storage.engine.store import Store
from storage.people import accounts, proof_attempts
from storage.shop import orders, products, returns


class OrdersView(MemoryStore):
    """Gives the flows their view of the store: this installation's database, read-only. What they record (attempts,
    returns, one-time codes) is kept for this chat alone."""

    def __init__(self, store: Store) -> None:
        super().__init__([])
        self._store = store

    def orders_of_phone(self, phone: str) -> list[Order]:
        """Lists orders by phone, newest first."""
        with self._store.read() as conn:
            return orders.by_phone(conn, phone)

    def order(self, number: str) -> Order | None:
        """Finds an order by its number."""
        with self._store.read() as conn:
            return orders.by_number(conn, number)

    def orders_named(self, numbers: Sequence[str]) -> list[Order]:
        """Finds the orders that these may name, by number or by a parcel's."""
        with self._store.read() as conn:
            return orders.by_forms(conn, numbers)

    def orders_at(self, postcode: str) -> list[Order]:
        """Finds the orders that go there."""
        with self._store.read() as conn:
            return orders.by_postcode(conn, postcode)

    def wrong_attempts(self, order_number: str, since: datetime) -> tuple[int, int]:
        """Counts the wrong attempts of others; a chat in the terminal is not counted."""
        with self._store.read() as conn:
            return 0, proof_attempts.wrong(conn, "", order_number, since)[1]

    def returns(self, order_number: str) -> list[ReturnRecord]:
        """Lists the order's returns as they stand, newest first."""
        with self._store.read() as conn:
            return returns.of_order(conn, order_number)

    def refunds(self, order_number: str) -> list[RefundRecord]:
        """Lists what was refunded of an order, newest first."""
        with self._store.read() as conn:
            return returns.refunds_of(conn, order_number)

    def products_named(self, text: str) -> list[Product]:
        """Finds the products that a text names, best first."""
        with self._store.read() as conn:
            return products.named(conn, text)

    def product(self, id_: str) -> Product | None:
        """Finds the product with this id."""
        with self._store.read() as conn:
            return products.by_id(conn, id_)

    def product_of(self, line: Line) -> Product | None:
        """Finds the product that an order's line is of."""
        with self._store.read() as conn:
            return products.of_line(conn, line)

    def variants_of(self, line: Line) -> list[Variant]:
        """Lists the variants of the product that an order's line is of."""
        with self._store.read() as conn:
            return products.variants_of(conn, line)

    def buyer(self, order_number: str = "") -> BuyerRecord | None:
        """Reads what the store knows of the customer of this order; who talks in a terminal is nobody."""
        with self._store.read() as conn:
            known = orders.state_of(conn, order_number) if order_number else None
            return accounts.record(conn, known[1]) if known and known[1] else None


def talk(loaded: Any, policies: Any, opened: Database, channel: str, locale: str, phone: str, *, as_json: bool) -> None:
    """Talks until the line ends; for programs, what each line leads to is one line of JSON."""
    conversation = Chat(
        loaded, OrdersView(opened.store), channel, locale, opened.now(), phone or "terminal", policies=policies
    )
    if not as_json:
        click.echo("Write as the customer would; a number takes a choice. Ctrl-D ends.")
    while True:
        try:
            text = input("" if as_json else "you: ")
        except EOFError:
            click.echo(nl=not as_json)
            return
        effects = conversation.say(text)
        if as_json:
            click.echo(msgspec.json.encode(effects, enc_hook=str))
        else:
            click.echo("".join(f"{line}\n" for line in map(spoken, effects) if line), nl=False)


def spoken(effect: Effect) -> str:
    """Words an effect for the terminal: the bot's text with its options, or what would be done."""
    match effect:
        case Say(text=text, options=options, link=link):
            choices = "".join(f"\n     {n}. {option.title}" for n, option in enumerate(options, 1))
            return f"bot: {text}{choices}" + (f"\n     {link}" if link else "")
        case Handoff(reason=reason, summary=summary):
            return f"---- a person takes over: {reason}. {summary}"
        case OpenReturn(reference=reference):
            return f"---- return {reference} would be opened"
        case _:
            return ""
