"""Tests that a conversation is shown with all it has: who said what, what became of it, why, and what it cost."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.ids import first_id
from core.messages.inbound import Deleted, Edited, Reacted, ReceiptStatus
from core.messages.pieces import Attachment
from core.shop.orders import Buyer
from insights.conversations.happenings import Happening
from insights.conversations.lines import Line
from insights.conversations.whole import PAGE, Place, Whole, whole
from storage.conversations import timeline
from storage.costs import rows as costs
from storage.desk import cases as case_rows
from storage.desk.tables import cases
from storage.engine.store import Store
from storage.people.tables import conversations, messages
from tests.fakes import NOW, PHONE
from tests.hub.house import ANNA, WHATSAPP, House
from tests.storage.orders_sample import saved_order


@pytest.fixture
def house(store: Store) -> House:
    """Knows Jane, who bought something."""
    saved_order(store, Buyer(id="c1", name="Jane Doe", phone=PHONE, email="jane@example.com"))
    return House(store)


def looked_at(house: House, place: Place = Place()) -> Whole:  # noqa: B008 - a value
    with house.store.read() as conn:
        id_ = conn.exec_driver_sql("SELECT id FROM conversations").scalar_one()
        found = whole(conn, id_, {"whatsapp": 24}, place, house.clock())
    assert found is not None
    return found


def lines(found: Whole) -> list[Line]:
    return [each for each in found.entries if isinstance(each, Line)]


def happenings(found: Whole) -> list[Happening]:
    return [each for each in found.entries if isinstance(each, Happening)]


def test_who_said_what_and_what_became_of_it(house: House) -> None:
    house.hear("where is order 1001?")
    house.send()
    part = house.parts()[0]
    house.later(seconds=5)
    house.receipt(ReceiptStatus.READ, provider_id=part.provider_id)
    asked, answered, *_ = lines(looked_at(house))
    assert (asked.said.by, asked.said.text) == ("customer", "where is order 1001?")
    assert ("flow_started", "order_status") in [(event.name, event.flow) for event in asked.events]
    assert (answered.said.by, answered.said.state) == ("bot", "read")
    assert answered.sending is not None
    (sent,) = answered.sending.parts[:1]
    assert (sent.status, sent.status_at, sent.provider_id) == ("read", NOW + timedelta(seconds=5), part.provider_id)


def test_people_notes_and_cases_stand_in_their_order(house: House) -> None:
    house.hear("agent")
    house.send()
    house.later(minutes=1)
    house.presses("case_claim")
    house.later(minutes=1)
    house.writes("hello Jane")
    house.later(minutes=1)
    house.writes("a good customer", note=True)
    house.later(minutes=1)
    house.presses("case_resolve")
    found = looked_at(house)
    told = [each.what if isinstance(each, Happening) else each.said.by for each in found.entries]
    spoken = ["customer", "bot", "case_opened", "bot", "case_claimed", "agent", "note", "bot", "case_over"]
    assert told == spoken
    agent = next(line for line in lines(found) if line.said.by == "agent")
    assert (agent.said.author, agent.said.text) == (ANNA, "hello Jane")
    ((case, clocks, _),) = found.cases
    assert (case.number, case.state) == (1, "resolved")
    assert clocks


def test_changes_of_what_was_said(house: House) -> None:
    first = house.hear("my boots are small")
    house.accept(Edited(house.fresh("e"), WHATSAPP, house.clock(), target=first, text="my boots are too small"))
    gone = house.hear("my secret")
    house.accept(Deleted(house.fresh("d"), WHATSAPP, house.clock(), target=gone))
    house.accept(Reacted(house.fresh("r"), WHATSAPP, house.clock(), target=first, emoji="👍"))
    house.drain()
    said = [line for line in lines(looked_at(house)) if line.said.by == "customer"]
    assert [line.said.text for line in said] == ["my boots are too small", "", "👍"]
    assert [bool(line.said.edited_at) for line in said] == [True, False, False]
    assert [bool(line.said.deleted_at) for line in said] == [False, True, False]
    assert said[2].answers == said[0].said.id
    assert said[2].quote is not None
    assert said[2].quote.text == "my boots are too small"


def test_files_and_costs(house: House) -> None:
    house.hear("see", attachments=(Attachment("image", ref="m1", mime="image/jpeg", filename="boots.jpg"),))
    house.send()
    part = house.parts()[0]
    row = {"id": "1" * 24, "channel": "whatsapp", "account": "main", "provider_id": part.provider_id, "flow": ""}
    row |= {"part_id": part.id, "outbox_id": part.outbox_id, "notice_id": None, "campaign_id": None, "case_id": None}
    row |= {"kind": "", "category": "service", "currency": "USD", "micros": 5000, "source": "provider", "at": NOW}
    with house.store.write() as conn:
        conn.execute(costs.costs.insert(), row)
    sent, answer, *_ = lines(looked_at(house))
    assert [(file["kind"], file["name"], file["state"]) for file in sent.files] == [("image", "boots.jpg", "pending")]
    assert [(cost.amount, cost.currency) for cost in answer.costs] == [(Decimal("0.005"), "USD")]


def test_what_is_known_of_them_is_to_be_masked(house: House) -> None:
    house.hear("hi")
    known = looked_at(house).veil.known
    assert "Jane Doe" in known.names
    assert {"jane@example.com", PHONE} <= set(known.lines)
    assert known.kept == ("1001",)


def test_long_ones_come_in_pages_without_a_gap(house: House) -> None:
    for number in range(PAGE):
        house.hear(f"sticker {number}")
        house.later(seconds=1)
    last = looked_at(house)
    assert (len(lines(last)), last.later) == (PAGE, "")
    before = looked_at(house, Place(before=last.earlier))
    again = looked_at(house, Place(start=before.later))
    assert lines(before)[-1].said.id < lines(last)[0].said.id
    assert [line.said.id for line in lines(again)] == [line.said.id for line in lines(last)]
    assert again.later == ""
    from_one = looked_at(house, Place(start=lines(last)[5].said.id))
    assert lines(from_one)[0].said.id == lines(last)[5].said.id
    assert from_one.earlier == lines(last)[5].said.id


def test_of_a_thousand_messages_each_is_on_one_page(house: House) -> None:
    house.hear("hi")
    who = house.row(conversations)
    moments = [NOW + timedelta(seconds=number) for number in range(1050)]
    lines_ = [
        timeline.row(first_id(at) + 11 * "0", who.id, who.customer_id, timeline.CUSTOMER, str(n), at)
        for n, at in enumerate(moments)
    ]
    with house.store.write() as conn:
        conn.execute(messages.insert(), lines_)
    house.later(hours=1)
    seen, page = list[str](), looked_at(house)
    while True:
        seen = [line.said.id for line in lines(page)] + seen
        if not page.earlier:
            break
        page = looked_at(house, Place(before=page.earlier))
    with house.store.read() as conn:
        every = list(conn.scalars(select(messages.c.id).order_by(messages.c.id)))
    assert sorted(seen) == every  # those of this process are later than their time
    assert len(seen) > 1050


def test_what_happened_between_two_pages_is_on_one_of_them(house: House) -> None:
    house.hear("hi")
    who = house.row(conversations)
    moments = [NOW + timedelta(seconds=number) for number in range(2 * PAGE)]
    opened = [at + timedelta(seconds=0.5) for at in moments]
    with house.store.write() as conn:
        said = [(first_id(at) + 11 * "0", at) for at in moments]
        own = (who.id, who.customer_id, timeline.CUSTOMER, "x")
        conn.execute(messages.insert(), [timeline.row(id_, *own, at) for id_, at in said])
        held = [case_rows.row(first_id(at) + 11 * "1", who.id, who.customer_id, "", "", "C1", at) for at in opened]
        conn.execute(cases.insert(), [{**row, "state": "resolved"} for row in held])
    house.later(hours=1)
    page = looked_at(house)
    seen = happenings(page)
    while page.earlier:
        page = looked_at(house, Place(before=page.earlier))
        seen = happenings(page) + seen
    assert [each.at for each in seen if each.what == "case_opened"] == opened
    forward = happenings(page)
    while page.later:
        page = looked_at(house, Place(start=page.later))
        forward += happenings(page)
    assert forward == seen


def test_there_is_none(house: House) -> None:
    with house.store.read() as conn:
        assert whole(conn, "nothing", {}, Place(), NOW) is None
