"""What happened here is told to the store once, by ids and states; no turn writes anything for it."""

import dataclasses
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest

from core import ids
from core.desk.events import Pressed
from core.errors import Outcome, SendError
from core.messages.inbound import Receipt, ReceiptStatus
from core.people.consent import MARKETING
from core.shop.orders import ShippedLine
from core.shop.returns import ReturnedLine
from core.shop.stock_problems import StockOption, StockProblem
from core.shop.store_events import StockEvent, StoreEvent
from flows.engine.effects import OpenReturn
from hub.conversation.acting.effects import perform
from hub.conversation.turn import Turn
from hub.hub import Outlets
from hub.outgoing import facts
from storage.conversations import conversations
from storage.desk.tables import cases, ratings
from storage.outgoing import rows
from storage.people import consents
from storage.people.tables import consents as consents_table
from storage.queues import timers
from storage.queues.tables import outbox_parts
from tests.fakes import NOW, PHONE, PLACE
from tests.hub.house import ANNA, SMS, WHATSAPP, House
from tests.hub.orders.test_apply import JANE, ordered, parcel
from tests.hub.outgoing.asking import Asking


@pytest.fixture(autouse=True)
def _ids_of_this_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets ids begin with the time of the test's clock, however far another test of this process went."""
    monkeypatch.setattr(ids, "_last", 0)


@pytest.fixture
def asking(house: House) -> Asking:
    """Makes a house with a store that listens, from now on."""
    made = Asking(house)
    with house.store.write() as conn:
        timers.ensure(conn, house.store, facts.TIMER, [""], house.clock())
    assert facts.tell(house.hub, house.clock()) is False
    house.later(seconds=1)
    return made


def told(asking: Asking) -> list[tuple[str, str]]:
    """Tells what there is to tell; returns (type, subject) of what the store heard."""
    asking.house.later(seconds=20)
    facts.tell(asking.house.hub, asking.house.clock())
    asking.shop.told.clear()
    asking.call()
    return [(event.type.removeprefix("doorstep."), event.subject) for event in asking.shop.told]


def data(asking: Asking, type_: str) -> Any:
    return next(event.data for event in asking.shop.told if event.type == f"doorstep.{type_}")


def test_case_is_told_when_it_is_opened_claimed_and_resolved(asking: Asking) -> None:
    house = asking.house
    house.hear("I want to talk to a human")
    house.send()
    assert told(asking) == [("case.opened", "case/1")]
    found = data(asking, "case.opened")
    assert found["case"] | {"priority": None, "team": None} == {
        "number": 1,
        "state": "open",
        "reason": "asked_human",
        "priority": None,
        "team": None,
        "tags": [],
    }
    assert (found["channel"], found["order_number"]) == ("whatsapp", None)
    house.presses("case_claim")
    assert told(asking) == [("case.claimed", "case/1")]
    house.presses("case_resolve")
    assert told(asking) == [("case.resolved", "case/1")]
    assert told(asking) == []


def test_a_case_that_became_part_of_another_is_told_with_it(asking: Asking) -> None:
    house = asking.house
    house.hear("I want to talk to a human")
    house.hear("I want to talk to a human", SMS)
    house.send()
    told(asking)
    first, second = house.rows(cases)
    house.act(
        Pressed("merge", PLACE, "", "", ANNA, "case_merge", second.id, house.clock(), {"other": first.id}),
    )
    assert told(asking) == [("case.merged", "case/2")]
    assert data(asking, "case.merged")["case"]["into"] == 1


def test_message_is_told_when_it_arrived_or_failed(asking: Asking) -> None:
    house = asking.house
    house.hear("hello")
    house.send()
    assert told(asking) == []
    (part,) = house.rows(outbox_parts)
    for status in (ReceiptStatus.SENT, ReceiptStatus.DELIVERED, ReceiptStatus.READ):
        house.receipt(status, correlation=part.id)
    assert told(asking) == [("message.delivered", f"message/{part.outbox_id}")]
    message = data(asking, "message.delivered")["message"]
    assert message == {"id": part.outbox_id, "channel": "whatsapp", "by": "bot", "state": "delivered", "code": None}
    house.receipt(ReceiptStatus.READ, correlation=part.id)
    assert told(asking) == []
    house.hear("hello again")
    house.send()
    other = house.rows(outbox_parts)[-1]
    house.receipt(ReceiptStatus.FAILED, correlation=other.id, code="dead")
    assert told(asking) == [("message.failed", f"message/{other.outbox_id}")]
    assert data(asking, "message.failed")["message"]["code"] == "dead"


def test_notice_is_told_when_it_was_sent_or_skipped(asking: Asking) -> None:
    asking.house.told(ordered("e1"), parcel("e2"))
    asking.house.send()
    assert "notice.sent" in [type_ for type_, _ in told(asking)]
    notice = data(asking, "notice.sent")
    assert (notice["notice"]["kind"], notice["customer_id"], notice["order_number"]) == ("split_shipment", "c1", "1001")
    assert told(asking) == []


def short(house: House) -> None:
    """Lets the store tell that the boots of order 1001 are not in stock."""
    lines, options = (ShippedLine("l1"),), (StockOption.WAIT, StockOption.REFUND)
    problem = StockProblem("1001", lines, date(2026, 12, 20), options)
    event = StockEvent(external_id="e2", source="shop", at=house.clock(), problem=problem)
    house.told(ordered("e1"), event)


def test_what_the_customer_chose_is_told_in_the_words_of_the_contract(asking: Asking) -> None:
    house = asking.house
    short(house)
    house.hear("where is my order?")
    house.hear("i can wait")
    house.send()
    assert told(asking).count(("choice.made", "order/1001")) == 1
    assert data(asking, "choice.made") == {"kind": "stock_problem", "order_number": "1001", "choice": "wait"}
    assert told(asking) == []


def test_what_was_chosen_is_not_written_without_a_listener(house: House) -> None:
    asking = Asking(house, listens=False)
    short(house)
    house.hear("where is my order?")
    house.hear("i can wait")
    assert asking.states() == []


def test_consent_is_told_by_its_customer(asking: Asking) -> None:
    asking.house.hear("STOP")
    assert [type_ for type_, _ in told(asking)] == ["consent.changed", "consent.changed"]
    consent = data(asking, "consent.changed")["consent"]
    assert (consent["channel"], consent["granted"], consent["source"]) == ("whatsapp", False, "keyword")


def test_consent_of_nobody_we_know_is_not_told(asking: Asking) -> None:
    with asking.house.store.write() as conn:
        at = asking.house.later(seconds=1)
        row = consents.row("sms", "+12025550199", MARKETING, False, "operator", at)
        conn.execute(asking.house.store.insert(consents_table), row)
    assert told(asking) == []


def test_return_is_told_when_the_customer_asked(asking: Asking) -> None:
    house = asking.house
    house.hear("hello")
    with house.store.write() as conn:
        where = conversations.by_keys(conn, [WHATSAPP.key])[WHATSAPP.key]
        turn = Turn(house.hub, where, house.clock())
        perform(turn, OpenReturn("1001", (ReturnedLine("l1", 1, "size_small"),), "refund", "R1001-1"))
        turn.close().apply(conn, house.store)
    assert ("return.requested", "return/R1001-1") in told(asking)
    returned = data(asking, "return.requested")["return"]
    lines = [{"line_id": "l1", "quantity": 1, "reason": "size_small"}]
    tracks = {"approval": "needs_review", "logistics": "none", "settlement": "none"}
    assert returned == {"id": "R1001-1", "state": "requested", **tracks, "resolution": "refund", "lines": lines}


def test_rating_is_told_when_it_was_given(asking: Asking) -> None:
    house = asking.house
    house.hear("I want to talk to a human")
    case = house.row(cases)
    with house.store.write() as conn:
        asked = {
            "id": "r1",
            "case_id": case.id,
            "conversation_id": case.conversation_id,
            "customer_id": case.customer_id,
        }
        later = {"kind": "csat", "score": None, "asked_at": house.clock(), "given_at": None}
        conn.execute(ratings.insert(), asked | later)
    assert "rating.given" not in [type_ for type_, _ in told(asking)]
    with house.store.write() as conn:
        conn.execute(ratings.update().values(score=2, given_at=house.clock()))
    assert told(asking) == [("rating.given", "case/1")]
    assert data(asking, "rating.given")["rating"] == {"kind": "csat", "score": 2, "case": 1}


def test_facts_hold_no_words_phones_or_mails(asking: Asking) -> None:
    house = asking.house
    events: list[StoreEvent] = [ordered("e1"), parcel("e2")]
    house.told(*events)
    house.hear("My secret word is xyzzy, please call a human")
    house.hear("STOP")
    house.send()
    for part in house.rows(outbox_parts):
        house.receipt(ReceiptStatus.DELIVERED, correlation=part.id)
    assert told(asking)
    everything = json.dumps([event.document() for event in asking.shop.told])
    for word in ("xyzzy", PHONE, PHONE.lstrip("+"), JANE.email, JANE.name):
        assert word not in everything
    assert not re.search(r"\+\d{7,}|@", everything)


def test_nothing_is_written_and_nothing_piles_up_without_a_listener(house: House) -> None:
    asking = Asking(house, listens=False)
    with house.store.write() as conn:
        timers.ensure(conn, house.store, facts.TIMER, [""], house.clock())
    house.hear("I want to talk to a human")
    assert told(asking) == []
    assert asking.states() == []
    house.hub = dataclasses.replace(house.hub, outlets=Outlets(asking.shop, asking.shop))
    assert told(asking) == []


def test_what_came_in_is_told_only_when_it_is_handled(asking: Asking) -> None:
    house = asking.house
    house.hear("hello")
    house.send()
    (part,) = house.rows(outbox_parts)
    house.receipt(ReceiptStatus.SENT, correlation=part.id)
    house.accept(Receipt("late", WHATSAPP, ReceiptStatus.DELIVERED, house.clock(), correlation=part.id))
    assert told(asking) == []
    house.drain()
    assert [type_ for type_, _ in told(asking)] == ["message.delivered"]


def test_a_long_outage_is_made_up_for_piece_by_piece(asking: Asking) -> None:
    house = asking.house
    house.hear("I want to talk to a human")
    house.later(minutes=25)
    rounds = 1
    while facts.tell(house.hub, house.clock()):
        rounds += 1
    assert rounds == 3
    asking.call()
    assert [event.type for event in asking.shop.told] == ["doorstep.case.opened"]
    assert house.clock() - NOW > timedelta(minutes=25)


def test_fact_that_is_not_taken_has_ten_tries_and_is_kept(asking: Asking) -> None:
    house = asking.house
    house.hear("I want to talk to a human")
    asking.shop.script.extend([SendError(Outcome.RETRY, "http_500")] * 20)
    assert told(asking) == [("case.opened", "case/1")]
    first, waits = house.clock(), []
    for _ in range(12):
        ((_, state, attempts),) = asking.states()
        if state != "pending":
            break
        row = next(iter(_rows(asking)))
        waits.append((row.not_before - house.clock()).total_seconds())
        house.clock.time = row.not_before
        asking.call()
    assert waits == [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
    assert (state, attempts) == ("failed", 10)
    assert house.clock() - first == timedelta(hours=75, minutes=35, seconds=5)


def test_store_that_is_gone_is_not_told_again(asking: Asking) -> None:
    asking.house.hear("I want to talk to a human")
    asking.shop.script.append(SendError(Outcome.CONTENT_REJECTED, "gone"))
    told(asking)
    assert [(state, attempts) for _, state, attempts in asking.states()] == [("failed", 1)]


def _rows(asking: Asking) -> Any:
    with asking.house.store.read() as conn:
        return rows.listed(conn, rows.STATES, 10)
