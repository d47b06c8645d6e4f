"""Tests that all that the store knows of customers is read, of whoever turned out to be them too, in two statements."""

from typing import Any

from sqlalchemy import event

from core.people.known import Known
from core.shop.buyers import AccountFacts
from core.shop.orders import Buyer, StreetAddress
from storage.engine.store import Store
from storage.people import accounts, addresses, customers, families, merges, privacy
from storage.people.known import known_of
from tests.fakes import NOW, PHONE
from tests.hub.house import TELEGRAM
from tests.storage.orders_sample import saved_order


def asked(store: Store, *ids: str) -> tuple[dict[str, Known], int]:
    """Reads it; and how many statements that took."""
    ran: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        ran.append(statement)

    with store.read() as conn:
        event.listen(conn, "before_cursor_execute", note)
        found = known_of(conn, ids)
        event.remove(conn, "before_cursor_execute", note)
    return found, len(ran)


def jane(store: Store) -> str:
    """Makes one who ordered twice, as a gift too, has an account and writes in a chat."""
    buyer = Buyer(id="c1", name="Jane Doe", phone=PHONE, email="jane@example.com")
    id_ = saved_order(store, buyer, shipping=StreetAddress("Rosenhof 3", "Hinterhaus", "Wien", "AB1 2CD", "", "AT"))
    saved_order(store, buyer, number="1002", shipping=StreetAddress("12 Elm Grove", "", "London", "SW1A 1AA"))
    home = StreetAddress("阳光花园小区3栋", "", "上海", "200000")
    with store.write() as conn:
        accounts.tell(conn, id_, AccountFacts(addresses=(home,)), NOW, whole=True)
        addresses.add(conn, store, TELEGRAM, id_, NOW, phone="+12025550199")
    return id_


def test_all_of_it_is_read(store: Store) -> None:
    id_ = jane(store)
    known = asked(store, id_)[0][id_]
    assert known.names == ("Jane Doe",)
    streets = {"Rosenhof 3", "Hinterhaus", "AB1 2CD", "12 Elm Grove", "SW1A 1AA", "阳光花园小区3栋", "200000"}
    assert set(known.lines) == {"jane@example.com", PHONE, TELEGRAM.value, "+12025550199", *streets}
    assert set(known.kept) == {"1001", "1002"}


def test_it_is_theirs_who_turned_out_to_be_one(store: Store) -> None:
    kept, other = jane(store), saved_order(store, Buyer(id="c9", name="Wei Chen"), number="9")
    with store.write() as conn:
        first, second = (customers.add(conn, NOW, name=name) for name in ("Zebedee Quick", "欧阳明月"))
        merges.merge(conn, first, second, "operator", NOW)
        merges.merge(conn, kept, first, "operator", NOW)
        undone = merges.merge(conn, kept, customers.add(conn, NOW, name="Nobody Else"), "operator", NOW)
        merges.unmerge(conn, undone, NOW)
    found, statements = asked(store, kept, other)
    assert set(found[kept].names) == {"Jane Doe", "Zebedee Quick", "欧阳明月"}
    assert found[other].names == ("Wei Chen",)
    assert statements == 2


def test_whoever_changed_their_number_is_told_once(store: Store) -> None:
    id_ = jane(store)
    with store.write() as conn:
        conn.execute(
            merges.merges.insert(),
            {"id": "m1", "kept_id": id_, "gone_id": id_, "reason": "number", "moved": "{}", "at": NOW},
        )
        assert families.members(conn, id_) == [id_]


def test_fifty_take_as_many_statements_as_one(store: Store) -> None:
    ids = [saved_order(store, Buyer(id=f"c{n}", name=f"Buyer {n}"), number=str(n)) for n in range(50)]
    found, statements = asked(store, *ids)
    assert [found[id_].names for id_ in ids] == [(f"Buyer {n}",) for n in range(50)]
    assert statements == 2


def test_of_somebody_erased_or_unknown_nothing_is_known(store: Store) -> None:
    id_ = jane(store)
    with store.write() as conn:
        privacy.erase(conn, id_, NOW)
    found, _ = asked(store, id_, "nobody")
    assert found[id_].lines == ()
    assert found["nobody"] == Known()
    assert asked(store) == ({}, 2)
