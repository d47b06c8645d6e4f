"""Reads the script of a day at the desk, and plays it in a house: what each customer, agent and clock does, in order.

23 December 2026, 09:10, customer 9's case: anna claims
"""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import yaml

from core.cases.desk_times import load_desk_times
from core.cases.routing import load_routing
from core.desk.events import AgentMessage, Command, DeskUser, Pressed
from core.desk.forms import PERSON
from core.desk.posts import PostCard, PostEphemeral, PostMark
from core.messages.pieces import Profile
from core.people.addresses import Address
from hub.timers.loop import Timers
from notifications.store.shop import load_shop
from storage.desk.tables import cases
from storage.engine.store import Store
from storage.people.tables import conversations
from tests.fakes import PLACE, shipped_notices, staff
from tests.hub.house import House

FOLDER = Path(__file__).parent / "fixtures" / "a_day"
NEW_YORK = ZoneInfo("America/New_York")
FIRST = datetime(2026, 12, 23, tzinfo=NEW_YORK)
AGENTS = {"anna": "America/New_York", "ben": "America/New_York", "chen": "Europe/Berlin"}
DAY = 24 * 60
LOOK = "look"
ROUND = 10  # minutes between two looks at the clocks
WHEN_LOOKED = ((5 * 60 + 30, 20 * 60), (DAY + 3 * 60, DAY + 3 * 60), (DAY + 8 * 60, DAY + 10 * 60 + 30))


class Line(NamedTuple):
    """Holds what happens at a minute since the first midnight; `who` is an agent, or "" for the customer.

    `told`: the minute by which a customer who asks has to be told that somebody answers.
    """

    minute: int
    customer: int
    who: str
    deed: str
    rest: str
    told: int = 0


class Customer(NamedTuple):
    """Describes who writes."""

    channel: str
    language: str

    def address(self, number: int) -> Address:
        """Returns where they are reached; by no number that tells a zone."""
        value = f"+1800555{1000 + number}" if self.channel in ("whatsapp", "sms") else f"{7000 + number}"
        return Address(self.channel, "main", value)


class Script(NamedTuple):
    """Holds the whole day: who the customers are, from 1, and what happens in the order of time."""

    customers: dict[int, Customer]
    lines: list[Line]


def read() -> Script:
    """Reads the script."""
    written = yaml.safe_load((FOLDER / "day.yaml").read_text())
    customers, lines = {}, []
    for number, text in enumerate(written["customers"], 1):
        who, *deeds = text.split("; ")
        customers[number] = Customer(*who.split())
        lines += [_line(each, number) for each in deeds]
    lines += [_line(each, 0) for each in written["agents"]]
    return Script(customers, sorted(lines, key=lambda line: line.minute))


def _line(text: str, customer: int) -> Line:
    said, _, told = text.rstrip(")").partition(" (")
    words = said.split()
    at, words = (_minute(" ".join(words[:2])), words[2:]) if words[0] == "+" else (_minute(words[0]), words[1:])
    who = words.pop(0) if words[0] in AGENTS else ""
    return Line(at, customer, who, words[0], " ".join(words[1:]), _minute(told) if told else 0)


def _minute(clock: str) -> int:
    """Reads "07:40"; "+ 07:40" is the next day."""
    hours, _, minutes = clock.removeprefix("+ ").partition(":")
    return DAY * clock.startswith("+") + 60 * int(hours) + int(minutes)


def in_order(script: Script) -> list[Line]:
    """Lists all that happens: at each minute first the look at the clocks, while something may be due."""
    minutes = [minute for start, end in WHEN_LOOKED for minute in range(start, end + 1, ROUND)]
    looks = [Line(minute, 0, "", LOOK, "") for minute in minutes]
    return sorted([*looks, *script.lines], key=lambda line: (line.minute, line.deed != LOOK))


def moment(minute: int) -> datetime:
    """Returns the moment of a minute."""
    return (FIRST + timedelta(minutes=minute)).astimezone(UTC)


# What customers and agents write: each text of an agent is there once, so that what was said twice is seen.
ASKS = {"en": "agent", "zh": "转人工"}
ASKS_AS = {
    "angrily": {"en": "this is ridiculous, give me a person"},
    "legally": {"en": "my lawyer will sue you", "zh": "我要找律师起诉你们"},
    "dangerously": {"en": "this product burned my child"},
}
SAYS = {"en": "one more thing about it", "zh": "还有一件事"}
BACK = {"en": "it still squeaks whenever I push the thing", "zh": "推的时候它还是吱吱响"}
THANKS = {"en": "thanks", "zh": "谢谢"}
WORDS = {"asks": ASKS, "says": SAYS, "back": BACK, "thanks": THANKS}


def agents_words(line: Line, language: str) -> str:
    """Words what an agent writes at this line of the script."""
    said = {"en": "Answer", "zh": "答复"}[language]
    mark = {"notes": "// ", "mutters": "internal - "}.get(line.deed, "")
    return f"{mark}{said} {line.customer}-{line.minute}"


# What agents press, and what they fill in.
ACTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "claims": ("case_claim", {}),
    "takes": ("case_take_over", {}),
    "gives": ("case_assign", {PERSON: "{user}"}),
    "releases": ("case_release", {}),
    "waits": ("case_wait", {}),
    "holds": ("case_hold", {"why": "the carrier", "day": "2026-12-24"}),
    "snoozes": ("case_snooze", {"until": "{rest}"}),
    "resolves": ("case_resolve", {"topic": "{rest}"}),
    "keeps": ("held_keep", {}),
    "sends": ("held_send", {}),
}


class Played:
    """Plays a day in a house, and keeps what was heard and seen."""

    def __init__(self, store: Store, script: Script) -> None:
        notices = shipped_notices()
        self.script = script
        self.house = House(
            store,
            notices=msgspec.structs.replace(notices, shop=load_shop(FOLDER / "shop.yaml", notices.shop.channels)),
            times=load_desk_times(FOLDER / "sla.yaml"),
            routing=load_routing(FOLDER / "routing.yaml"),
            agents=staff(UANNA="agent", UBEN="agent", UCHEN="agent"),
        )
        self.house.desk.users |= {
            f"U{name.upper()}": DeskUser(f"U{name.upper()}", name.capitalize(), True, zone)
            for name, zone in AGENTS.items()
        }
        self.heard: dict[int, list[tuple[int, str]]] = {number: [] for number in script.customers}
        self.posts: list[tuple[int, str, object]] = []  # when, in which thread
        self.whispers: list[tuple[int, str, str]] = []  # when, to whom, what
        self.held: dict[int, str] = {}
        self.minute = self.customer = 0

    def play(self) -> None:
        """Plays it to its end: at each minute first what the clocks bring, then what people do."""
        with asyncio.Runner() as runner:
            self._play(runner)

    def _play(self, runner: asyncio.Runner) -> None:
        timers = Timers(self.house.hub, {})
        for line in in_order(self.script):
            self.minute, self.customer = line.minute, line.customer
            self.house.clock.time = moment(line.minute)
            if line.deed == LOOK:
                runner.run(timers.look())
                self.house.drain()
            elif not line.who:
                self._customer(line)
            elif line.deed == "merges":
                self._command(line, f"merge {' '.join(str(case.number) for case in self.cases_of(line.customer))}")
            elif line.customer:
                self._agent(line)
            else:
                self._command(line, line.deed)
            self._listen()

    def _customer(self, line: Line) -> None:
        who = self.script.customers[line.customer]
        words = ASKS_AS.get(line.rest) or WORDS.get(line.deed)
        text = words[who.language] if words else line.rest
        where = who.address(line.customer)
        if line.rest == "by sms":
            where = msgspec.structs.replace(where, channel="sms")
        self.house.hear(text, where, profile=Profile(f"Customer {line.customer}"))

    def _command(self, line: Line, text: str) -> None:
        house = self.house
        house.act(Command(house.fresh("c"), PLACE, f"U{line.who.upper()}", text, house.clock()))

    def _agent(self, line: Line) -> None:
        house, user, case = self.house, f"U{line.who.upper()}", self.cases_of(line.customer)[-1]
        if line.deed in ("says", "notes", "mutters"):
            text = agents_words(line, self.script.customers[line.customer].language)
            event = AgentMessage(
                house.fresh("ev"),
                PLACE,
                case.thread,
                house.fresh("ts"),
                user,
                text,
                house.clock(),
                line.deed == "notes",
            )
            house.act(event)
            return
        action, values = ACTIONS[line.deed]
        filled = {name: said.format(rest=line.rest, user=f"U{line.rest.upper()}") for name, said in values.items()}
        value = self.held[line.customer] if action.startswith("held") else case.id
        house.act(
            Pressed(
                house.fresh("ev"), PLACE, case.thread, house.fresh("ts"), user, action, value, house.clock(), filled
            )
        )

    def cases_of(self, customer: int) -> list[Any]:
        """Reads the cases of a customer that live on in no other, oldest first."""
        where = self.script.customers[customer].address(customer).value
        theirs = {row.customer_id for row in self.house.rows(conversations) if row.value == where}
        return [row for row in self.house.rows(cases) if row.customer_id in theirs and row.state != "merged"]

    def _listen(self) -> None:
        """Sends what is due, and keeps who got it."""
        house = self.house
        house.send()
        by_value = {who.address(n).value: n for n, who in self.script.customers.items()}
        for channel in house.channels.values():
            for sending in channel.sent:
                if not sending.part.silent:
                    self.heard[by_value[sending.to.value]].append((self.minute, sending.text))
            channel.sent.clear()
        for post, root in zip(house.desk.posts, house.desk.roots, strict=True):
            if isinstance(post, PostEphemeral):
                self.whispers.append((self.minute, post.user, post.text))
                held = [button.value for button in post.buttons if button.id == "held_send"]
                self.held |= dict.fromkeys([self.customer], *held) if held else {}
            elif not isinstance(post, PostCard | PostMark):
                self.posts.append((self.minute, root, post))
        house.desk.posts.clear()
        house.desk.roots.clear()
