"""Talks to the flows in the terminal, on the real orders, without any channel."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click
import msgspec

from bots.cli.common import Database
from core.orders import Order
from flows.engine.effects import Effect, Handoff, OpenReturn, Say
from flows.tools.console import Chat
from storage.engine.store import Store
from storage.people import proof_attempts
from storage.shop import orders


class OrdersView:
    """Gives the flows their view of the store: this installation's database, read-only."""

    def __init__(self, store: Store) -> None:
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

    def wrong_attempts(self, order_number: str, since: datetime) -> tuple[int, int]:
        """Counts the wrong attempts of others; a chat in the terminal is not counted."""
        with self._store.read() as conn:
            return 0, proof_attempts.wrong(conn, "", order_number, since)[1]

    def open_returns(self, _order_number: str) -> list[str]:
        """Lists none: returns tried here are not kept."""
        return []


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
