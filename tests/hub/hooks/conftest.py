from collections.abc import Iterator

import pytest

from storage.engine.store import Store
from tests.hub.hooks.hooked import Hooked
from tests.llm_server import LlmServer, llm_server, translation


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with llm_server() as made:
        made.say = lambda told: translation(f"EN {told['text']}")
        yield made


@pytest.fixture
def desk(store: Store, server: LlmServer) -> Hooked:
    """Makes an installation with a case whose thread is there."""
    desk = Hooked(store, server)
    desk.hear("agent")
    desk.texts()
    desk.think()
    desk.posts()
    return desk
