"""The audit log: no byte of it changes unseen, and writers at once do not fork its chain."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, text, update

from storage.desk import audit, audit_chain
from storage.desk.audit_chain import Head, Verdict
from storage.desk.tables import audit as table
from storage.desk.tables import audit_head
from storage.engine import migrate
from storage.engine.store import Store
from tests.fakes import NOW
from tests.storage.engine.test_migrate import upgrade_to


def write(store: Store, count: int, action: str = "claim") -> None:
    for n in range(count):
        with store.write() as conn:
            data = {"n": n} if n % 2 else None
            audit.record(conn, store, "U1", action, f"case:{n}", NOW + timedelta(seconds=n), data)


def seal(store: Store) -> Head | None:
    with store.write() as conn:
        return audit_chain.seal(conn, store)


def verdict(store: Store, noted: Head | None = None) -> Verdict:
    with store.snapshot() as conn:
        return audit_chain.verify(conn, noted)


def change(store: Store, statement: object) -> None:
    with store.write() as conn:
        conn.execute(statement)  # type: ignore[call-overload]


def test_an_empty_log_is_whole(store: Store) -> None:
    assert seal(store) is None
    assert verdict(store) == Verdict(0, "", 0)


def test_what_is_sealed_stays_as_more_is_written(store: Store) -> None:
    write(store, 3)
    assert verdict(store) == Verdict(0, "", 3)
    first = seal(store)
    assert first is not None
    write(store, 2, "resolve")
    second = seal(store)
    assert second is not None
    assert (first.seq, second.seq) == (3, 5)
    assert verdict(store, first) == Verdict(5, second.hash, 0)
    with store.read() as conn:
        assert [entry.seq for entry in audit.listed(conn, action="resolve")] == [5, 4]
        assert [entry.data for entry in audit.listed(conn, object_="case:1")] == [{"n": 1}, {"n": 1}]


@pytest.mark.parametrize(
    "changed",
    [
        {"at": NOW},
        {"actor": "U2"},
        {"action": "claim "},
        {"object": "case:9"},
        {"data": '{"n": 1}'},
        {"data": None},
        {"id": "0" * 24},
        {"hash": "0" * 64},
    ],
    ids=str,
)
def test_a_changed_byte_is_found(store: Store, changed: dict[str, object]) -> None:
    write(store, 4)
    seal(store)
    change(store, update(table).where(table.c.seq == 2).values(**changed))
    found = verdict(store)
    assert (found.sealed, found.broken[:17]) == (1, "entry 2 (" + found.broken[9:17])
    assert "was changed" in found.broken


def test_a_removed_entry_is_found_wherever_it_was(store: Store) -> None:
    write(store, 4)
    head = seal(store)
    change(store, delete(table).where(table.c.seq == 4))
    assert verdict(store).broken == "entry 4 is missing; the log went on to entry 4"
    change(store, update(audit_head).values(seq=3))  # somebody who knows of the head, too
    assert "head is another" in verdict(store).broken
    hash_ = next(row.hash for row in _rows(store) if row.seq == 3)
    change(store, update(audit_head).values(hash=hash_))
    assert verdict(store).broken == ""  # nobody can see that here
    assert verdict(store, head).broken == "entry 4 is missing; the log went on to entry 4"  # but by what was noted
    change(store, delete(table).where(table.c.seq == 2))
    assert verdict(store).broken == "entry 2 is missing"


def test_a_chain_that_was_made_anew_does_not_fit_what_was_noted(store: Store) -> None:
    write(store, 3)
    noted = seal(store)
    change(store, update(table).values(actor="U2", seq=None, hash=None))
    change(store, delete(audit_head))
    seal(store)
    assert verdict(store).broken == ""
    assert "not the one that was noted" in verdict(store, noted).broken


def test_an_entry_that_was_slipped_in_is_found(store: Store) -> None:
    write(store, 2)
    seal(store)
    row = {"id": "f" * 24, "at": NOW, "actor": "U9", "action": "erase", "object": "x", "seq": 3, "hash": "0" * 64}
    change(store, insert(table).values(row))
    assert "entry 3 (" in verdict(store).broken


@pytest.mark.parametrize("number", [0, -1, -(2**62)])
def test_an_entry_outside_of_the_numbers_is_found(store: Store, number: int) -> None:
    write(store, 2)
    seal(store)
    row = {"id": "0" * 24, "at": NOW, "actor": "U9", "action": "erase", "object": "x", "seq": number, "hash": "0" * 64}
    change(store, insert(table).values(row))
    found = verdict(store)
    assert (found.sealed, found.broken) == (0, f"entry {number} ({'0' * 24}) was slipped in")


def test_entries_in_another_order_are_found(store: Store) -> None:
    write(store, 4)
    noted = seal(store)
    for number, other in ((2, 9), (3, 2), (9, 3)):
        change(store, update(table).where(table.c.seq == number).values(seq=other))
    assert "entry 2 (" in verdict(store).broken
    assert "entry 2 (" in verdict(store, noted).broken


def test_a_log_that_is_emptied_does_not_fit_what_was_noted(store: Store) -> None:
    write(store, 2)
    noted = seal(store)
    change(store, delete(table))
    assert verdict(store).broken == "entry 1 is missing; the log went on to entry 2"
    change(store, delete(audit_head))
    assert verdict(store).broken == ""
    assert verdict(store, noted).broken == "entry 1 is missing; the log went on to entry 2"


def test_writers_and_sealers_at_once_make_one_chain(store: Store) -> None:
    with ThreadPoolExecutor(6) as pool:
        writers = [pool.submit(write, store, 15, f"action{n}") for n in range(3)]
        sealers = [pool.submit(lambda: [seal(store) for _ in range(15)]) for _ in range(3)]
        for each in [*writers, *sealers]:
            each.result()
    while seal(store):
        pass
    assert (verdict(store).broken, verdict(store).sealed) == ("", 45)


def test_a_sealer_that_dies_leaves_no_half(store: Store) -> None:
    write(store, 2)
    with store.engine.connect() as conn:
        audit_chain.seal(conn, store)
        conn.rollback()
    assert verdict(store) == Verdict(0, "", 2)
    seal(store)
    assert (verdict(store).sealed, verdict(store).broken) == (2, "")


def test_entries_of_before_get_their_place(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(empty_url)
    upgrade_to("0035", store, monkeypatch)
    with store.write() as conn:
        for n in range(3):
            row = {"id": f"{n:024}", "at": 1_700_000_000_000_000 + n}
            sql = "INSERT INTO audit (id, at, actor, action, object) VALUES (:id, :at, 'U1', 'claim', 'case:1')"
            conn.execute(text(sql), row)
    migrate.upgrade(store)
    assert seal(store) is not None
    assert (verdict(store).sealed, verdict(store).broken) == (3, "")
    store.close()


def _rows(store: Store) -> list[object]:
    with store.read() as conn:
        return list(conn.execute(table.select()))
