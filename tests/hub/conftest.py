from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from storage import migrate
from storage.engine import Store
from tests.hub.house import House


@pytest.fixture
def house(store: Store) -> House:
    """An installation with every channel and a desk."""
    return House(store)


@contextmanager
def fresh_sqlite(folders: pytest.TempPathFactory) -> Iterator[Store]:
    """A fresh database for one example of a property."""
    store = Store(f"sqlite:///{folders.mktemp('example') / 'doorstep.db'}")
    migrate.upgrade(store)
    try:
        yield store
    finally:
        store.close()
