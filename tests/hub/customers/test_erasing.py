"""Tests that what stands about an erased customer at the desk is deleted there, and that what cannot be is told."""

from typing import Any

import pytest
from sqlalchemy import insert

from core.desk.events import ThreadDeleted
from core.desk.posts import PostCard, PostErased, PostNote
from core.errors import Outcome, SendError
from core.messages.pieces import Profile
from hub.customers import erasing
from hub.customers.erasing import Erased
from storage.desk.tables import case_threads, cases
from storage.engine.schema import metadata
from storage.engine.store import Store
from storage.people import privacy
from storage.people.tables import customers
from storage.queues.tables import outbox, outbox_parts
from tests.fakes import PHONE, PLACE
from tests.hub.house import TELEGRAM, House


@pytest.fixture
def house(store: Store) -> House:
    """Makes a case with a card, the customer's words, an agent's reply and a note; and another customer's case."""
    house = House(store)
    house.hear("agent")
    house.send()
    house.hear("my parcel is wet")
    house.send()
    house.writes("so sorry!")
    house.writes("she is right", note=True)
    house.send()
    house.hear("agent", TELEGRAM)
    house.send()
    return house


def erase(house: House) -> Erased:
    with house.store.write() as conn:
        return erasing.erase(house.hub, conn, house.rows(cases)[0].customer_id, house.clock())


def ours(house: House, case_id: str) -> set[str]:
    """Lists the ids that the desk gave to messages of ours in a case."""
    words = ('"type":"card"', '"type":"customer"', '"type":"note"')
    about = [row for row in house.rows(outbox) if row.case_id == case_id]
    rows = {row.id for row in about if any(word in row.payload for word in words)}
    return {part.provider_id for part in house.rows(outbox_parts) if part.outbox_id in rows}


def swept(house: House) -> list[Any]:
    house.desk.posts.clear()
    house.send()
    return [post for post in house.desk.posts if isinstance(post, PostErased)]


def test_what_we_posted_goes_and_nobody_elses(house: House) -> None:
    first, second = house.rows(cases)
    mine, others = ours(house, first.id), ours(house, second.id)
    told = erase(house)
    assert len(mine) >= 2
    gone = swept(house)
    assert {(post.place, post.message) for post in gone} == {(PLACE, id_) for id_ in mine | {first.thread}}
    assert not others & {post.message for post in gone}
    assert told.counts["posts at the desk"] == len(gone)
    assert swept(house) == []  # once


def test_what_agents_wrote_is_listed(house: House) -> None:
    told = erase(house)
    assert len(told.stays) == 2
    assert {each.place for each in told.stays} == {PLACE}
    assert not {each.id for each in told.stays} & {post.message for post in swept(house)}


def test_what_the_desk_does_not_delete_is_told(house: House) -> None:
    erase(house)
    house.desk.script.append(SendError(Outcome.CONTENT_REJECTED, "cant_delete_message"))
    house.send()
    house.send()
    notes = [post.text for post in house.desk.posts if isinstance(post, PostNote)]
    assert [note for note in notes if "stays in Slack (cant_delete_message): message" in note]


def test_earlier_threads_of_a_case_go_too(house: House) -> None:
    first = house.rows(cases)[0]
    with house.store.write() as conn:
        conn.execute(insert(case_threads), {"place": "C0BEFORE", "thread": "17.1", "case_id": first.id})
    erase(house)
    assert ("C0BEFORE", "17.1") in {(post.place, post.message) for post in swept(house)}


def test_without_a_desk_nothing_is_posted(store: Store) -> None:
    house = House(store, has_desk=False)
    house.hear("hello")
    with house.store.write() as conn:
        told = erasing.erase(house.hub, conn, house.row(customers).id, house.clock())
    assert "posts at the desk" not in told.counts
    assert [row for row in house.rows(outbox) if row.lane == "desk"] == []


def test_an_export_holds_what_agents_wrote(house: House) -> None:
    with house.store.read() as conn:
        told = privacy.export(conn, house.rows(cases)[0].customer_id)
    assert {each["text"] for each in told["desk"]} == {"so sorry!", "she is right"}


def test_a_card_that_we_deleted_does_not_come_again(house: House) -> None:
    first = house.rows(cases)[0]
    erase(house)
    assert house.rows(cases)[0].state == "resolved"
    house.send()
    house.desk.posts.clear()
    house.act(ThreadDeleted(house.fresh("ev"), PLACE, first.thread, house.clock()))
    house.send()
    assert [post for post in house.desk.posts if isinstance(post, PostCard)] == []


def test_no_row_of_any_table_has_their_words_or_address_any_more(house: House) -> None:
    """Whatever table comes to be: what they said, what was said to them, and where they are reached, is gone."""
    house.hear("it is xyzzywet", profile=Profile("Jane Xyzzydoe"))
    house.writes("(note) xyzzyheld", thread=house.rows(cases)[0].thread)
    house.writes("xyzzyreply", thread=house.rows(cases)[0].thread)
    house.say("xyzzypending")  # in the inbox, not handled
    house.send()
    house.drain()
    erase(house)
    house.send()
    said = {table.name: str(house.rows(table)) for table in metadata.sorted_tables}
    assert [name for name, rows in said.items() if "xyzzy" in rows.casefold()] == []
    assert [name for name, rows in said.items() if PHONE in rows or PHONE.lstrip("+") in rows] == []
