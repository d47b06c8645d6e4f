"""Declares what a use case needs, handed over once by the composition root (bots.wiring)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from sqlalchemy import Connection

from core.cases.desk_times import DeskTimes
from core.cases.routing import Routing
from core.content.capabilities import ErrorTable
from core.desk.card import CaseView
from core.desk.events import DeskUser
from core.desk.permissions import Agents
from core.desk.posts import DeskPost
from core.desk.saved_replies import SavedReply
from core.desk.workspaces import account_of
from core.people.addresses import SHARDS
from core.people.one_time_codes import EMAIL, SMS
from core.ports.calls import Download, Sent
from core.ports.channel import Channel
from core.ports.mail import Mailer
from core.ports.shop import Listener, ShopActions
from hub.store_folder import Shelf
from notifications.rules.rule import Rules
from notifications.store.policy import Policy
from storage.engine.batch import Batch
from storage.engine.store import Store
from storage.queues.tables import outbox

if TYPE_CHECKING:  # who plans notices only does without the flows
    from flows.engine.flowset import FlowSet
    from flows.loading.policies import Policies
    from flows.understanding.advice.answer import Advice
    from flows.understanding.advice.question import Question


class Waker(Protocol):
    """Tells the workers that there is work. A lost call costs time, never work: Redis, and a list in the tests."""

    def shards(self, shards: Collection[int], delay: float = 0.0) -> None:
        """Says that something came in for these shards, or will be ready there after `delay` seconds."""
        ...

    def outbox(self) -> None:
        """Says that something is to be sent."""
        ...

    def files(self) -> None:
        """Says that a file is to be fetched."""
        ...

    def outgoing(self) -> None:
        """Says that the store is to be asked or told something."""
        ...


class Flight(Protocol):
    """Holds messages of turns that are sent as soon as they are written."""

    def board(self, batch: Batch, busy: Collection[str], now: datetime) -> bool:
        """Marks their rows in the batch as being sent; returns whether others are left to be sent later.

        Leaves out conversations in `busy`: an earlier message of theirs is still to be sent.
        """
        ...

    def launch(self) -> None:
        """Hands them to the sender, once they are committed."""
        ...


class Dispatch(Protocol):
    """Decides which new messages may be sent at once, without being looked for in the outbox."""

    def plan(self, conn: Connection, batch: Batch, windows: Mapping[str, datetime | None]) -> Flight:
        """Prepares what may leave at once. `windows`: conversation's key -> when the customer wrote last."""
        ...


class _NothingAtOnce:
    """Sends nothing at once: all messages are taken from the outbox."""

    def plan(self, _conn: Connection, _batch: Batch, _windows: Mapping[str, datetime | None]) -> Flight:
        """Plans nothing."""
        return self

    def board(self, batch: Batch, _busy: Collection[str], _now: datetime) -> bool:
        """Leaves all messages to be sent later."""
        return bool(batch.inserted(outbox))

    def launch(self) -> None:
        """Has nothing to hand over."""


class Workspace(Protocol):
    """Is asked for one part of the desk."""

    async def check(self) -> str:
        """Asks who we are there. Raises SendError."""
        ...


class Desk(Protocol):
    """Reaches the people who answer: Slack, and the console in the tests."""

    largest: int  # bytes of a file that people see there itself; of a larger one they get the link

    async def post(
        self,
        post: DeskPost,
        view: CaseView | None,
        place: str,
        root: str,
        correlation: str = "",
        *,
        again: bool = False,
    ) -> Sent:
        """Makes the post; `again`: it may have been made before. Raises SendError."""
        ...

    async def user(self, user_id: str) -> DeskUser:
        """Looks up a person. Raises SendError."""
        ...

    async def members(self) -> list[str]:
        """Lists who is where cases are posted, by their ids. Raises SendError."""
        ...

    async def locate(self, ref: str) -> Download:
        """Finds where the file with this handle lies. Raises SendError."""
        ...

    @property
    def workspaces(self) -> Mapping[str, Workspace]:
        """Returns the workspaces by account, the main one's name being empty."""
        ...


class Wondering(NamedTuple):
    """Says which conversation (its ordering key) rests, until when, for the answer to a question about the inbox item
    `cause`."""

    key: str
    cause: str
    question: "Question"
    until: datetime


class Advisor(Protocol):
    """Says what messages mean that nobody here understood; asks a language model for it, beside everything else."""

    def known(self, question: "Question") -> "Advice | None":
        """Returns what was advised; empty where no answer came, None where it was not asked."""
        ...

    def may_ask(self) -> bool:
        """Tells whether waiting for an answer makes sense now."""
        ...

    def ask(self, wondering: Wondering) -> None:
        """Asks a question whose conversation rests by now; once the answer is known, its rest is over."""
        ...


class Hooks(Protocol):
    """Asks for agents what words mean in another language, and what recordings say, beside everything else."""

    @property
    def kinds(self) -> frozenset[str]:
        """Names what may be asked (`storage.hooks.rows`)."""
        ...

    def soon(self) -> None:
        """Says that there is something to ask."""
        ...


@dataclass(frozen=True)
class Timing:
    """Holds times of delivery and upkeep; floats are seconds."""

    ambiguous_after: float = 45
    sending_deadline: float = 30
    join_seconds: float = 0
    burst_seconds: float = 0
    mark_seconds: float = 0  # an agent's message is marked with what became of its reply in that time
    advice_seconds: float = 3  # since a message came in
    shard_lease: timedelta = timedelta(seconds=4)  # renewed every second
    rest: timedelta = timedelta(seconds=20)  # between two tries of what failed here
    upkeep: timedelta = timedelta(minutes=10)  # between two looks after an account


@dataclass(frozen=True)
class PairPace:
    """Holds a sender's messages/s, and the seconds between messages of one pair after a burst; 0 = no such limit."""

    rate: float
    pair_seconds: float = 0
    pair_burst: int = 1


@dataclass(frozen=True)
class Outlets:
    """Names who is asked to act for customers, and who hears what happened; None where nobody is connected."""

    shop: ShopActions | None = None
    listener: Listener | None = None


@dataclass(frozen=True)
class Hub:
    """Holds one installation, as the use cases see it."""

    store: Store
    clock: Callable[[], datetime]
    shelf: Shelf
    channels: Mapping[tuple[str, str], Channel]
    errors: Mapping[tuple[str, str], ErrorTable]
    labels: Mapping[str, str]  # every channel there is, also one that is off, with its name for people
    waker: Waker
    user: Callable[[str], DeskUser]
    desk: Desk | None = None
    has_desk: bool = False
    places: tuple[str, ...] = ()  # where cases open, of each workspace of the desk; the main one's first
    timing: Timing = field(default_factory=Timing)
    paces: Mapping[str, PairPace] = field(default_factory=dict)
    budgets: Mapping[str, int] = field(default_factory=dict)  # channel -> customers that we may write to first in 24 h
    shards: int = SHARDS
    dispatch: Dispatch = field(default_factory=_NothingAtOnce)
    read_marks: bool = True
    outlets: Outlets = field(default_factory=Outlets)
    code_of: Callable[[str], str] = lambda _code_id: ""  # the one-time code with this id
    mailer: Mailer | None = None
    alert_emails: tuple[str, ...] = ()  # of the operators
    advisor: Advisor | None = None
    hooks: Hooks | None = None
    file_link: Callable[[str], str] = lambda _media_id: ""  # where a file can be seen for a while, by its id
    talk_link: Callable[[str], str] = lambda _conversation_id: ""  # where a conversation is seen in a browser
    numbers: Callable[[datetime], str] = lambda _now: ""  # how today and this week are, in words

    @property
    def place(self) -> str:
        """Returns where a case opens unless a rule says otherwise."""
        return self.places[0] if self.places else ""

    def home(self, place: str) -> str:
        """Returns where cases of that place's workspace open; of one that is no longer ours, where all others do."""
        account = account_of(place)
        return next((each for each in self.places if account_of(each) == account), self.place)

    @property
    def shop(self) -> frozenset[str]:
        """Names the deeds that the store's system can be asked for, like "order.cancel"."""
        return self.outlets.shop.actions if self.outlets.shop else frozenset()

    @property
    def flows(self) -> "FlowSet":
        """Returns the flows in use."""
        return self.shelf.now.flows

    @property
    def policies(self) -> "Policies":
        """Returns the policies in use."""
        return self.shelf.now.policies

    @property
    def notices(self) -> Policy:
        """Returns the notices' texts and rules in use."""
        return self.shelf.now.notices

    @property
    def rules(self) -> Rules:
        """Returns what is to follow when something is true."""
        return self.notices.rules

    @property
    def routing(self) -> Routing:
        """Returns the rules that rank cases."""
        return self.shelf.now.routing

    @property
    def times(self) -> DeskTimes:
        """Returns what becomes of a case with time."""
        return self.shelf.now.times

    @property
    def agents(self) -> Agents:
        """Returns who may do what at the desk; None: every full member may do everything."""
        return self.shelf.now.agents

    @property
    def saved(self) -> Mapping[str, SavedReply]:
        """Returns the saved replies in use, by id."""
        return {each.id: each for each in self.shelf.now.saved}

    def now(self) -> datetime:
        """Returns the time, by the one clock."""
        return self.clock()

    def channel(self, channel: str, account: str) -> Channel | None:
        """Returns the account that sends there; None when it is switched off."""
        return self.channels.get((channel, account))

    def marks_read(self, channel: str, account: str) -> bool:
        """Tells whether customers there see that their message was read, and the store wants that."""
        speaking = self.channel(channel, account)
        return self.read_marks and speaking is not None and speaking.capabilities.read_marks

    def asks_name(self, channel: str, account: str) -> bool:
        """Tells whether customers there are nameless until the provider is asked who they are."""
        speaking = self.channel(channel, account)
        return speaking is not None and speaking.capabilities.asks_name

    def code_ways(self) -> frozenset[str]:
        """Returns the ways by which one-time codes can be sent."""
        texting = {SMS} if self.account_of(SMS) is not None else set()
        return frozenset(texting | ({EMAIL} if self.mailer is not None else set()))

    def account_of(self, channel: str) -> str | None:
        """Returns the account that writes first on a channel; None where the channel is off."""
        return next((account for name, account in self.channels if name == channel), None)

    def say(self, key: str, locale: str, **values: Any) -> str:
        """Returns a text of the responses in the customer's language."""
        return self.flows.say(key, locale, **values)
