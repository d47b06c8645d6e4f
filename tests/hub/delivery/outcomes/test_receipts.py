"""Tests that receipts end at the same truth: in any order, early or late, by id or by watermark."""

import threading
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Outcome, SendError
from core.messages.inbound import Receipt, ReceiptStatus
from core.messages.receipts import RANK
from core.people.addresses import Address
from core.ports.calls import Sent
from core.retries import RULES, Failure
from hub.delivery.job import Result
from hub.delivery.outcomes import ambiguous, receipts
from hub.delivery.outcomes.results import record
from hub.delivery.taking import take_due
from storage.engine.store import Store
from storage.queues import inbox, parts
from storage.queues import parked_receipts as parked
from storage.queues.tables import inbox as inbox_table
from storage.queues.tables import parked_receipts
from tests.hub.delivery.test_delivery import put, split, states, wrote
from tests.hub.house import SMS, House, called

MESSENGER = Address("messenger", "main", "24601")
DELIVERED, READ, FAILED, SENT = (
    ReceiptStatus.DELIVERED,
    ReceiptStatus.READ,
    ReceiptStatus.FAILED,
    ReceiptStatus.SENT,
)


def status(house: House) -> list[tuple[str, str | None]]:
    return [(part.state, part.status) for part in house.parts()]


@pytest.fixture
def sent(house: House) -> House:
    """Makes a house from which one SMS has left (its provider id is sms-1)."""
    put(house)
    house.send()
    return house


@pytest.mark.parametrize("order", list(permutations([SENT, DELIVERED, READ])), ids=lambda o: "-".join(map(str, o)))
def test_the_state_only_moves_forward(sent: House, order: tuple[ReceiptStatus, ...]) -> None:
    for each in order:
        sent.receipt(each, SMS, provider_id="sms-1")
    assert status(sent) == [("sent", "read")]
    assert states(sent) == [("sent", None)]


def test_the_provider_says_that_it_failed_after_all(sent: House) -> None:
    sent.receipt(FAILED, SMS, provider_id="sms-1", code="dead")
    assert status(sent) == [("failed", "failed")]
    assert states(sent) == [("failed", "dead")]


@pytest.mark.parametrize("order", [(FAILED, DELIVERED), (DELIVERED, FAILED)], ids=["failed first", "failed last"])
def test_what_arrived_has_not_failed(sent: House, order: tuple[ReceiptStatus, ...]) -> None:
    for each in order:
        sent.receipt(each, SMS, provider_id="sms-1", code="dead" if each is FAILED else "")
    assert status(sent) == [("sent", "delivered")]
    assert states(sent)[0][0] == "sent"


news = st.lists(st.sampled_from([SENT, DELIVERED, READ, FAILED, ReceiptStatus.QUEUED]), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=news, joined=st.booleans())
def test_any_news_in_any_order_ends_at_the_highest(house: House, told: list[ReceiptStatus], joined: bool) -> None:
    put(house)
    house.send()
    id_ = house.parts()[-1].provider_id  # each example is a message of its own
    events = [
        Receipt(house.fresh("r"), SMS, each, house.clock(), provider_id=id_, code="x" if each is FAILED else "")
        for each in told
    ]
    for group in [events] if joined else [[event] for event in events]:
        house.accept(*group)
        house.drain()
    highest = max((SENT, *told), key=RANK.__getitem__)
    expected = "failed" if highest is FAILED else "sent"
    assert status(house)[-1] == (expected, highest.value)
    assert states(house)[-1][0] == expected


def test_a_receipt_twice_changes_nothing(sent: House) -> None:
    for _ in range(2):
        sent.receipt(FAILED, SMS, provider_id="sms-1", code="stopped")
    assert len(sent.consents()) == 2
    assert states(sent) == [("failed", "stopped")]


def test_a_receipt_of_another_channel_with_the_same_id_is_not_ours(sent: House) -> None:
    sent.receipt(READ, MESSENGER, provider_id="sms-1")
    assert status(sent) == [("sent", "sent")]


def test_a_part_that_fails_fails_the_message_and_keeps_the_others(house: House) -> None:
    split(house)
    house.send()
    house.receipt(FAILED, SMS, provider_id="sms-2", code="refused")
    house.receipt(DELIVERED, SMS, provider_id="sms-3")
    assert status(house) == [("sent", "sent"), ("failed", "failed"), ("sent", "delivered")]
    assert states(house) == [("failed", "refused")]


# --- early and unknown


def test_a_receipt_before_the_answer_is_parked_and_matched(house: House) -> None:
    put(house)
    (job,), _ = take_due(house.hub, house.pace, 1)
    answer = called(job, job.parts[0])
    house.receipt(DELIVERED, SMS, provider_id=answer.provider_id)
    assert len(house.rows(parked_receipts)) == 1
    record(house.hub, house.pace, [Result(job, job.parts[0], sent=answer)])
    assert status(house) == [("sent", "delivered")]
    assert house.rows(parked_receipts) == []


def test_a_parked_failure_fails_the_message_and_is_heard(house: House) -> None:
    put(house)
    (job,), _ = take_due(house.hub, house.pace, 1)
    house.receipt(FAILED, SMS, provider_id="SM9", code="stopped")
    record(house.hub, house.pace, [Result(job, job.parts[0], sent=Sent("SM9"))])
    assert states(house) == [("failed", "stopped")]
    assert len(house.consents()) == 2


def test_a_receipt_by_correlation_needs_no_parking(house: House) -> None:
    put(house)
    (job,), _ = take_due(house.hub, house.pace, 1)
    house.receipt(DELIVERED, SMS, provider_id="SM1", correlation=job.parts[0].id)
    assert house.rows(parked_receipts) == []
    record(house.hub, house.pace, [Result(job, job.parts[0], sent=Sent("SM1"))])
    assert status(house) == [("sent", "delivered")]
    assert states(house) == [("sent", None)]


def test_receipts_that_nobody_claims_are_forgotten(house: House) -> None:
    house.receipt(READ, SMS, provider_id="not ours")
    with house.store.write() as conn:
        assert parked.forget(conn, house.clock()) == 0
        assert parked.forget(conn, house.clock() + timedelta(seconds=1)) == 1


# --- of an earlier try


def failed_late(house: House) -> str:
    """Makes a message that was taken, failed, and is to be said again; returns the id of its call."""
    put(house)
    house.send()
    house.receipt(FAILED, SMS, provider_id="sms-1", code="30008")
    assert states(house) == [("pending", "30008")]
    return str(house.parts()[0].id)


@pytest.mark.parametrize("late", [SENT, ReceiptStatus.QUEUED, FAILED])
def test_late_news_of_the_first_try_does_not_end_the_second(house: House, late: ReceiptStatus) -> None:
    call = failed_late(house)
    house.channels["sms"].sent.clear()
    house.receipt(late, SMS, correlation=call, provider_id="sms-1", code="30008" if late is FAILED else "")
    assert status(house) == [("pending", None)]
    assert house.messages()[0].attempts == 1
    house.later(seconds=61)
    assert house.texts("sms") == ["Hello"]
    house.receipt(late, SMS, correlation=call, provider_id="sms-1", code="30008" if late is FAILED else "")
    assert status(house) == [("sent", "sent")]
    house.receipt(DELIVERED, SMS, provider_id="sms-2")
    assert status(house) == [("sent", "delivered")]


def test_late_news_of_the_first_try_says_nothing_of_a_second_that_was_lost(house: House) -> None:
    call = failed_late(house)
    house.later(seconds=61)
    take_due(house.hub, house.pace, 1)  # by a worker that is killed then
    house.receipt(SENT, SMS, correlation=call, provider_id="sms-1")
    for _ in range(2):
        house.later(seconds=46)
        ambiguous.sweep(house.hub)
    house.channels["sms"].sent.clear()
    assert house.texts("sms") == ["Hello"]


def test_after_doubt_that_it_was_sent_is_proof(house: House) -> None:
    put(house)
    house.channels["sms"].script.append(SendError(Outcome.AMBIGUOUS, "timeout"))
    house.send()
    house.later(seconds=46)
    ambiguous.sweep(house.hub)
    assert status(house) == [("pending", None)]
    house.receipt(SENT, SMS, correlation=house.parts()[0].id, provider_id="SM1")
    assert house.texts("sms") == []
    assert states(house)[0][0] == "sent"


def test_a_failure_quicker_than_the_answer_is_not_undone_by_it(house: House) -> None:
    put(house)
    (job,), _ = take_due(house.hub, house.pace, 1)
    house.receipt(FAILED, SMS, provider_id="SM1", correlation=job.parts[0].id, code="30008")
    record(house.hub, house.pace, [Result(job, job.parts[0], sent=Sent("SM1"))])
    assert states(house) == [("pending", "30008")]
    assert status(house) == [("pending", None)]


# --- watermarks


def test_a_watermark_reads_all_that_was_sent_until_then(house: House) -> None:
    wrote(house, MESSENGER)
    for text in ("one", "two"):
        put(house, text, MESSENGER)
    house.send()
    mark = house.clock()
    house.later(seconds=5)
    put(house, "three", MESSENGER)
    house.send()
    house.receipt(DELIVERED, MESSENGER, watermark=house.clock())
    house.receipt(READ, MESSENGER, watermark=mark)
    assert [part.status for part in house.parts()] == ["read", "read", "delivered"]
    house.receipt(DELIVERED, MESSENGER, watermark=house.clock())
    assert [part.status for part in house.parts()] == ["read", "read", "delivered"]


def test_a_watermark_speaks_of_its_own_conversation(house: House) -> None:
    other = Address("messenger", "main", "24602")
    for to in (MESSENGER, other):
        wrote(house, to)
        put(house, to=to)
    house.send()
    house.receipt(READ, MESSENGER, watermark=house.clock())
    assert [part.status for part in house.parts()] == ["read", "sent"]
    assert house.rows(parked_receipts) == []


# --- faults


def test_a_receipt_that_cannot_be_read_stops_no_other(sent: House) -> None:
    sent.accept(
        Receipt("bad", SMS, DELIVERED, sent.clock(), provider_id="sms-1"),
        Receipt("good", SMS, READ, sent.clock(), provider_id="sms-1"),
    )
    with sent.store.write() as conn:
        broken = inbox_table.update().where(inbox_table.c.external_id == "r:bad").values(payload='{"type":"?"}')
        conn.execute(broken)
    for _ in range(RULES[Failure.ITEM].tries):
        sent.drain()
        sent.later(minutes=1)
    assert status(sent) == [("sent", "read")]
    assert {row.external_id: row.state for row in sent.rows(inbox_table)} == {"r:bad": inbox.DEAD, "r:good": 1}
    sent.hear("hello", SMS)
    assert sent.texts("sms")


def test_two_workers_with_receipts_of_one_message_do_not_take_it_back(sent: House) -> None:
    def late() -> None:
        with sent.store.write() as conn:
            delivered = Receipt("r1", SMS, DELIVERED, sent.clock(), provider_id="sms-1")
            receipts.apply(sent.hub, conn, [delivered], sent.clock(), park=True)

    slow = threading.Thread(target=late)
    with sent.store.write() as conn:
        read = Receipt("r2", SMS, READ, sent.clock(), provider_id="sms-1")
        receipts.apply(sent.hub, conn, [read], sent.clock(), park=True)
        slow.start()
        slow.join(0.3)  # it waits for us: at the lock, or at the row
        assert slow.is_alive()
    slow.join(10)
    assert status(sent) == [("sent", "read")]


def test_a_receipt_and_the_end_of_a_doubt_do_not_wait_for_each_other(house: House) -> None:
    put(house)
    house.channels["sms"].script.append(SendError(Outcome.AMBIGUOUS, "timeout"))
    house.send()
    house.later(seconds=46)
    part = house.parts()[0]
    swept: list[int] = []
    sweeping = threading.Thread(target=lambda: swept.append(ambiguous.sweep(house.hub)))
    with house.store.write() as conn:
        assert parts.find(conn, [part.id], [])
        sweeping.start()
        sweeping.join(0.3)  # it waits for us, and must hold nothing that we need
        proof = Receipt("r1", SMS, DELIVERED, house.clock(), provider_id="SM1", correlation=part.id)
        receipts.apply(house.hub, conn, [proof], house.clock(), park=True)
    sweeping.join(10)
    assert swept == [1]
    assert states(house)[0][0] == "sent"


def test_a_group_of_receipts_is_applied_together(store: Store) -> None:
    house = House(store)
    for n in range(20):
        put(house, to=Address("sms", "main", f"+120255501{n:02}"))
    house.send()
    house.accept(*(Receipt(f"r{n}", SMS, DELIVERED, house.clock(), provider_id=f"sms-{n + 1}") for n in range(20)))
    assert house.drain() == 20
    assert {part.status for part in house.parts()} == {"delivered"}
