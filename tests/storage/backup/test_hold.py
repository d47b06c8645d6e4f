"""Tests that what was on its way at a backup's time waits for an operator's word, and then goes on or ends."""

from importlib import import_module

import pytest
from sqlalchemy import select, update

from core.errors import Outcome, SendError
from core.messages.inbound import ReceiptStatus
from hub.timers import kinds
from storage.backup import hold
from storage.campaigns import campaigns
from storage.engine.store import Store
from storage.notices.tables import notices
from storage.people.tables import messages
from storage.queues import timers
from storage.queues.tables import inbox, outbox, outbox_parts
from storage.queues.tables import timers as timers_table
from tests.fakes import NOW
from tests.hub.house import House


def hold_all(house: House) -> list[hold.Held]:
    with house.store.write() as conn:
        hold.hold(conn)
        return hold.listed(conn)


def release(house: House, end: object, *ids: str) -> None:
    with house.store.write() as conn:
        held = [each.id for each in hold.listed(conn)]
        end(conn, ids or held, house.clock())  # type: ignore[operator]


def test_a_message_waits_and_is_sent_once_when_it_may(house: House) -> None:
    house.hear("menu")
    (held,) = hold_all(house)
    assert (held.what, held.about, held.to) == ("message", "whatsapp bot", "+1•••••0101")
    house.later(hours=20)
    assert house.texts() == []
    release(house, hold.send)
    assert len(house.texts()) == 1
    assert house.texts() == []


def test_a_call_that_was_under_way_is_not_in_doubt_but_held(house: House) -> None:
    house.channels["whatsapp"].script.append(SendError(Outcome.AMBIGUOUS, "timeout"))
    house.hear("menu")
    house.send()
    assert [row.state for row in house.messages()] == ["unknown"]
    hold_all(house)
    house.later(hours=1)
    assert house.texts() == []
    release(house, hold.send)
    assert len(house.texts()) == 1


def test_a_receipt_ends_what_is_held(house: House) -> None:
    house.channels["whatsapp"].script.append(SendError(Outcome.AMBIGUOUS, "timeout"))
    house.hear("menu")
    house.send()
    hold_all(house)
    house.receipt(ReceiptStatus.DELIVERED, correlation=house.parts()[-1].id, provider_id="wamid.x")
    assert [row.state for row in house.messages()] == ["sent"]


@pytest.mark.parametrize("code", ["30008", "refused"], ids=["it would be sent again", "it would be given up"])
def test_a_receipt_that_it_failed_lets_nothing_go_that_is_held(house: House, code: str) -> None:
    house.channels["whatsapp"].script.append(SendError(Outcome.AMBIGUOUS, "timeout"))
    house.hear("menu")
    house.send()
    hold_all(house)
    house.receipt(ReceiptStatus.FAILED, correlation=house.parts()[-1].id, provider_id="wamid.x", code=code)
    house.later(hours=1)
    assert house.texts() == []
    release(house, hold.send)
    assert len(house.texts()) == 1


def test_what_is_dropped_is_never_sent_and_holds_up_nothing(house: House) -> None:
    house.hear("menu")
    hold_all(house)
    release(house, hold.drop)
    house.hear("menu")
    assert len(house.texts()) == 1
    assert [row.state for row in house.messages()] == ["cancelled", "sent"]
    with house.store.read() as conn:
        assert hold.listed(conn) == []


def test_what_came_in_and_was_not_handled_waits_too(house: House) -> None:
    house.say("menu")
    (held,) = hold_all(house)
    assert held.what == "received"
    house.drain()
    assert house.rows(messages) == []
    house.hear("hello")  # who writes now is answered
    assert len(house.texts()) == 1
    release(house, hold.send, held.id)
    house.drain()
    assert len(house.texts()) == 1


def test_what_was_not_handled_may_be_dropped(house: House) -> None:
    house.say("menu")
    hold_all(house)
    release(house, hold.drop)
    house.drain()
    assert house.texts() == []
    assert [(row.state, row.error) for row in house.rows(inbox)] == [(1, "dropped")]


def notice(store: Store, state: str) -> None:
    row = {"id": "n1", "business_key": "shipped:1001:s1", "kind": "shipped", "category": "service", "data": "{}"}
    row |= {"customer_id": "c", "order_number": "1001", "state": state, "not_before": NOW, "created_at": NOW}
    with store.write() as conn:
        conn.execute(notices.insert(), row)


def test_a_notice_that_waits_for_its_time_waits_for_a_word(house: House) -> None:
    notice(house.store, "held")
    (held,) = hold_all(house)
    assert (held.what, held.about, held.to) == ("notice", "shipped", "1001")
    with house.store.read() as conn:
        assert conn.scalar(select(notices.c.not_before)) is None
    release(house, hold.send)
    with house.store.read() as conn:
        assert conn.scalar(select(notices.c.not_before)) == NOW
    hold_all(house)
    release(house, hold.drop)
    assert house.notices() == [("shipped:1001:s1", "skipped", "dropped")]


def test_a_dropped_message_ends_its_notice(house: House) -> None:
    notice(house.store, "queued")
    house.hear("menu")
    with house.store.write() as conn:
        conn.execute(update(outbox).values(notification_id="n1"))
    hold_all(house)
    release(house, hold.drop)
    assert house.notices() == [("shipped:1001:s1", "skipped", "dropped")]


@pytest.mark.parametrize("word", ["send", "drop"])
def test_campaigns_are_paused(house: House, word: str) -> None:
    for kind in hold.CAMPAIGNS:
        assert import_module(f"{kinds.__name__}.{kind}").KIND
        with house.store.write() as conn:
            timers.ensure(conn, house.store, kind, [""], NOW)
    held = hold_all(house)
    assert [each.what for each in held] == ["campaign"]
    with house.store.write() as conn:
        timers.ensure(conn, house.store, hold.CAMPAIGNS[0], [""], NOW)  # as each worker does at its start
        assert [each.kind for each in timers.due(conn, NOW, timers.Patience())] == []
    release(house, getattr(hold, word))
    assert house.row(timers_table).due_at == (NOW if word == "send" else NOW + hold.REMINDED)


@pytest.mark.parametrize(("before", "after"), [("running", "paused"), ("scheduled", "paused"), ("draft", "draft")])
def test_a_campaign_of_somebody_waits_until_it_is_resumed(house: House, before: str, after: str) -> None:
    made = campaigns.Campaign("win_back-0001", "win_back", "all", "anna", NOW, state=before)
    with house.store.write() as conn:
        campaigns.add(conn, house.store, made)
        hold.hold(conn)
        found, paused = campaigns.by_id(conn, made.id), hold.paused(conn)
    assert found
    assert [(each.id, each.what, each.about) for each in paused] == [
        (made.id, "campaign", "win_back") for _ in ("paused",) if after == "paused"
    ]
    assert (found.state, found.reason) == (after, "restored" if after == "paused" else "")


def test_what_is_final_stays_as_it_is(house: House) -> None:
    house.hear("menu")
    house.texts()
    before = house.rows(outbox), house.rows(outbox_parts), house.rows(inbox)
    assert hold_all(house) == []
    assert (house.rows(outbox), house.rows(outbox_parts), house.rows(inbox)) == before
