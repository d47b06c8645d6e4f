"""Tests the next way after silence: once, by another channel, with both ways in one trace."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection

from core.errors import Outcome, SendError
from core.messages.inbound import ReceiptStatus
from core.shop.orders import ShipmentStatus, TrackingEvent
from hub.notices import deadlines, lifecycle, ways
from hub.trace import trace
from storage.backup import hold
from storage.engine.store import Store
from storage.notices.tables import notices as table
from storage.queues import timers
from storage.queues.timers import NOTICE_DEADLINES, Patience
from tests.fakes import NOW, FakeChannel
from tests.hub.house import SMS, TELEGRAM, House
from tests.hub.notices.test_lifecycle import JANE, ordered, parcel

BOTH = msgspec.structs.replace(JANE, notify=("sms", "whatsapp"))
SCAN = TrackingEvent(NOW, "out_for_delivery", "Springfield")


def out(house: House, buyer: Any = BOTH) -> None:
    """Tells that a parcel is out for delivery, to a customer who wrote on WhatsApp a little before."""
    house.told(ordered(buyer=buyer))
    house.hear("hello")
    house.texts()
    house.told(parcel("out", NOW, status=ShipmentStatus.OUT_FOR_DELIVERY, events=(SCAN,)))


def key(house: House) -> str:
    (row,) = [each for each in house.notices() if each[0].startswith("out_for_delivery")]
    return row[0]


def state(house: House) -> tuple[str, str]:
    return next(each[1:] for each in house.notices() if each[0] == key(house))


def pass_deadline(house: House, hours: float = 2) -> int:
    house.later(hours=hours, seconds=1)
    return deadlines.look(house.hub)


def test_no_receipt_by_the_deadline_lets_the_next_way_follow_once(house: House) -> None:
    out(house)
    assert len(house.texts()) == 1
    assert pass_deadline(house, 1) == 0
    assert pass_deadline(house, 1) == 1
    (text,) = house.texts("sms")
    assert "1001" in text
    assert state(house) == ("sent", "")
    for _ in range(3):
        assert pass_deadline(house) == 0
        assert (house.texts(), house.texts("sms")) == ([], [])


@pytest.mark.parametrize("status", [ReceiptStatus.DELIVERED, ReceiptStatus.READ])
def test_a_receipt_in_time_is_enough(house: House, status: ReceiptStatus) -> None:
    out(house)
    house.send()
    house.receipt(status, provider_id="whatsapp-2", correlation=house.channels["whatsapp"].sent[-1].correlation)
    assert pass_deadline(house) == 0
    assert house.texts("sms") == []
    assert state(house) == ("sent", "")


def test_that_the_provider_took_it_is_no_receipt_of_delivery(house: House) -> None:
    out(house)
    house.send()
    sent = house.channels["whatsapp"].sent[-1]
    house.receipt(ReceiptStatus.SENT, provider_id="whatsapp-2", correlation=sent.correlation)
    assert pass_deadline(house) == 1
    assert len(house.texts("sms")) == 1


def test_both_ways_are_one_notice_in_the_trace_and_a_late_receipt_is_noted(house: House) -> None:
    out(house)
    house.send()
    sent = house.channels["whatsapp"].sent[-1]
    pass_deadline(house)
    assert len(house.texts("sms")) == 1
    house.receipt(ReceiptStatus.DELIVERED, provider_id="whatsapp-2", correlation=sent.correlation)
    house.send()
    with house.store.read() as conn:
        steps = trace(conn, key(house))
    told = [(step["state"], step.get("reason"), step.get("channel")) for step in steps if step["what"] == "notice"]
    assert told == [
        ("queued", None, "whatsapp"),
        ("sent", None, "whatsapp"),
        ("sent", "no_receipt", "whatsapp"),
        ("queued", None, "sms"),
        ("sent", None, "sms"),
    ]
    assert [step["to"] for step in steps if step["what"] == "queued"] == ["whatsapp", "sms"]
    assert "receipt: delivered" in {step["what"] for step in steps}
    assert pass_deadline(house) == 0
    assert len(house.rows(table)) == 1 + len([each for each in house.notices() if each[0] != key(house)])


def test_a_late_failure_of_the_first_way_sends_no_third(house: House) -> None:
    wide = msgspec.structs.replace(JANE, notify=("sms", "whatsapp"))
    house.hear("hi", TELEGRAM)
    out(house, wide)
    house.send()
    sent = house.channels["whatsapp"].sent[-1]
    pass_deadline(house)
    assert (len(house.texts()), len(house.texts("sms"))) == (1, 1)
    house.receipt(ReceiptStatus.FAILED, provider_id="whatsapp-2", correlation=sent.correlation, code="refused")
    assert (house.texts(), house.texts("sms")) == ([], [])
    assert state(house) == ("sent", "")


def test_a_receipt_that_comes_before_the_second_way_left_keeps_it_back(house: House) -> None:
    out(house)
    house.send()
    sent = house.channels["whatsapp"].sent[-1]
    assert pass_deadline(house) == 1
    house.receipt(ReceiptStatus.DELIVERED, provider_id="whatsapp-2", correlation=sent.correlation)
    assert house.texts("sms") == []
    assert state(house) == ("sent", "arrived_after_all")


def test_a_channel_without_receipts_counts_as_arrived_when_sent(store: Store) -> None:
    house = House(store, channels_by_name={"whatsapp": FakeChannel("whatsapp", receipts=False)})
    out(house)
    assert len(house.texts()) == 1
    assert pass_deadline(house) == 0
    assert house.texts("sms") == []


def test_what_could_not_leave_by_the_deadline_takes_the_next_way_too(house: House) -> None:
    out(house)
    for n in range(2):  # the provider keeps being away
        house.channels["whatsapp"].script.append(SendError(Outcome.RETRY, "connect"))
        house.send()
        house.later(hours=1, seconds=n)
    house.send()  # it is too late for the row itself, before anybody looked at the deadline
    assert [each.to.channel for each in house.channels["sms"].sent] == ["sms"]
    assert pass_deadline(house, 0) == 0
    assert house.channels["whatsapp"].sent == []


def test_where_no_other_way_is_left_the_first_goes_on(house: House) -> None:
    out(house)
    house.hear("STOP", SMS)
    house.send()
    count = len(house.messages())
    assert pass_deadline(house) == 0
    house.send()
    assert state(house) == ("sent", "")
    assert len(house.messages()) == count


def test_one_way_alone_has_no_deadline(house: House) -> None:
    out(house, msgspec.structs.replace(JANE, notify=()))
    house.send()
    assert {row.deadline_at for row in house.rows(table)} == {None}
    (message,) = [row for row in house.messages() if row.notification_id]
    assert message.expires_at == NOW + timedelta(hours=10)


def test_the_first_way_is_of_use_until_the_deadline_the_second_until_the_notice_expires(house: House) -> None:
    out(house)
    house.send()
    pass_deadline(house)
    first, second = [row for row in house.messages() if row.notification_id]
    assert first.expires_at == NOW + timedelta(hours=2)
    assert second.expires_at == NOW + timedelta(hours=10)


def test_news_that_are_old_by_the_deadline_are_not_told_again(house: House) -> None:
    out(house)
    house.send()
    house.later(hours=1)
    house.told(parcel("in", house.clock(), status=ShipmentStatus.DELIVERED, events=(SCAN,)))
    house.texts()
    house.texts("sms")
    assert pass_deadline(house, 1.5) == 0
    assert house.texts("sms") == []


@pytest.mark.parametrize("dies_in", ["enqueue", "end"])
def test_a_death_in_the_middle_leaves_exactly_one_next_way(
    house: House, monkeypatch: pytest.MonkeyPatch, dies_in: str
) -> None:
    """Whatever of it was done is undone with the transaction, and done whole by the next look."""
    out(house)
    house.send()

    class Killed(BaseException):
        """Stands for kill -9."""

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(*{"enqueue": (ways, "enqueue"), "end": (deadlines.deadlines, "end")}[dies_in], die)
        with pytest.raises(Killed):
            pass_deadline(house)
    assert house.texts("sms") == []
    assert deadlines.look(house.hub) == 1
    assert deadlines.look(house.hub) == 0
    assert len(house.texts("sms")) == 1


def test_the_clock_finds_it_by_the_row(house: House) -> None:
    out(house)
    house.send()

    def due(conn: Connection) -> set[str]:
        return {each.kind for each in timers.due(conn, house.clock(), Patience())}

    with house.store.read() as conn:
        assert NOTICE_DEADLINES not in due(conn)
    house.later(hours=2)
    with house.store.read() as conn:
        assert NOTICE_DEADLINES in due(conn)
    deadlines.look(house.hub)
    with house.store.read() as conn:
        assert NOTICE_DEADLINES not in due(conn)


def test_a_restored_backup_sends_no_second_way(house: House) -> None:
    """The receipts came to the installation that went on, not into the backup."""
    out(house)
    house.send()
    with house.store.write() as conn:
        hold.hold(conn)
    assert pass_deadline(house, 48) == 0
    assert house.texts("sms") == []


@pytest.mark.parametrize("jump", [-timedelta(days=2), timedelta(days=30)])
def test_a_clock_that_jumps_sends_nothing_twice(house: House, jump: timedelta) -> None:
    out(house)
    assert len(house.texts()) == 1
    house.clock.time += jump
    deadlines.look(house.hub)
    lifecycle.release(house.hub)
    sent = house.texts("sms")
    house.clock.time -= jump
    pass_deadline(house)
    assert len(sent) + len(house.texts("sms")) <= 1
    assert house.texts() == []
