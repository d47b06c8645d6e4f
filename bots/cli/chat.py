"""Talks to the flows in the terminal, on the real orders, without any channel."""

from collections.abc import Sequence
from datetime import datetime

import click
import msgspec

from bots.cli.common import Database
from core.people.addresses import e164
from core.people.consent import keyword
from core.people.conversations import Owner
from core.shop.buyers import BuyerRecord
from core.shop.catalogue import Product
from core.shop.orders import Buyer, Line, Order
from core.shop.returns import RefundRecord, ReturnRecord
from core.shop.stock_alerts import StockAlert
from flows.engine.effects import Effect, Handoff, OpenReturn, Say
from flows.engine.flowset import FlowSet
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore
from flows.understanding.lexicon.languages import language_of
from hub.conversation.hearing.consent_words import CONSENT_TEXTS
from hub.store_folder import StoreFolder
from storage.engine.store import Store
from storage.people import accounts, proof_attempts
from storage.shop import orders, products, returns

RELEASE = "/release"  # what a colleague's button does at the desk


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

    def products_of(self, lines: Sequence[Line]) -> dict[str, Product]:
        """Finds the products that lines of an order are of, by the lines' ids."""
        with self._store.read() as conn:
            return products.of_lines(conn, lines)

    def stock_alerts(self) -> list[StockAlert]:
        """Lists nothing: nobody can be written to in a terminal."""
        return []

    def buyer(self, order_number: str = "") -> BuyerRecord | None:
        """Reads what the store knows of the customer of this order; who talks in a terminal is nobody."""
        with self._store.read() as conn:
            known = orders.state_of(conn, order_number) if order_number else None
            return accounts.record(conn, known[1]) if known and known[1] else None


class Talk:
    """Answers lines as a channel would: consent words first, then a colleague who has it, else the bot."""

    def __init__(self, flows: FlowSet, chat: Chat) -> None:
        self._flows = flows
        self._chat = chat
        self.owner = Owner.BOT

    def hear(self, text: str) -> list[Effect]:
        """Takes a line as the customer's; returns what comes of it, nothing while a colleague has the conversation."""
        word = keyword(text, self._chat.context.address.channel)
        if word is not None:
            key, locale = CONSENT_TEXTS[word], self._chat.session.locale
            return [Say(self._flows.say(key, locale), key=key)]
        if self.owner is Owner.AGENT:
            return []
        effects = self._chat.say(text)
        if any(isinstance(effect, Handoff) for effect in effects):
            self.owner = Owner.AGENT
        return effects

    def release(self) -> list[Effect]:
        """Gives the conversation back to the bot, as a colleague does."""
        if self.owner is Owner.BOT:
            return []
        self.owner = Owner.BOT
        return [Say(self._flows.say("bot_back", self._chat.session.locale), key="bot_back")]


def talk(talked: Talk, *, as_json: bool) -> None:
    """Talks until the line ends; for programs, what each line leads to is one line of JSON."""
    if not as_json:
        click.echo(f"Write as the customer would; a number takes a choice. {RELEASE} ends a handover. Ctrl-D ends.")
    while True:
        try:
            text = input("" if as_json else "you: ")
        except EOFError:
            click.echo(nl=not as_json)
            return
        effects = talked.release() if text.strip() == RELEASE else talked.hear(text)
        if as_json:
            click.echo(msgspec.json.encode(effects, enc_hook=str))
        else:
            lines = [line for line in map(spoken, effects) if line]
            quiet = ["---- a colleague has it"] if talked.owner is Owner.AGENT and not lines else []
            click.echo("".join(f"{line}\n" for line in lines or quiet), nl=False)


def begin(folder: StoreFolder, opened: Database, channel: str, locale: str, phone: str) -> Talk:
    """Begins a chat as the customer of this number would find it: in their language and zone, else in the shop's.

    Raises click.BadParameter.
    """
    number = e164(phone) if phone else None
    if phone and number is None:
        raise click.BadParameter(f"{phone} is no phone number; expected one like +12025550101.")
    loaded, shop = folder.flows, folder.notices.shop
    spoken_here = sorted(set(map(language_of, loaded.responses.by_locale)))
    if locale and language_of(locale) not in spoken_here:
        raise click.BadParameter(f"there are no texts in {locale}; expected one of {', '.join(spoken_here)}.")
    view = OrdersView(opened.store)
    own = view.orders_of_phone(number) if number else []
    buyer = own[0].buyer if own else Buyer()
    language, zone = locale or buyer.locale or shop.locale, buyer.timezone or shop.timezone
    chat = Chat(loaded, view, channel, language, opened.now(), number or "terminal", zone, folder.policies)
    return Talk(loaded, chat)


def spoken(effect: Effect) -> str:
    """Words an effect for the terminal: the bot's text with its options, or what would be done."""
    match effect:
        case Say(text=text, options=options, link=link):
            choices = "".join(f"\n     {n}. {option.title}" for n, option in enumerate(options, 1))
            return f"bot: {text}{choices}" + (f"\n     {link}" if link else "")
        case Handoff(reason=reason, summary=summary, details=details):
            told = "".join(f"\n     {name}: {value}" for name, value in details.items() if value is not None)
            return f"---- a person takes over: {reason}. {summary}".rstrip() + told
        case OpenReturn(reference=reference):
            return f"---- return {reference} would be opened"
        case _:
            return ""
