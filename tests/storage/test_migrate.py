"""Migrations: they make what the tables say, once, however many processes start together."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from storage import migrate
from storage.engine import Store
from storage.tables import metadata


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
