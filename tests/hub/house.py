"""Drives a hub with everything around it, step by step: what comes in, what is decided, what goes out."""

import dataclasses
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Table, select

from core.desk.events import AgentMessage, DeskEvent, Pressed
from core.desk.posts import PostCard, PostEphemeral
from core.errors import SendError
from core.messages.inbound import InboundEvent, InboundMessage, Receipt, ReceiptStatus
from core.messages.pieces import Profile
from core.people.addresses import Address
from core.ports.calls import Sent
from core.shop.store_events import StoreEvent
from hub import arrivals, shards
from hub.delivery.dispatch import Dispatcher
from hub.delivery.job import Attempt, Job, Result
from hub.delivery.outcomes.results import record
from hub.delivery.taking import take_due
from hub.drain import LANES
from hub.hub import Hub
from hub.shards import LeaseLostError
from storage.desk.tables import cases, desk_messages
from storage.engine.store import Store
from storage.notices.tables import notices
from storage.people.tables import consents
from storage.queues.inbox import Arrival
from storage.queues.tables import inbox, outbox, outbox_parts
from tests.fakes import (
    LIMITS,
    NOW,
    PHONE,
    PLACE,
    FakeChannel,
    FakeClock,
    FakeDesk,
    FreePace,
    ListWaker,
    make_hub,
    members,
)

ANNA, BEN, GUEST = "UANNA", "UBEN", "UGUEST"
WHATSAPP = Address("whatsapp", "main", PHONE)
SMS = Address("sms", "main", PHONE)
TELEGRAM = Address("telegram", "main", "42")


class House:
    """Holds one installation in a test's hands."""

    def __init__(
        self,
        store: Store,
        *,
        has_desk: bool = True,
        at_once: bool = False,
        clock: Callable[[], datetime] | None = None,
        channels_by_name: Mapping[str, FakeChannel] | None = None,
        **changes: Any,
    ) -> None:
        self.clock = FakeClock(clock() if clock else NOW)
        self.channels = {name: FakeChannel(name) for name in LIMITS} | dict(channels_by_name or {})
        self.desk = FakeDesk([*members(ANNA, BEN, UGUEST="Guest")])
        self.pace = FreePace()
        self.waker = ListWaker()
        self.store = store
        self.hub: Hub = make_hub(
            store,
            self.channels.values(),
            self.desk if has_desk else None,
            clock=clock or self.clock,
            waker=self.waker,
            shards=1,
            **changes,
        )
        self._count = 0
        self.boarded: list[Job] = []
        if at_once:
            dispatch = Dispatcher(self.hub, self.pace, lambda: 200, self.boarded.extend)
            self.hub = dataclasses.replace(self.hub, dispatch=dispatch)

    # --- what comes in

    def hear(self, text: str = "", to: Address = WHATSAPP, **more: Any) -> str:
        """Handles a customer's message; returns its external id."""
        external_id = self.say(text, to, **more)
        self.drain()
        return external_id

    def say(self, text: str = "", to: Address = WHATSAPP, **more: Any) -> str:
        """Accepts a customer's message, and no more."""
        external_id = str(more.pop("external_id", "")) or self.fresh("in")
        profile = more.pop("profile", Profile("Jane"))
        sent_at = more.pop("sent_at", self.clock())
        self.accept(InboundMessage(external_id, to, sent_at, text, profile=profile, **more))
        return external_id

    def accept(self, *events: InboundEvent) -> None:
        """Accepts what a channel brought."""
        self.keep(*(arrivals.customer_arrival(event, self.clock(), 1) for event in events))

    def receipt(self, status: ReceiptStatus, to: Address = WHATSAPP, **more: Any) -> None:
        """Handles a provider's word on a message of ours."""
        at = more.pop("at", self.clock())
        self.accept(Receipt(self.fresh("receipt"), to, status, at, **more))
        self.drain()

    def told(self, *events: StoreEvent) -> None:
        """Handles what the store told."""
        self.keep(*(arrivals.store_arrival(event, self.clock(), 1) for event in events))
        self.drain()

    def act(self, *events: DeskEvent) -> None:
        """Handles what agents did."""
        self.keep(*(arrivals.desk_arrival(event, self.clock(), 1) for event in events))
        self.drain()

    def writes(self, text: str, user: str = ANNA, message: str = "", **more: Any) -> str:
        """Writes an agent's message in the thread of the (only) case; returns its id at the desk."""
        name = message or self.fresh("ts")
        thread = more.pop("thread", "") or self.row(cases).thread or ""
        self.act(AgentMessage(self.fresh("ev"), PLACE, thread, name, user, text, self.clock(), **more))
        return name

    def presses(self, action: str, user: str = ANNA, value: str = "", **values: str) -> None:
        """Presses an agent's button, on the card of the (only) case unless `value` names something else.

        `values` are what is filled into its form.
        """
        case = self.row(cases)
        pressed = Pressed(
            self.fresh("ev"),
            PLACE,
            case.thread or "",
            self.fresh("ts"),
            user,
            action,
            value or case.id,
            self.clock(),
            values,
        )
        self.act(pressed)

    def keep(self, *arrivals: Arrival) -> None:
        """Keeps rows in the inbox."""
        with self.store.write() as conn:
            for arrival in arrivals:
                conn.execute(self.store.insert(inbox), msgspec.structs.asdict(arrival))

    # --- what is done

    def drain(self) -> int:
        """Handles everything pending."""
        while True:
            with suppress(LeaseLostError):  # another thread of the test was quicker
                return LANES.drain(self.hub, shards.renew(self.hub, "house"))

    def with_shards(self, number: int) -> Hub:
        """Makes the hub of an installation with so many shards."""
        return dataclasses.replace(self.hub, shards=number)

    def send(self) -> list[Result]:
        """Sends everything due, one after the other, and records each call before the next."""
        results: list[Result] = []
        idle = 0
        for _ in range(100):
            jobs, self.boarded[:] = [*self.boarded], []
            jobs = jobs or take_due(self.hub, self.pace, 50)[0]
            idle = 0 if jobs else idle + 1
            if idle == 2:  # a row that is refused makes no job, but may make others due
                return results
            for job in jobs:
                for part in job.parts:
                    try:
                        result = Result(job, part, sent=called(job, part))
                    except SendError as error:
                        result = Result(job, part, error=error)
                    stopped = record(self.hub, self.pace, [result])
                    results.append(result)
                    if not result.goes_on or job.posting.id in stopped:
                        break
        raise AssertionError("there is no end to what is due")

    def later(self, **parts: float) -> datetime:
        """Moves the clock."""
        return self.clock.advance(**parts)

    # --- what is there

    def texts(self, channel: str = "whatsapp") -> list[str]:
        """Sends what is due; the words that went out on a channel since the last time."""
        self.send()
        texts = self.channels[channel].texts
        self.channels[channel].sent.clear()
        return texts

    def posts(self) -> list[Any]:
        """Sends what is due; what was posted to the desk since the last time, without cards."""
        self.send()
        posts = [post for post in self.desk.posts if not isinstance(post, PostCard)]
        self.desk.posts.clear()
        return posts

    def ephemerals(self) -> list[PostEphemeral]:
        """Lists words for one agent's eyes since the last time."""
        return [post for post in self.posts() if isinstance(post, PostEphemeral)]

    def rows(self, table: Table) -> list[Any]:
        """Reads all rows of a table, oldest first."""
        with self.store.read() as conn:
            return list(conn.execute(select(table).order_by(*table.primary_key)))

    def row(self, table: Table) -> Any:
        """Reads the only row of a table."""
        (row,) = self.rows(table)
        return row

    def messages(self) -> list[Any]:
        """Reads the outbox without what goes to the desk."""
        return [row for row in self.rows(outbox) if row.lane == "message"]

    def parts(self) -> list[Any]:
        """Reads the calls made, or to be made, to customers."""
        return [row for row in self.rows(outbox_parts) if row.channel != "slack"]

    def notices(self) -> list[tuple[str, str, str]]:
        """Lists (business key, state, reason) of every notice."""
        return [(row.business_key, row.state, row.reason) for row in self.rows(notices)]

    def consents(self) -> list[tuple[str, str, bool, str]]:
        """Lists (channel, purpose, granted, source), oldest first."""
        return [(row.channel, row.purpose, row.granted, row.source) for row in self.rows(consents)]

    def kept(self) -> list[tuple[str, str]]:
        """Lists (text, state) of the agents' messages."""
        return [(row.text, row.state) for row in self.rows(desk_messages)]

    def fresh(self, prefix: str) -> str:
        """Makes an id that was not there before."""
        self._count += 1
        return f"{prefix}-{self._count}"


def called(job: Job, part: Attempt) -> Sent:
    """Returns the answer to a job's call, which waits for nothing with our fakes. Raises SendError."""
    waiting = job.call(part).__await__()
    try:
        next(waiting)
    except StopIteration as end:
        answer: Sent = end.value
        return answer
    raise AssertionError("a fake waited for something")


def sent_by(job: Job) -> Result:
    """Returns what came of the job's first call, which the fake took."""
    return Result(job, job.parts[0], sent=called(job, job.parts[0]))


SOON = timedelta(seconds=1)
