"""Tests that what a receipt has proved is never taken back, in whatever order things are written."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, Connection, Table, select

from core.errors import Outcome, SendError
from core.messages.inbound import Receipt, ReceiptStatus
from core.messages.outbound import Speaker
from core.messages.receipts import RANK
from core.people.addresses import Address
from core.ports.calls import Sent
from hub.delivery.job import Attempt, Job, Result
from hub.delivery.outcomes import ambiguous, receipts
from hub.delivery.outcomes.results import record
from hub.delivery.taking import take_due
from storage.queues.tables import outbox, outbox_parts
from tests.hub.delivery.test_delivery import put, split, wrote
from tests.hub.house import SMS, House, called

QUEUED, SENT, DELIVERED, READ, FAILED = (
    ReceiptStatus.QUEUED,
    ReceiptStatus.SENT,
    ReceiptStatus.DELIVERED,
    ReceiptStatus.READ,
    ReceiptStatus.FAILED,
)
ARRIVED = (DELIVERED, READ)
# No answer; and one that may hide a success, after which a reply is sent again unless a receipt comes.
ERRORS = {"timeout": SendError(Outcome.AMBIGUOUS, "timeout"), "error": SendError(Outcome.RETRY, "http_500")}
PASSES, ENDS = "30008", "refused"  # a failure after which the message is sent again, and one that is final


@dataclass
class Call:
    """One call that the provider took, and what we were told of it."""

    job: Job
    part: Attempt
    answer: Sent
    waiting: bool = True
    taken: bool = False  # the answer said so
    known: bool = False  # we have its id at the provider
    words: set[ReceiptStatus] = field(default_factory=set)

    @property
    def told(self) -> set[ReceiptStatus]:
        """Lists the receipts that we can tell to be of this call."""
        return self.words if self.known else set()

    @property
    def failed(self) -> bool:
        return FAILED in self.told

    @property
    def arrived(self) -> bool:
        return not self.told.isdisjoint(ARRIVED)

    @property
    def proven(self) -> bool:
        """Tells whether we know that it got through, and not that it came to nothing."""
        return self.arrived or (not self.failed and (self.taken or bool(self.told)))


class Story:
    """One message whose calls all reach the provider; what we hear of them is the test's."""

    def __init__(
        self, house: House, speaker: Speaker = Speaker.BOT, way: str = "correlation", code: str = ENDS
    ) -> None:
        self.house, self.speaker, self.way, self.code = house, speaker, way, code
        channel = "messenger" if way == "echo" else "sms"
        number = house.fresh("").strip("-").zfill(4)
        self.to = Address(channel, "main", number if way == "echo" else f"+1202555{number}")
        wrote(house, self.to)
        self.id = put(house, to=self.to, speaker=speaker)
        self.calls: list[Call] = []
        self.crashes = self.excused = 0
        self.was = ("pending", None)
        self._call()

    def play(self, *steps: str) -> "Story":
        """Plays what happens, one after the other; whatever may leave, leaves at once."""
        for step in steps:
            self._step(step)
            self._call()
            self._look()
        return self

    def end(self) -> None:
        """Lets every worker that waits die, and time pass: the message comes to an end, and tells the truth."""
        self._step("crash")
        for _ in range(9):
            if self.row.state in ("sent", "failed"):
                break
            self.house.later(hours=1)
            self._step("sweep")
            self._call()
            self._step("answered")
            self._look()
        assert self.row.state in ("sent", "failed")
        if any(call.arrived for call in self.calls):
            assert self.row.state == "sent"

    @property
    def row(self) -> Any:
        """Reads the message."""
        return self._read(outbox, outbox.c.id)

    @property
    def part(self) -> Any:
        """Reads its only part."""
        return self._read(outbox_parts, outbox_parts.c.outbox_id)

    def _read(self, table: Table, key: ColumnElement[str]) -> Any:
        with self.house.store.read() as conn:
            return conn.execute(select(table).where(key == self.id)).one()

    # --- what happens

    def _step(self, step: str) -> None:
        what, _, which = step.partition(" ")
        match what:
            case "answered" | "timeout" | "error":
                self._hear(what)
            case "crash":
                for call in self.calls:
                    self.crashes += call.waiting
                    call.waiting = False
            case "sweep":
                self.house.later(seconds=46)
                self.crashes += any(call.waiting for call in self.calls)  # a worker that stands still looks dead
                ambiguous.sweep(self.house.hub)
                receipts.settle_late(self.house.hub)
                self.house.later(seconds=46)
                ambiguous.sweep(self.house.hub)
                receipts.settle_late(self.house.hub)
            case _:
                self._receipt(self.calls[0 if which == "first" else -1], ReceiptStatus(what))

    def _hear(self, what: str) -> None:
        waiting = [call for call in self.calls if call.waiting]
        if not waiting:
            return
        call = waiting[0]
        call.waiting = False
        call.known = call.known or what == "answered"
        call.taken = what == "answered"
        error = ERRORS.get(what)
        self.excused += what == "error"
        result = Result(call.job, call.part, sent=None if error else call.answer, error=error)
        record(self.house.hub, self.house.pace, [result])

    def _receipt(self, call: Call, status: ReceiptStatus) -> None:
        if self.way == "echo" and status in (QUEUED, FAILED):
            return  # Messenger has no such word
        correlated = self.way == "correlation" or (self.way == "echo" and status is SENT)
        watermark = self.house.clock() if self.way == "echo" and status is READ else None
        call.words.add(status)
        call.known = call.known or correlated
        told = Receipt(
            self.house.fresh("receipt"),
            self.to,
            status,
            self.house.clock(),
            provider_id="" if watermark else call.answer.provider_id,
            correlation=call.part.id if correlated else "",
            watermark=watermark,
            code=self.code if status is FAILED else "",
        )
        self.house.accept(told)
        self.house.drain()

    # --- what must hold

    def _call(self) -> None:
        self.house.later(seconds=1)
        jobs, _ = take_due(self.house.hub, self.house.pace, 50)
        for job in jobs:
            if job.posting.id != self.id:
                continue  # left by an example that failed
            self._may_be_called()
            self.calls.append(Call(job, job.parts[0], called(job, job.parts[0])))

    def _may_be_called(self) -> None:
        if not self.calls:
            return
        assert not any(call.arrived for call in self.calls), "it had arrived"
        assert self.calls[-1].failed or not any(call.proven for call in self.calls), "it had got through"
        assert self.speaker is not Speaker.MARKETING, "marketing is never repeated"
        again = sum(call.failed for call in self.calls) + self.excused
        assert len(self.calls) <= again + 1 + bool(self.crashes), "a reply is repeated once"

    def _look(self) -> None:
        state, status = self.part.state, self.part.status
        was, rank = self.was
        self.was = (state, status)
        failed = any(call.failed for call in self.calls)
        if was == "sent":
            assert state == "sent" or failed, f"{was} became {state}"
        if rank and not failed:
            assert status, f"{rank} was forgotten"
            assert RANK[ReceiptStatus(status)] >= RANK[ReceiptStatus(rank)]
        if any(call.arrived for call in self.calls):
            assert state == "sent"
            assert self.row.state == "sent"


STEPS = ("answered", "timeout", "error", "crash", "sweep", "queued", "sent", "delivered", "read", "failed")
STORY = st.lists(st.sampled_from((*STEPS, "sent first", "delivered first", "failed first")), min_size=1, max_size=7)
RELAXED = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@RELAXED
@given(
    steps=STORY,
    speaker=st.sampled_from([Speaker.BOT, Speaker.NOTICE, Speaker.MARKETING]),
    way=st.sampled_from(["correlation", "provider id", "echo"]),
    code=st.sampled_from([PASSES, ENDS]),
)
@example(["sent", "timeout", "sweep"], Speaker.BOT, "correlation", ENDS)
@example(["delivered", "timeout", "sweep"], Speaker.MARKETING, "correlation", ENDS)
@example(["sent", "read", "timeout", "sweep"], Speaker.BOT, "echo", ENDS)
@example(["timeout", "sweep", "delivered first", "timeout", "sweep"], Speaker.BOT, "correlation", ENDS)
@example(["sent", "failed", "timeout", "sweep", "sent first"], Speaker.BOT, "correlation", PASSES)
@example(["failed", "timeout", "sweep"], Speaker.BOT, "correlation", ENDS)
@example(["failed", "crash", "sweep"], Speaker.BOT, "correlation", PASSES)
@example(["crash", "sweep", "timeout", "sweep", "crash", "sweep"], Speaker.BOT, "correlation", ENDS)
@example(["sweep", "answered", "queued", "failed first"], Speaker.BOT, "correlation", PASSES)
@example(["sweep", "answered", "answered", "failed", "delivered first"], Speaker.BOT, "provider id", PASSES)
def test_no_order_makes_a_double_or_takes_back_what_was_proved(
    house: House, steps: list[str], speaker: Speaker, way: str, code: str
) -> None:
    Story(house, speaker, way, code).play(*steps).end()


@pytest.mark.parametrize("word", ["queued", "sent", "delivered", "read"])
@pytest.mark.parametrize("end", ["timeout", "crash", "answered"])
def test_a_receipt_ends_the_doubt_before_it_begins(house: House, word: str, end: str) -> None:
    for order in permutations([word, end, "sweep"]):
        if order.index("sweep") < order.index(word):
            continue  # nothing was proved yet
        story = Story(house).play(*order)
        story.end()
        assert len(story.calls) == 1
        assert (story.part.state, story.row.state, story.part.repeats) == ("sent", "sent", 0)


# --- two transactions at once


def both(house: House, first: Callable[[Connection], object], second: Callable[[], object]) -> None:
    """Runs both: the second begins while the first holds what it wrote, and goes on when that is committed."""
    other = threading.Thread(target=second)
    with house.store.write() as conn:
        first(conn)
        other.start()
        other.join(0.3)
        assert other.is_alive()
    other.join(10)
    assert not other.is_alive()


def tell(house: House, job: Job, part: int = 0, status: ReceiptStatus = DELIVERED) -> Callable[[Connection], None]:
    """Applies a receipt for a part of a job, in a transaction."""
    id_ = job.parts[part].id
    receipt = Receipt(house.fresh("r"), SMS, status, house.clock(), provider_id=f"SM{part}", correlation=id_)
    return lambda conn: receipts.apply(house.hub, conn, [receipt], house.clock(), park=True)


def alone(house: House, act: Callable[[Connection], object]) -> Callable[[], None]:
    """Acts in a transaction of its own."""

    def run() -> None:
        with house.store.write() as conn:
            act(conn)

    return run


@pytest.mark.parametrize("status", [QUEUED, SENT, DELIVERED, READ])
def test_a_lost_answer_that_is_written_while_its_receipt_is_takes_nothing_back(
    house: House, status: ReceiptStatus
) -> None:
    put(house)
    (job,), _ = take_due(house.hub, house.pace, 1)
    lost = Result(job, job.parts[0], error=ERRORS["timeout"])
    both(house, tell(house, job, status=status), lambda: record(house.hub, house.pace, [lost]))
    assert [(row.state, row.code) for row in house.messages()] == [("sent", None)]
    assert [(part.state, part.status) for part in house.parts()] == [("sent", status)]


def test_receipts_of_two_parts_at_once_end_their_message(house: House) -> None:
    split(house, 2)
    (job,), _ = take_due(house.hub, house.pace, 1)
    record(house.hub, house.pace, [Result(job, job.parts[0], sent=Sent("SM0"))])
    record(house.hub, house.pace, [Result(job, job.parts[1], error=ERRORS["timeout"])])
    house.receipt(FAILED, SMS, provider_id="SM0", code=PASSES)
    assert [part.state for part in house.parts()] == ["pending", "unknown"]
    both(house, tell(house, job, 0), alone(house, tell(house, job, 1)))
    assert [row.state for row in house.messages()] == ["sent"]


def test_a_receipt_that_comes_between_look_and_call_stops_the_call(house: House) -> None:
    put(house)
    (job,), _ = take_due(house.hub, house.pace, 1)
    record(house.hub, house.pace, [Result(job, job.parts[0], error=ERRORS["timeout"])])
    house.later(seconds=46)
    ambiguous.sweep(house.hub)
    found: list[Job] = []
    both(house, tell(house, job), lambda: found.extend(take_due(house.hub, house.pace, 1)[0]))
    assert found == []
    assert [part.state for part in house.parts()] == ["sent"]


def test_the_next_part_is_left_to_who_called_it(house: House) -> None:
    split(house, 2)
    (job,), _ = take_due(house.hub, house.pace, 1)
    house.receipt(DELIVERED, SMS, provider_id="SM0", correlation=job.parts[0].id)
    (other,), _ = take_due(house.hub, house.pace, 1)  # what is left goes on at once
    assert [part.id for part in other.parts] == [job.parts[1].id]
    assert record(house.hub, house.pace, [Result(job, job.parts[0], sent=Sent("SM0"))]) == {job.posting.id}
    assert record(house.hub, house.pace, [Result(other, other.parts[0], sent=Sent("SM1"))]) == frozenset()
    assert [(part.state, part.tries) for part in house.parts()] == [("sent", 1), ("sent", 1)]
    assert [row.state for row in house.messages()] == ["sent"]


def test_the_answer_to_an_earlier_call_does_not_end_the_one_that_is_under_way(house: House) -> None:
    put(house)
    (slow,), _ = take_due(house.hub, house.pace, 1)
    house.later(seconds=31)
    ambiguous.sweep(house.hub)
    house.later(seconds=46)
    ambiguous.sweep(house.hub)
    (again,), _ = take_due(house.hub, house.pace, 1)
    record(house.hub, house.pace, [Result(slow, slow.parts[0], error=ERRORS["error"])])
    assert [(row.state, row.attempts) for row in house.messages()] == [("sending", 0)]
    record(house.hub, house.pace, [Result(again, again.parts[0], sent=Sent("SM2"))])
    assert [(part.state, part.provider_id) for part in house.parts()] == [("sent", "SM2")]


# --- what waits elsewhere


def test_a_receipt_that_waits_in_the_inbox_ends_the_doubt_before_the_sweep_does(house: House) -> None:
    put(house)
    (job,), _ = take_due(house.hub, house.pace, 1)
    for seconds in (31, 46):
        house.later(seconds=seconds)
        if seconds == 46:
            house.accept(Receipt("r", SMS, SENT, house.clock(), provider_id="SM1", correlation=job.parts[0].id))
        ambiguous.sweep(house.hub)
    assert [(row.state, row.code) for row in house.messages()] == [("sent", None)]


@pytest.mark.parametrize("deaths", [1, 2, 9])
def test_what_kills_worker_after_worker_is_given_up(house: House, deaths: int) -> None:
    put(house)
    calls = 0
    for _ in range(deaths):
        calls += len(take_due(house.hub, house.pace, 1)[0])
        for seconds in (31, 46):
            house.later(seconds=seconds)
            ambiguous.sweep(house.hub)
    assert calls == min(deaths, 3)
    assert [row.state for row in house.messages()] == ["pending" if deaths < 3 else "failed"]


def test_a_workers_death_does_not_use_up_the_repeat_after_a_lost_answer(house: House) -> None:
    put(house)
    take_due(house.hub, house.pace, 1)
    for seconds in (31, 46):
        house.later(seconds=seconds)
        ambiguous.sweep(house.hub)
    (job,), _ = take_due(house.hub, house.pace, 1)
    record(house.hub, house.pace, [Result(job, job.parts[0], error=ERRORS["timeout"])])
    house.later(seconds=46)
    ambiguous.sweep(house.hub)
    assert house.texts("sms") == ["Hello"]
    assert [(part.tries, part.repeats, part.crashes) for part in house.parts()] == [(3, 2, 1)]
