"""Tests that whatever is wrong before a start is told in a sentence, and that what is only away is waited for."""

import logging
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bots import checks
from bots.checks import check, open_for_process
from bots.process import CHECKED, EXIT_MISCONFIGURED, in_words
from bots.wiring.clients import database
from bots.wiring.clients.database import await_database, open_database
from bots.wiring.health.outages import Outage
from bots.wiring.store import kept_folder
from bots.wiring.store.folder import SHIPPED
from bots.wiring.store.watch import version
from config.settings import SHIPPED_STORE, load
from core.errors import ConfigurationError
from storage.engine import migrate
from storage.engine.store import Store

ROOT = Path(__file__).parents[2]
NOBODY = "postgresql://user:hidden@127.0.0.1:1/name"


def started(var: Path, **given: str) -> None:
    check(load({"VAR_DIR": str(var), **given}))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"DATABASE_URL": "mysql://user:hidden@host/name"}, "DATABASE_URL: expected postgresql://"),
        ({"DATABASE_URL": "postgresql://user:hidden@host:port/name"}, "DATABASE_URL: expected postgresql://"),
        ({"LLM_URL": "http://127.0.0.1:1/v1"}, "LLM_MODEL is missing. Set LLM_URL and LLM_MODEL, or neither of them."),
        (
            {"TRANSLATE_URL": "http://127.0.0.1:1/v1"},
            "LLM_MODEL is missing. Set TRANSLATE_URL and LLM_MODEL, or neither of them.",
        ),
        ({"LLM_MODEL": "small-1"}, "LLM_URL is missing. Set LLM_URL and LLM_MODEL, or neither of them."),
        ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL: expected postgresql://"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL: expected postgresql://"),
        ({"DATABASE_URL": "sqlite:///{var}/file/x.db"}, "file/x.db cannot be used as a database: File exists"),
        ({"DATABASE_URL": "sqlite:///{var}/file"}, "/file cannot be used as a database: file is not a database"),
        ({"DATABASE_URL": "sqlite:///{var}/folder"}, "/folder cannot be used as a database: unable to open"),
        ({"REDIS_URL": "http://:hidden@host"}, "REDIS_URL: expected redis://"),
        ({"REDIS_URL": "redis://:hidden@host:port"}, "REDIS_URL: expected redis://"),
        ({"REDIS_URL": "redis://:hidden@host?no_such=1"}, "REDIS_URL: expected redis://"),
        ({"CHANNELS_FILE": "/no/such.yaml"}, "CHANNELS_FILE: there is no file /no/such.yaml"),
        ({"CHANNELS_FILE": "{var}/folder"}, "CHANNELS_FILE: there is no file"),
        ({"CHANNELS_FILE": "{var}/broken.yaml"}, "broken.yaml:1: "),
        ({"STORE_DIR": "/no/such"}, "STORE_DIR: there is no folder /no/such; name another, or leave it out"),
        ({"STORE_DIR": "{var}/broken_store"}, "broken_store/policies.yaml:1: "),
        ({"WHATSAPP_ACCESS_TOKEN": "hidden"}, "whatsapp is only half set up; missing: WHATSAPP_PHONE_NUMBER_ID"),
        ({"STORE_WEBHOOK_SECRET": "whsec_hidden%%"}, "STORE_WEBHOOK_SECRET: expected whsec_ and base64"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL: "),
        ({"PORT": "http"}, "PORT: "),
    ],
)
def test_what_is_wrong_is_told_with_its_cure(tmp_path: Path, given: dict[str, str], words: str) -> None:
    (tmp_path / "file").write_text("no database, but long enough to be read as the head of one" * 30)
    (tmp_path / "folder").mkdir()
    (tmp_path / "broken.yaml").write_text("[{channel: whatsapp")
    store = shutil.copytree(ROOT / "config" / "store", tmp_path / "broken_store")
    (store / "policies.yaml").write_text("returns: [\n")
    filled = {name: value.replace("{var}", str(tmp_path)) for name, value in given.items()}
    with pytest.raises(ConfigurationError) as told:
        started(tmp_path / "var", **filled)
    assert words in str(told.value)
    assert "hidden" not in str(told.value)


def test_a_file_that_cannot_be_used_is_named_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, in_words():
        tmp_path.read_text()
    assert ended.value.code == EXIT_MISCONFIGURED
    assert capsys.readouterr().err == f"doorstep: {tmp_path}: Is a directory\n"


def test_a_redis_that_is_away_is_one_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    started(tmp_path, REDIS_URL="redis://:hidden@127.0.0.1:1")
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith("doorstep: warning: REDIS_URL: it does not answer (ConnectionError); messages are kept")
    assert "hidden" not in told


def test_a_database_that_does_not_answer_is_given_time_and_then_named() -> None:
    told: list[str] = []
    with pytest.raises(ConfigurationError, match=r"^DATABASE_URL: PostgreSQL at 127.0.0.1:1 cannot be used: .*refused"):
        open_database(Store(NOBODY), 0.7, told.append)
    (once,) = told
    assert once.startswith("waiting for the database: ")
    assert "hidden" not in once


def test_a_database_that_takes_connections_and_says_nothing_is_given_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://user:hidden@127.0.0.1:{silent.getsockname()[1]}/name?connect_timeout=1"
        with pytest.raises(ConfigurationError, match="timeout"):
            open_database(Store(url))


def test_a_newer_database_is_refused(empty_url: str) -> None:
    store = Store(empty_url)
    migrate.upgrade(store)
    with store.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9001'"))
    with pytest.raises(ConfigurationError, match=r"a newer Doorstep \(schema 9001, this one knows \d+\)"):
        open_database(store)
    store.close()


class Away:
    """Stands for a database that is away a few times."""

    def __init__(self, times: int) -> None:
        self.times = times

    def upgrade(self, store: Store) -> None:
        self.times -= 1
        if self.times >= 0:
            raise OperationalError("", None, Exception("Connection refused"))


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Away:
    found = Away(3)
    monkeypatch.setattr(migrate, "upgrade", found.upgrade)
    monkeypatch.setattr(database, "LOOK_SECONDS", 0)
    return found


def test_a_child_of_the_supervisor_waits_and_tells_it_once(
    tmp_path: Path, away: Away, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(CHECKED, "1")
    open_for_process(Store(f"sqlite:///{tmp_path}/x.db"))
    assert away.times < 0
    away_words = "the database is away; waiting"
    assert [record.getMessage() for record in caplog.records] == [away_words, f"over: {away_words}"]


def test_a_process_that_started_alone_gives_up(away: Away, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CHECKED, raising=False)
    monkeypatch.setattr(checks, "PATIENCE_SECONDS", 0)
    with pytest.raises(ConfigurationError, match=r"at 127.0.0.1:1 .*Connection refused; start it, or mend the address"):
        open_for_process(Store(NOBODY))


@pytest.mark.parametrize("open_", [await_database, open_database])
def test_a_database_that_is_there_is_opened(empty_url: str, open_: Callable[[Store], None]) -> None:
    store = Store(empty_url)
    open_(store)
    assert migrate.version(store) == migrate.HEAD
    store.close()


def test_an_outage_is_told_at_its_begin_and_end_each_time(caplog: pytest.LogCaptureFixture) -> None:
    outage = Outage(logging.getLogger("test"), "it is away")
    for _ in range(2):
        outage.is_over()
        outage.lasts(OSError())
        outage.lasts(OSError())
        outage.is_over()
    assert [record.getMessage() for record in caplog.records] == ["it is away", "over: it is away"] * 2


def test_what_was_checked_is_kept_for_whoever_is_forked_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[object] = []
    monkeypatch.setattr(kept_folder, "keep", lambda _settings, read: kept.append(read.folder.version))
    started(tmp_path)
    assert kept == [version(SHIPPED_STORE, SHIPPED)]
