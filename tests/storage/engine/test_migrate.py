"""Migrations: they make what the tables say, once, however many processes start together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text

from core.shop.orders import Payment
from core.shop.returns import ReturnedLine
from storage.engine import migrate
from storage.engine.store import Store
from storage.shop import orders, returns
from storage.tables import metadata
from tests.fakes import NOW


def test_a_fresh_upgrade_makes_exactly_the_tables(empty_url: str) -> None:
    store = Store(empty_url)
    migrate.upgrade(store)
    # Alembic does not know SQLite's '' for an empty default from none at all; PostgreSQL is compared in full.
    options = {"compare_type": True, "compare_server_default": not store.is_sqlite}
    with store.engine.connect() as conn:
        context = MigrationContext.configure(conn, opts=options)
        assert compare_metadata(context, metadata) == []
    store.close()


def test_a_fresh_upgrade_makes_the_partial_indexes(store: Store) -> None:
    wanted = {
        (table.name, index.name): str(index.dialect_options["postgresql"]["where"])
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["postgresql"]["where"] is not None
    }
    sql = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index'"
    if not store.is_sqlite:
        sql = "SELECT tablename, indexname, indexdef FROM pg_indexes"
    with store.read() as conn:
        found = {(table, name): made for table, name, made in conn.execute(text(sql))}
    assert wanted
    for key, condition in wanted.items():
        assert " WHERE " in found[key], f"{key} should be partial: {condition}"


def test_numbers_kept_before_are_compared_in_their_one_form(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(empty_url)
    upgrade_to("0001", store, monkeypatch)
    told = {
        "+5215512345678": "+525512345678",
        "+541123456789": "+5491123456789",
        "+551187654321": "+5511987654321",
        "+12025550101": "+12025550101",
        "+5215": "+5215",
    }
    people, places, bought = (metadata.tables[name] for name in ("customers", "addresses", "orders"))
    with store.write() as conn:
        for n, phone in enumerate(told):
            conn.execute(people.insert(), {"id": str(n), "phone": phone, "created_at": NOW})
            place = {"key": f"whatsapp:main:{phone}", "channel": "whatsapp", "account": "main", "value": phone}
            conn.execute(places.insert(), {**place, "customer_id": str(n), "created_at": NOW})
            order = {"number": str(n), "phone": phone, "placed_at": NOW, "status": "paid", "currency": "USD"}
            conn.execute(bought.insert(), {**order, "total": "1", "buyer": "{}", "shipping": "{}", "told_at": NOW})
    migrate.upgrade(store)
    numbered = list(enumerate(told.values()))
    with store.read() as conn:
        for key, phone in ((people.c.id, people.c.phone), (bought.c.number, bought.c.phone)):
            assert [*conn.execute(select(key, phone).order_by(key))] == [(str(n), one) for n, one in numbered]
        assert {row.value: row.phone for row in conn.execute(select(places.c.value, places.c.phone))} == told
    store.close()


def test_numbers_kept_before_are_found_as_customers_write_them(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(empty_url)
    upgrade_to("0013", store, monkeypatch)
    bought = text(
        "INSERT INTO orders (number, placed_at, status, currency, total, buyer, shipping, told_at) "
        "VALUES (:number, 1, 'paid', 'USD', '1', '{}', '{}', 1)"
    )
    with store.write() as conn:
        conn.execute(bought, [{"number": f"#DS-{n}"} for n in range(3)])
        parcel = text(
            "INSERT INTO shipments (order_number, id, n, status, tracking_number, data) "
            "VALUES ('#DS-1', :id, 0, 'pending', :tracking, '{}')"
        )
        conn.execute(parcel, [{"id": "s1", "tracking": "JD 01"}, {"id": "s2", "tracking": None}])
    migrate.upgrade(store)
    with store.read() as conn:
        assert [*conn.scalars(text("SELECT number_form FROM orders ORDER BY number"))] == ["ds0", "ds1", "ds2"]
        assert [*conn.scalars(text("SELECT tracking_form FROM shipments ORDER BY id"))] == ["jd01", None]
    store.close()


def test_orders_and_returns_kept_before_are_read(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(empty_url)
    upgrade_to("0015", store, monkeypatch)
    bought = text(
        "INSERT INTO orders (number, placed_at, status, currency, total, buyer, shipping, told_at) "
        "VALUES ('1', 1, 'paid', 'USD', '1', '{}', '{}', 1)"
    )
    asked = text(
        "INSERT INTO returns (id, reference, order_number, customer_id, conversation_id, state, resolution, lines, "
        "created_at) VALUES ('r', 'R1-1', '1', 'c', 'v', 'requested', 'refund', "
        ":lines, 1)"
    )
    with store.write() as conn:
        conn.execute(bought)
        conn.execute(asked, {"lines": '[{"line_id":"l1","quantity":1,"reason":"size"}]'})
    migrate.upgrade(store)
    with store.read() as conn:
        kept = orders.by_number(conn, "1")
        assert kept
        assert (kept.payment, kept.discounts) == (Payment(), ())
        assert [(each.id, each.state, each.lines) for each in returns.of_order(conn, "1")] == [
            ("R1-1", "requested", (ReturnedLine("l1", 1, "size"),))
        ]
    store.close()


def test_up_to_when_an_account_was_asked_stays_known(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(empty_url)
    upgrade_to("0002", store, monkeypatch)
    row = text("INSERT INTO timers (id, kind, subject, due_at) VALUES (:id, :kind, :subject, :due)")
    with store.write() as conn:
        for n, (kind, subject) in enumerate([("care", "a"), ("asked", "a"), ("care", "b"), ("asked", "b")]):
            conn.execute(row, {"id": str(n), "kind": kind, "subject": subject, "due": n})
    migrate.upgrade(store)
    with store.read() as conn:
        found = conn.execute(text("SELECT kind, subject, due_at, done_until FROM timers ORDER BY id")).all()
    assert [tuple(row) for row in found] == [("upkeep", "a", 0, 1), ("upkeep", "b", 2, 3)]
    store.close()


def test_cases_are_measured_again_and_nothing_else_is(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(empty_url)
    upgrade_to("0063", store, monkeypatch)
    row = text("INSERT INTO timers (id, kind, subject, due_at, done_until) VALUES (:id, :kind, :subject, 1, 1)")
    known = [("measures", "cases"), ("measures", "handling"), ("measures", "contacts"), ("care", "cases")]
    with store.write() as conn:
        for n, (kind, subject) in enumerate(known):
            conn.execute(row, {"id": str(n), "kind": kind, "subject": subject})
    upgrade_to("0064", store, monkeypatch)
    with store.read() as conn:
        found = conn.execute(text("SELECT kind, subject FROM timers ORDER BY id")).all()
    assert [tuple(each) for each in found] == known[2:]
    store.close()


def test_who_has_no_name_on_messenger_is_asked_for(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(empty_url)
    upgrade_to("0009", store, monkeypatch)
    person = text("INSERT INTO customers (id, name, created_at) VALUES (:id, :name, 1)")
    place = text(
        "INSERT INTO addresses (key, channel, account, value, customer_id, created_at, dead_at) "
        "VALUES (:id, :channel, 'main', :id, :id, 7, :dead)"
    )
    told = {"nameless": ("messenger", "", None), "named": ("messenger", "Jane", None), "hidden": ("whatsapp", "", None)}
    told["gone"] = ("messenger", "", 9)
    with store.write() as conn:
        for id_, (channel, name, dead) in told.items():
            conn.execute(person, {"id": id_, "name": name})
            conn.execute(place, {"id": id_, "channel": channel, "dead": dead})
    migrate.upgrade(store)
    with store.read() as conn:
        found = conn.execute(text("SELECT key, ask_name_at FROM addresses WHERE ask_name_at IS NOT NULL")).all()
    assert [tuple(row) for row in found] == [("nameless", 7)]
    store.close()


def upgrade_to(revision: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Upgrades to the schema as it once was."""
    with monkeypatch.context() as before:
        before.setattr(migrate, "HEAD", revision)
        before.setattr(command, "upgrade", partial(_to, revision, command.upgrade))
        migrate.upgrade(store)


def _to(revision: str, upgrade: Callable[[Config, str], None], config: Config, _head: str) -> None:
    upgrade(config, revision)


def test_two_upgrades_at_once_run_the_migrations_once(empty_url: str) -> None:
    stores = [Store(empty_url) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrate.upgrade, stores))
    assert [migrate.version(store) for store in stores] == [migrate.HEAD, migrate.HEAD]
    with stores[0].read() as conn:
        assert conn.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1
    for store in stores:
        store.close()


def test_an_empty_database_has_no_version(empty_url: str) -> None:
    store = Store(empty_url)
    assert migrate.version(store) is None
    store.close()


def test_an_upgrade_of_a_current_database_changes_nothing(store: Store) -> None:
    before = sorted(inspect(store.engine).get_table_names())
    migrate.upgrade(store)
    assert sorted(inspect(store.engine).get_table_names()) == before


@pytest.mark.parametrize("url", ["postgresql://u@h/d", "postgres://u@h/d"])
def test_postgresql_urls_mean_psycopg(url: str) -> None:
    store = Store(url)
    assert store.engine.dialect.driver == "psycopg"
    store.close()
