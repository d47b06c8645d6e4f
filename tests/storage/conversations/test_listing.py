"""Tests that conversations are found by what somebody looks for, newest first, page by page."""

from datetime import timedelta

import pytest

from core.ids import first_id
from core.people.addresses import Address
from core.people.conversations import Owner
from core.shop.orders import Buyer
from hub.customers import newcomers
from storage.conversations import conversations, flow_events, listing, timeline
from storage.conversations.listing import Sought
from storage.conversations.tables import flow_events as flow_events_table
from storage.engine.store import Store
from storage.insight.tables import measures
from storage.people import addresses
from storage.people.tables import messages
from tests.fakes import NOW, PHONE
from tests.storage.orders_sample import saved_order

PLACES = [Address("whatsapp", "main", PHONE), Address("telegram", "main", "42"), Address("sms", "main", "+12025550177")]


@pytest.fixture
def ids(store: Store) -> list[str]:
    """Makes three conversations, each spoken in an hour after the one before; the second is an agent's."""
    saved_order(store, Buyer(id="c1", name="Jane Doe", phone=PHONE))
    with store.write() as conn:
        newcomers.ensure(conn, store, [(place, "J") for place in PLACES], NOW)
        known = conversations.by_keys(conn, [place.key for place in PLACES])
        spoken = [known[place.key] for place in PLACES]
        for hours, who in enumerate(spoken, 1):
            at = NOW + timedelta(hours=hours)
            conn.execute(
                messages.insert(),
                timeline.row(first_id(at) + 11 * "0", who.id, who.customer_id, timeline.BOT, "hi", at),
            )
        conversations.hand_over(conn, spoken[1].id, Owner.AGENT, None)
    return [who.id for who in spoken]


def found(store: Store, sought: Sought) -> list[str]:
    with store.read() as conn:
        return [each.id for each in listing.listed(conn, sought)[0]]


def test_the_one_last_spoken_in_comes_first(store: Store, ids: list[str]) -> None:
    assert found(store, Sought()) == ids[::-1]
    with store.read() as conn:
        (first, *_), following = listing.listed(conn, Sought())
    assert (first.last_at, first.channel, following) == (NOW + timedelta(hours=3), "sms", None)


def test_of_many_conversations_the_same_is_listed(
    store: Store, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "FEW", 0)
    test_the_one_last_spoken_in_comes_first(store, ids)
    test_what_is_looked_for(store, ids)
    test_what_it_was_about(store, ids)
    test_a_list_goes_on_where_it_ended(store, ids)
    test_until_then_the_list_stood_so(store, ids)


def test_what_is_looked_for(store: Store, ids: list[str]) -> None:
    assert found(store, Sought(state="agent")) == [ids[1]]
    assert found(store, Sought(state="bot")) == [ids[2], ids[0]]
    assert found(store, Sought(channel="whatsapp")) == [ids[0]]
    assert found(store, Sought(since=NOW + timedelta(hours=2))) == [ids[2], ids[1]]
    assert found(store, Sought(ids=[ids[0]])) == [ids[0]]
    assert found(store, Sought(ids=[])) == []


def test_what_it_was_about(store: Store, ids: list[str]) -> None:
    measured = {"metric": "contact", "about": "c1", "at": NOW, "day": NOW.date(), "week": NOW.date(), "hour": 9}
    measured |= {"value": 1, "channel": "sms", "agent": "", "team": "", "language": "en"}
    with store.write() as conn:
        topics = [("1", ids[0], "order_status"), ("2", ids[0], "order_status"), ("3", ids[2], "damaged")]
        rows = [measured | {"subject": id_, "conversation_id": place, "topic": topic} for id_, place, topic in topics]
        conn.execute(measures.insert(), rows)
        ran = [(ids[2], "returns"), (ids[2], "returns"), (ids[1], "returns"), (ids[1], "faq")]
        events = [flow_events.row(place, "asked", {"flow": flow, "step": "which"}, "1", NOW) for place, flow in ran]
        conn.execute(flow_events_table.insert(), events)
    assert found(store, Sought(topic="order_status")) == [ids[0]]
    assert found(store, Sought(flow="returns")) == [ids[2], ids[1]]
    assert found(store, Sought(flow="returns", topic="damaged")) == [ids[2]]
    assert found(store, Sought(flow="returns", topic="order_status")) == []
    assert found(store, Sought(flow="'; DROP TABLE flow_events --")) == []


def test_until_then_the_list_stood_so(store: Store, ids: list[str]) -> None:
    hour = timedelta(hours=1)
    with store.write() as conn:
        who = conversations.by_id(conn, ids[0])
        assert who is not None
        at = NOW + 5 * hour
        row = timeline.row(first_id(at) + 11 * "0", who.id, who.customer_id, timeline.BOT, "again", at)
        conn.execute(messages.insert(), row)
    assert found(store, Sought()) == [ids[0], ids[2], ids[1]]
    assert found(store, Sought(until=NOW + 4 * hour)) == ids[::-1]
    assert found(store, Sought(until=NOW + 3 * hour)) == [ids[1], ids[0]]
    assert found(store, Sought(since=NOW + 2 * hour, until=NOW + 3 * hour)) == [ids[1]]
    assert found(store, Sought(since=NOW + 4 * hour, until=NOW + 5 * hour)) == []


def test_one_that_goes_on_elsewhere_is_closed(store: Store, ids: list[str]) -> None:
    with store.write() as conn:
        addresses.set_home(conn, PLACES[2].key, PLACES[0].key)
        addresses.drop(conn, [PLACES[1].key])
    assert found(store, Sought(state="closed")) == [ids[2], ids[1]]
    assert found(store, Sought(state="agent")) == []


def test_a_list_goes_on_where_it_ended(store: Store, ids: list[str]) -> None:
    pages, after = [], None
    while not pages or after:
        with store.read() as conn:
            page, after = listing.listed(conn, Sought(limit=1, after=after))
        pages.append([each.id for each in page])
    assert pages == [[id_] for id_ in ids[::-1]]
    with store.read() as conn, pytest.raises(ValueError, match="no cursor"):
        listing.listed(conn, Sought(after="nonsense"))


@pytest.mark.parametrize("after", ["x", "-1", "1_0", "٣", "2147483648", "9" * 18, "9" * 5000])
def test_a_number_beyond_all_is_no_cursor(store: Store, after: str) -> None:
    with store.read() as conn, pytest.raises(ValueError, match="no cursor"):
        listing.listed(conn, Sought(words="order", after=after))
