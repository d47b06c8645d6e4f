"""Starts systems, one of each kind for each process of the tests: that takes longer than most journeys."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from tests.databases import PostgresServer
from tests.journeys.mailbox import Mailbox
from tests.journeys.system import ROOT, System, system
from tests.ports import two_ports

# Doubts end early and large bodies are small, so that the promises about them can be watched.
QUICK = {"AMBIGUOUS_AFTER": "4", "MAX_BODY_BYTES": "200000", "BURST_SECONDS": "0"}


@pytest.fixture(scope="module")
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """Starts a mail server, at a port."""
    with two_ports() as port:
        box = Mailbox()
        controller = Controller(box, hostname="127.0.0.1", port=port)
        controller.start()
        yield box, port
        controller.stop()


@pytest.fixture(scope="session")
def sqlite_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts the system as `make run` does."""
    with system(tmp_path_factory.mktemp("desk")) as made:
        made.run({**QUICK, "STORE_DIR": str(_store_dir(made.var))})
        yield made


@pytest.fixture(scope="session")
def postgres_desk(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts the system as `make start` does, with PostgreSQL."""
    with system(tmp_path_factory.mktemp("desk"), postgres.url(postgres.create())) as made:
        made.start({**QUICK, "STORE_DIR": str(_store_dir(made.var))})
        yield made


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest) -> System:
    """Starts the system with each kind of database."""
    name = "postgres_desk" if request.param == "postgresql" else "sqlite_desk"
    found: System = request.getfixturevalue(name)
    return found


@pytest.fixture(scope="session")
def desk_without_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system that nobody can reach from outside: Slack by Socket Mode, Telegram by polling."""
    with system(tmp_path_factory.mktemp("desk")) as made:
        token = made.make_sandbox().extra["slack_app_token"]
        made.start({**QUICK, "SLACK_APP_TOKEN": token}, unset=("TELEGRAM_WEBHOOK_SECRET",))
        yield made


@pytest.fixture(scope="session")
def both_accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Starts a system with two accounts of each channel, their webhooks registered by `doorstep channels setup`."""
    with system(tmp_path_factory.mktemp("desk")) as made:
        file = made.make_sandbox().extra["channels_file"]
        address = {"CHANNELS_FILE": file, "PUBLIC_URL": made.product, "SMS_RATE": "20"}
        made.start({**QUICK, **address, "STORE_DIR": str(_store_dir(made.var))})
        assert made.command("channels", "setup").returncode == 0
        yield made


def _store_dir(var: Path) -> Path:
    """Copies the shop's files, with a holiday that is always some weeks away."""
    folder = var / "store"
    shutil.copytree(ROOT / "config" / "store", folder)
    cutoffs = folder / "cutoffs.yaml"
    known, _, rest = cutoffs.read_text().partition("holidays:\n  - id")
    assert rest, "cutoffs.yaml has another form"
    day = (datetime.now(UTC) + timedelta(days=40)).date()
    holiday = f"{{id: some-day, titles: {{en: Some Day, zh: 节日}}, deliver_by: {day}, remind_days_before: [7]}}"
    cutoffs.write_text(f"{known}holidays:\n  - {holiday}\n")
    return folder
