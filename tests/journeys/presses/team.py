"""Gathers who acts in a story: the agents Bea and Sam at a running desk, and customers who wait for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row

from adapters.desks.slack.blocks.wording import STATES
from core.people.conversations import CaseState
from storage import tables
from tests.journeys.actors import Json, until
from tests.journeys.agent import Agent, words_of
from tests.journeys.system import System
from tests.journeys.wording import said

TRANSLATED = "EN"  # stands before what the translation hook translates


@dataclass
class Team:
    """Works at a desk; `used` is all that its agents pressed, typed and filled in."""

    desk: System
    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.bea, self.sam = (Agent(self.desk, name, self.used) for name in ("bea", "sam"))

    def waiting(self, name: str, channel: str = "whatsapp", says: str = "agent", **person: Any) -> "Waiting":
        """Has a new customer ask for a person, and waits for the card of their case."""
        phone = self.desk.phones_of(channel, name=name, **person)[channel]
        return self.asks(phone, name, says)

    def asks(self, phone: str, name: str, says: str = "agent") -> "Waiting":
        """Has somebody with that phone ask for a person, and waits for the card of their case."""
        before = self._cards(name)
        self.desk.say(phone, says)
        new = until(lambda: self._cards(name) - before, lambda: f"a case of {name}; {self.desk.slack_told()}")
        return Waiting(self, phone, max(new))

    def is_met(self, phone: str) -> None:
        """Has a customer write to the bot, by which they are known here."""
        self.desk.say(phone, "menu")
        self.desk.expect(phone, said("utter_ask_topic"))

    def of_customer(self, phone: str, name: str) -> "Waiting":
        """Waits for the case that an agent opened with that customer."""
        return Waiting(self, phone, self.desk.slack_root(name))

    @contextmanager
    def store_says(self, name: str, old: str, new: str) -> Iterator[None]:
        """Has a file of the store's say something else for a while."""
        path = self.desk.var / "store" / name
        before = path.read_text(encoding="utf-8")
        assert old in before
        path.write_text(before.replace(old, new, 1), encoding="utf-8")
        assert self.desk.command("reload").returncode == 0
        yield
        path.write_text(before, encoding="utf-8")  # which is taken by itself, within seconds

    def _cards(self, name: str) -> set[str]:
        roots = (m for m in self.desk.slack() if "bot_id" in m and m.get("thread_ts", m["ts"]) == m["ts"])
        return {str(m["ts"]) for m in roots if name in m["text"]}


@dataclass
class Waiting:
    """Is a customer with a case: their phone, and its card in Slack."""

    team: Team
    phone: str
    root: str

    @property
    def row(self) -> Row[Any]:
        """Reads the case as it is kept."""
        (row,) = self.team.desk.rows(select(tables.cases).where(tables.cases.c.thread == self.root))
        return row

    @property
    def number(self) -> str:
        """Returns the number of their phone."""
        return str(self.team.desk.phone(self.phone)["number"])

    def is_now(self, state: CaseState, *shows: str) -> None:
        """Waits until the case is kept as being in that state, and its card says so, and this."""
        until(lambda: self.row.state == state, lambda: f"{state} of case {self.row.number}; it is {self.row.state}")
        self.card_shows(STATES[state], *shows)

    def card_shows(self, *fragments: str) -> Json:
        """Waits until the card shows all of this."""
        desk = self.team.desk

        def drawn() -> Json | None:
            card: Json = next(m for m in desk.slack() if m["ts"] == self.root)
            return card if all(each in words_of(card) for each in fragments) else None

        return until(drawn, lambda: f"{fragments} on the card; there is\n{desk.slack_told()}")

    def thread_shows(self, fragment: str) -> Json:
        """Waits for a message in the thread that has this."""
        desk = self.team.desk

        def found() -> Json | None:
            return next((m for m in reversed(desk.slack_thread(self.root)) if fragment in words_of(m)), None)

        return until(found, lambda: f"{fragment!r} in {self.root}; there is\n{desk.slack_told()}")

    def no_longer_shows(self, fragment: str) -> None:
        """Waits until nothing in the desk's channel has this."""
        desk = self.team.desk
        until(lambda: not any(fragment in words_of(m) for m in desk.slack()), lambda: f"{fragment!r} to go")

    def says(self, text: str) -> Json:
        """Has the customer write, and waits for its post, and until that is known: no agent is as quick."""
        desk, sending = self.team.desk, tables.outbox.c.state == "sending"
        desk.say(self.phone, text)
        post = self.thread_shows(text)
        until(lambda: not desk.count(tables.outbox, sending), lambda: f"the post to be known; {desk.output()}")
        return post

    def hears(self, fragment: str) -> Json:
        """Waits until the customer gets this, since they wrote last."""
        return self.team.desk.expect(self.phone, fragment)

    def heard(self, fragment: str) -> int:
        """Counts the messages to the customer that have this."""
        return len([each for each in self.team.desk.answers(self.phone) if fragment in each["text"]])
