"""Tests rows of files: leased by one fetcher at a time, kept until a day, forgotten with their customer."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from core.ids import new_id
from storage.conversations import timeline
from storage.engine.batch import Batch
from storage.engine.store import Store
from storage.media import files
from storage.media.files import FETCHING, GONE, KEPT, PENDING, REFUSED, File
from storage.media.tables import media as media_table
from storage.people import privacy
from storage.people.customers import add as new_customer
from storage.people.tables import messages as messages_table
from tests.fakes import NOW

LATER = NOW + timedelta(minutes=3)


def put(store: Store, ref: str = "wamid.media.1", now: datetime = NOW, **more: Any) -> str:
    """Puts a row; returns its id."""
    row = files.row(new_id(now), "whatsapp", "main", ref, "image", now, **more)
    with store.write() as conn:
        conn.execute(store.insert(media_table), row)
    return str(row["id"])


def take(store: Store, now: datetime = NOW, until: datetime = LATER) -> list[File]:
    with store.write() as conn:
        return files.take(conn, files.due(conn, now, 10), now, until)


def keep(store: Store, file: File, **more: Any) -> bool:
    values = {"state": KEPT, "code": None, "size": 7, "not_before": NOW, "expires_at": NOW + timedelta(days=90), **more}
    with store.write() as conn:
        return files.settle(conn, file, **values)


def file(store: Store, id_: str) -> File:
    with store.read() as conn:
        return files.by_ids(conn, [id_])[id_]


def row(store: Store, id_: str) -> Any:
    with store.read() as conn:
        return conn.execute(select(media_table).where(media_table.c.id == id_)).one()


def test_a_file_waits_to_be_fetched(store: Store) -> None:
    id_ = put(store, mime="image/jpeg", filename="photo.jpg", size=231_000, message_id="m" * 24)
    found = file(store, id_)
    assert (found.state, found.attempts, found.source, found.ref) == (PENDING, 0, "whatsapp", "wamid.media.1")
    assert (found.is_coming, found.is_there(NOW)) == (True, False)


def test_what_senders_say_is_cut_to_its_column(store: Store) -> None:
    id_ = put(store, "https://cdn.example/" + "x" * 3000, filename="n" * 300, mime="m" * 300)
    found = file(store, id_)
    assert (len(found.filename), len(found.mime), len(found.ref)) == (255, 255, 3020)


def test_a_file_is_leased_to_one_fetcher(store: Store) -> None:
    id_ = put(store)
    with store.read() as conn:
        seen_by_both = files.due(conn, NOW, 10)
    with store.write() as conn:
        first = files.take(conn, seen_by_both, NOW, LATER)
    with store.write() as conn:
        second = files.take(conn, seen_by_both, NOW, LATER + timedelta(seconds=1))
    assert [(each.id, each.state, each.attempts) for each in first] == [(id_, FETCHING, 1)]
    assert second == []
    assert take(store) == []


def test_a_lease_that_ran_out_is_anybodys(store: Store) -> None:
    put(store)
    (dead,) = take(store)
    (second,) = take(store, LATER, LATER + timedelta(minutes=3))
    assert second.attempts == 2
    assert not keep(store, dead)
    assert keep(store, second)


def test_the_next_is_due_when_the_first_lease_ends(store: Store) -> None:
    put(store)
    take(store)
    with store.read() as conn:
        assert files.next_due(conn, NOW) == LATER
        assert files.due(conn, NOW, 10) == []
        assert len(files.due(conn, LATER, 10)) == 1


def test_a_kept_file_is_there_until_its_day(store: Store) -> None:
    id_ = put(store)
    (taken,) = take(store)
    keep(store, taken)
    found = file(store, id_)
    day = NOW + timedelta(days=90)
    assert [found.is_there(NOW), found.is_there(day)] == [True, False]
    with store.read() as conn:
        assert files.expired(conn, NOW, 10) == []
        assert files.expired(conn, day, 10) == [id_]
    with store.write() as conn:
        files.put_off(conn, [id_], day + timedelta(minutes=10))
        assert files.expired(conn, day, 10) == []
        files.end(conn, [id_])
    assert (row(store, id_).state, row(store, id_).sha256, row(store, id_).blob) == (GONE, None, None)


def test_places_in_the_store_are_spread_and_stay_the_same() -> None:
    id_ = new_id(NOW)
    assert files.blob_name(id_) == f"{id_[-2:]}/{id_[-4:-2]}/{id_}" == files.blob_name(id_)


def test_files_of_a_message_in_order(store: Store) -> None:
    ids = [put(store, str(n), message_id="m1", customer_id="c1", conversation_id="k1") for n in range(3)]
    put(store, "other", message_id="m2", customer_id="c1", conversation_id="k1")
    with store.write() as conn:
        assert [each.id for each in files.of_message(conn, "c1", "m1")] == ids
        files.adopt(conn, ids[:1], "m9")
        files.adopt(conn, [], "m9")
        assert [each.id for each in files.of_message(conn, "c1", "m9")] == ids[:1]
        assert [each.ref for each in files.last(conn, "c1", "k1", 2)] == ["2", "other"]
        assert files.last(conn, "c1", "k1", 2, besides="whatsapp") == []


def test_a_customer_is_forgotten_whatever_the_state_of_their_files(store: Store) -> None:
    """What is kept goes now; what is being fetched right now goes when its fetcher has surely ended."""
    with store.write() as conn:
        own, otown = new_customer(conn, NOW), new_customer(conn, NOW)
    kept, under_way, refused = (put(store, customer_id=own, filename="me.jpg") for _ in range(3))
    first, second, third = take(store)
    assert [first.id, second.id, third.id] == [kept, under_way, refused]
    keep(store, first, sha256="0" * 64, blob="x")
    keep(store, third, state=REFUSED, code="too_large", expires_at=None)
    pending, spared = put(store, customer_id=own), put(store, customer_id=otown)
    with store.write() as conn:
        assert privacy.erase(conn, own, NOW)["files"] == 4
    assert [row(store, id_).state for id_ in (kept, under_way, refused, pending)] == [KEPT] * 4
    for id_ in (kept, under_way, refused, pending):
        assert (row(store, id_).ref, row(store, id_).filename, row(store, id_).sha256) == ("", "", None)
        assert not file(store, id_).is_there(NOW)
    assert not keep(store, second)
    with store.read() as conn:
        # Also what a fetcher that was stopped may have put into the store: removing nothing does no harm.
        assert sorted(files.expired(conn, NOW, 10)) == sorted([kept, refused, pending])
        assert files.due(conn, LATER, 10) == [spared]
    with store.read() as conn:
        assert sorted(files.expired(conn, LATER, 10)) == sorted([kept, under_way, refused, pending])


def test_a_file_of_their_conversation_is_own(store: Store) -> None:
    """A conversation that was merged into another customer's may still hold files under the old id."""
    id_ = put(store, customer_id="old", conversation_id="k1")
    with store.write() as conn:
        assert files.forget(conn, "new", ["k1"], NOW) == 1
    with store.read() as conn:
        assert files.expired(conn, NOW, 10) == [id_]


def test_a_message_taken_back_takes_its_files_along(store: Store) -> None:
    with store.write() as conn:
        for name in ("m1", "m2"):
            line = timeline.row(name, "k1", "c1", timeline.CUSTOMER, "", NOW, external_id=f"wamid.{name}")
            conn.execute(store.insert(messages_table), line)
    mine, other = (put(store, message_id=name, customer_id="c1", conversation_id="k1") for name in ("m1", "m2"))
    for each in take(store):
        keep(store, each)
    batch = Batch()
    for name in ("wamid.m1", "wamid.unknown"):
        batch.update(files.FORGET_MESSAGE, {"customer": "c1", "place": "k1", "name": name, "at_": NOW})
    with store.write() as conn:
        batch.apply(conn, store)
    assert [file(store, id_).is_there(NOW) for id_ in (mine, other)] == [False, True]
    with store.read() as conn:
        assert files.expired(conn, NOW, 10) == [mine]


def test_an_export_names_files_and_no_handles(store: Store) -> None:
    with store.write() as conn:
        own = new_customer(conn, NOW)
    put(store, "https://cdn.example/signed?secret=1", customer_id=own, filename="me.jpg")
    with store.read() as conn:
        (exported,) = privacy.export(conn, own)["files"]
    assert (exported["filename"], exported["state"]) == ("me.jpg", PENDING)
    assert "cdn.example" not in str(exported)
