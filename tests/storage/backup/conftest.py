import pytest

from storage.engine.store import Store
from tests.hub.house import House


@pytest.fixture
def house(store: Store) -> House:
    """Makes an installation with every channel and a desk."""
    return House(store)
