"""Tests that customers are found by their names, in both databases alike and by an index, and no more when erased."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, update

from core.content.terms import terms
from storage.engine.store import Store
from storage.people import customers, naming, privacy
from storage.people.tables import customer_terms
from storage.people.tables import customers as customers_table
from tests.fakes import NOW

NAMES = ("Jane Doe", "Janet van der Berg", "José Núñez", "王小明", "王芳 Fang Wang", "O'Brien, Siobhán", "ÉMILE ZOLA")


@pytest.fixture(params=[True, False], ids=["taken in", "fresh"])
def known(store: Store, request: pytest.FixtureRequest) -> dict[str, str]:
    """Makes customers with these names; name -> id."""
    with store.write() as conn:
        made = {name: customers.add(conn, NOW + timedelta(seconds=n), name=name) for n, name in enumerate(NAMES)}
        if request.param:
            assert naming.take_in(conn, store, 100) is None
    return made


def found(store: Store, text: str, limit: int = 8) -> list[str]:
    with store.read() as conn:
        ids = naming.by_name(conn, text, limit)
        return [customers.by_ids(conn, [id_])[id_].name for id_ in ids]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("jane", ["Janet van der Berg", "Jane Doe"]),
        ("DOE  jane", ["Jane Doe"]),
        ("ja do", ["Jane Doe"]),
        ("jane d", ["Janet van der Berg", "Jane Doe"]),  # a lone letter says nothing
        ("berg", ["Janet van der Berg"]),
        ("nunez jose", ["José Núñez"]),
        ("émile", ["ÉMILE ZOLA"]),
        ("小明", ["王小明"]),
        ("王", ["王芳 Fang Wang", "王小明"]),
        ("王芳", ["王芳 Fang Wang"]),
        ("王 wang", ["王芳 Fang Wang"]),
        ("brien", ["O'Brien, Siobhán"]),
        ("ane", []),
        ("jane smith", []),
        ("明王", []),
        ("%", []),
        ("_", []),
        ("j", []),
        ("", []),
    ],
)
def test_names_are_found_by_how_their_words_begin(
    store: Store, known: dict[str, str], typed: str, expected: list[str]
) -> None:
    assert found(store, typed) == expected


def test_the_newest_come_first_and_no_more_than_asked_for(store: Store, known: dict[str, str]) -> None:
    assert found(store, "jan", 1) == ["Janet van der Berg"]


def test_a_new_name_takes_the_place_of_the_old(store: Store, known: dict[str, str]) -> None:
    with store.write() as conn:
        conn.execute(update(customers_table).where(customers_table.c.id == known["Jane Doe"]).values(name="Mary Roe"))
    for _ in range(2):
        assert found(store, "roe") == ["Mary Roe"]
        assert found(store, "jane doe") == []
        with store.write() as conn:
            naming.take_in(conn, store, 100)


def test_who_turned_out_to_be_another_is_not_listed(store: Store, known: dict[str, str]) -> None:
    with store.write() as conn:
        mine = update(customers_table).where(customers_table.c.id == known["Jane Doe"])
        conn.execute(mine.values(merged_into=known["王小明"]))
    assert found(store, "doe") == []


def test_who_is_erased_is_found_by_no_name(store: Store, known: dict[str, str]) -> None:
    with store.write() as conn:
        privacy.erase(conn, known["Jane Doe"], NOW)
    with store.write() as conn:
        naming.take_in(conn, store, 100)
        rows = conn.execute(select(customer_terms).where(customer_terms.c.customer_id == known["Jane Doe"])).all()
    assert rows == []
    assert found(store, "jane doe") == found(store, "erased") == []


def test_many_are_taken_in_by_groups(store: Store) -> None:
    with store.write() as conn:
        for n in range(5):
            customers.add(conn, NOW, name=f"Customer N{n}")
    rounds = 0
    last: str | None = ""
    while last is not None:
        with store.write() as conn:
            last = naming.take_in(conn, store, 2, last)
        rounds += 1
    assert rounds == 3
    assert len(found(store, "customer")) == 5


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), name=st.text(st.sampled_from("abcé ÜñÑ王小明芳'-Ωж"), min_size=1, max_size=20))
def test_any_beginnings_of_its_words_find_a_name(store: Store, data: st.DataObject, name: str) -> None:
    words = [term for term in terms(name) if len(term) >= naming.SHORTEST]
    typed = [word[: data.draw(st.integers(naming.SHORTEST, len(word)))] for word in words]
    with store.write() as conn:
        id_ = customers.add(conn, NOW, name=name)
        naming.take_in(conn, store, 100)
        ids = naming.by_name(conn, " ".join(typed), 10_000)
        conn.execute(customers_table.delete())
        naming.forget(conn, [id_])
    assert (id_ in ids) == bool(typed)


def test_only_indexes_are_looked_into(store: Store) -> None:
    """A table of customers is never read whole, however many there are."""
    with store.write() as conn:
        rows = [{"id": f"c{n:06}", "name": f"Given{n % 50} Family{n}", "created_at": NOW} for n in range(3000)]
        conn.execute(store.insert(customers_table), rows)
        naming.take_in(conn, store, 5000)
        if not store.is_sqlite:
            conn.exec_driver_sql("ANALYZE customers, customer_terms")
        seen: list[tuple[str, Any]] = []

        @event.listens_for(conn, "before_cursor_execute")
        def _note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
            seen.append((statement, parameters))

        assert len(naming.by_name(conn, "given7 family2007", 8)) == 1
        assert len(seen) == 2
        explain = "EXPLAIN QUERY PLAN " if store.is_sqlite else "EXPLAIN "
        plans = [
            "\n".join(str(row[-1]) for row in conn.exec_driver_sql(explain + statement, parameters))
            for statement, parameters in list(seen)
        ]
    for plan in plans:
        assert "Seq Scan" not in plan
        assert not [line for line in plan.splitlines() if line.startswith("SCAN") and "INDEX" not in line]
    assert "customer_terms" in plans[0]
    assert "ix_customers_renamed" in plans[1]
