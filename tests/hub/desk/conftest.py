import pytest

from storage.engine.store import Store
from tests.hub.house import House


@pytest.fixture
def house(store: Store) -> House:
    """Makes a house with a case whose thread is there, and nothing waiting to be sent."""
    house = House(store)
    house.hear("agent")
    house.texts()
    house.desk.posts.clear()
    return house
