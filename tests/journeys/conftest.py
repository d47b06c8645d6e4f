"""Running systems, one of each kind for the whole session: starting one takes longer than most journeys."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.databases import NotInstalled, postgres_server
from tests.journeys.system import ROOT, System, system

# Doubts end early and large bodies are small, so that the promises about them can be watched.
QUICK = {"AMBIGUOUS_AFTER": "6", "MAX_BODY_BYTES": "200000"}


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The system as it is: with SQLite started like `make run`, with PostgreSQL like `make start`."""
    with ExitStack() as stack:
        url = _postgres(stack) if request.param == "postgresql" else ""
        made = stack.enter_context(system(tmp_path_factory.mktemp("desk"), url))
        environment = {**QUICK, "STORE_DIR": str(_store_dir(made.var))}
        if url:
            made.start(environment)
        else:
            made.run(environment)
        yield made


@pytest.fixture(scope="session")
def desk_without_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system that nobody can reach from outside: Slack by Socket Mode, Telegram by polling."""
    with system(tmp_path_factory.mktemp("desk")) as made:
        token = made.make_sandbox().extra["slack_app_token"]
        made.start({**QUICK, "SLACK_APP_TOKEN": token}, unset=("TELEGRAM_WEBHOOK_SECRET",))
        yield made


def _store_dir(var: Path) -> Path:
    """The shop's files, with a holiday that is always some weeks away."""
    folder = var / "store"
    shutil.copytree(ROOT / "config" / "store", folder)
    cutoffs = folder / "cutoffs.yaml"
    known, _, rest = cutoffs.read_text().partition("holidays:\n  - id")
    assert rest, "cutoffs.yaml has another form"
    day = (datetime.now(UTC) + timedelta(days=40)).date()
    cutoffs.write_text(
        f"{known}holidays:\n  - {{id: some-day, titles: {{en: Some Day, zh: 节日}}, deliver_by: {day}, remind_days_before: [7]}}\n"
    )
    return folder


def _postgres(stack: ExitStack) -> str:
    try:
        server = stack.enter_context(postgres_server())
    except NotInstalled as error:
        pytest.skip(str(error))
    return server.url(server.create())
