import pytest

from storage.engine.store import Store
from tests.hub.returns.asked import AtDesk


@pytest.fixture
def desk(store: Store) -> AtDesk:
    """Makes a house where a customer with a delivered order asked for a return, which waits for an agent."""
    return AtDesk(store)
