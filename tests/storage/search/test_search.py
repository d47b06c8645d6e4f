"""Tests that what was said is found by its words, in both databases alike, and no more when it is gone."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.content.terms import indexed, terms
from core.ids import EPOCH, first_id
from core.people.addresses import Address
from hub.customers import newcomers
from storage.conversations import conversations, listing, timeline
from storage.conversations.listing import Sought
from storage.engine.store import Store
from storage.people import privacy
from storage.people.tables import messages
from storage.search import index
from storage.search.tables import search_entries, search_terms
from tests.fakes import NOW

PLACES = [Address("telegram", "main", str(number)) for number in range(4)]
WORDS = st.sampled_from(["boot", "boots", "Refund", "late", "order 1001", "杯子碎了", "碎", "杯子", "café", "cafe"])


@pytest.fixture
def places(store: Store) -> list[str]:
    """Makes four customers who each have a conversation; their ids."""
    with store.write() as conn:
        newcomers.ensure(conn, store, [(place, f"N{place.value}") for place in PLACES], NOW)
        known = conversations.by_keys(conn, [place.key for place in PLACES])
    return [known[place.key].id for place in PLACES]


def id_at(at: datetime) -> str:
    return first_id(at) + 11 * "0"


def say(store: Store, place: str, text: str, at: datetime) -> str:
    with store.write() as conn:
        who = conversations.by_id(conn, place)
        assert who is not None
        row = timeline.row(id_at(at), place, who.customer_id, timeline.CUSTOMER, text, at)
        conn.execute(messages.insert(), row)
    return str(row["id"])


def catch_up(store: Store) -> None:
    since: datetime | None = EPOCH
    while since is not None:
        with store.write() as conn:
            since = index.add_new(conn, store, since, 3)


def found(store: Store, words: str, **more: object) -> list[str]:
    with store.read() as conn:
        return [each.id for each in listing.listed(conn, Sought(words=words, **more))[0]]  # type: ignore[arg-type]


def test_each_conversation_is_found_once_by_its_newest_message(store: Store, places: list[str]) -> None:
    say(store, places[0], "Where is my refund?", NOW)
    say(store, places[1], "The refund is late", NOW + timedelta(hours=1))
    newest = say(store, places[0], "My REFUNDS, please", NOW + timedelta(hours=2))
    catch_up(store)
    with store.read() as conn:
        page, following = listing.listed(conn, Sought(words="refund"))
    assert [(each.id, each.message_id == newest) for each in page] == [(places[0], True), (places[1], False)]
    assert following is None
    assert found(store, "late refund") == [places[1]]
    assert found(store, "refund boots") == []
    assert found(store, "?!") == []


def test_what_is_found_is_filtered_and_goes_on_page_by_page(store: Store, places: list[str]) -> None:
    for hours in range(9):
        say(store, places[hours % 3], f"杯子碎了 {hours}", NOW + timedelta(hours=hours))
    catch_up(store)
    pages, after = [], None
    while not pages or after:
        with store.read() as conn:
            page, after = listing.listed(conn, Sought(words="杯子", limit=1, after=after))
        pages += [each.id for each in page]
    assert pages == [places[2], places[1], places[0]]
    assert found(store, "杯子", ids=[places[1]]) == [places[1]]
    assert found(store, "碎", channel="sms") == []
    assert found(store, "碎", state="bot") == pages


def test_what_is_changed_is_found_as_it_is_now(store: Store, places: list[str]) -> None:
    id_ = say(store, places[0], "I want a refund", NOW)
    gone = say(store, places[1], "refund!", NOW + timedelta(hours=1))
    catch_up(store)
    with store.write() as conn:
        timeline.revise(conn, id_, "I want boots", NOW + timedelta(hours=2))
        timeline.revise(conn, gone, "", NOW + timedelta(hours=2))
        index.change(conn, store, NOW + timedelta(hours=2))
    assert (found(store, "refund"), found(store, "boots")) == ([], [places[0]])


def test_whoever_is_erased_leaves_no_term_behind(store: Store, places: list[str]) -> None:
    say(store, places[0], "my boots, 红色的", NOW)
    say(store, places[1], "my boots", NOW + timedelta(hours=1))
    catch_up(store)
    with store.write() as conn:
        who = conversations.by_id(conn, places[0])
        assert who is not None
        privacy.erase(conn, who.customer_id, NOW)
        left = set(conn.scalars(select(search_terms.c.term)))
        assert conn.scalar(select(func.count()).select_from(search_entries)) == 1
    assert left == {"my", "boot"}
    catch_up(store)
    assert found(store, "boots") == [places[1]]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(st.tuples(st.integers(0, 3), st.lists(WORDS, min_size=1, max_size=4).map(" ".join)), max_size=12),
    asked=st.lists(WORDS, min_size=1, max_size=3).map(" ".join),
    limit=st.integers(1, 3),
)
def test_as_a_search_through_all_texts_would_find(
    store: Store, places: list[str], said: list[tuple[int, str]], asked: str, limit: int
) -> None:
    with store.write() as conn:
        for table in (search_terms, search_entries, messages):
            conn.execute(table.delete())
    for number, (who, text) in enumerate(said):
        say(store, places[who], text, NOW + timedelta(minutes=number))
    catch_up(store)
    having = [places[who] for who, text in reversed(said) if set(terms(asked)) <= indexed(text)]
    pages, after = [], None
    while not pages or after:
        with store.read() as conn:
            page, after = listing.listed(conn, Sought(words=asked, limit=limit, after=after))
        pages.append([each.id for each in page])
    assert [id_ for page in pages for id_ in page] == list(dict.fromkeys(having))
