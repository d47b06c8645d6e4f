"""Running systems, one of each kind for the whole session: starting one takes longer than most journeys."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.databases import NotInstalled, postgres_server
from tests.journeys.system import System, system

# Doubts end early and large bodies are small, so that the promises about them can be watched.
QUICK = {"AMBIGUOUS_AFTER": "6", "MAX_BODY_BYTES": "200000"}


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The system as it is: with SQLite started like `make run`, with PostgreSQL like `make start`."""
    with ExitStack() as stack:
        url = _postgres(stack) if request.param == "postgresql" else ""
        made = stack.enter_context(system(tmp_path_factory.mktemp("desk"), url))
        if url:
            made.start(QUICK)
        else:
            made.run(QUICK)
        yield made


@pytest.fixture(scope="session")
def desk_without_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system that nobody can reach from outside: Slack by Socket Mode, Telegram by polling."""
    with system(tmp_path_factory.mktemp("desk")) as made:
        token = made.make_sandbox().extra["slack_app_token"]
        made.start({**QUICK, "SLACK_APP_TOKEN": token}, unset=("TELEGRAM_WEBHOOK_SECRET",))
        yield made


def _postgres(stack: ExitStack) -> str:
    try:
        server = stack.enter_context(postgres_server())
    except NotInstalled as error:
        pytest.skip(str(error))
    return server.url(server.create())
