"""Tests `doorstep backup`, `restore` and `held`: an installation becomes a file, and a file an installation again."""

import json
import shutil
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from bots.cli import cli
from core.shop.orders import Buyer
from storage.campaigns import campaigns
from storage.engine import migrate
from storage.engine.store import Store
from storage.media import files
from storage.media.tables import media
from storage.people.tables import customers
from storage.shop.tables import orders
from tests.databases import PostgresServer
from tests.fakes import NOW, PHONE
from tests.hub.house import House
from tests.storage.orders_sample import saved_order

ROOT = Path(__file__).parents[3]
PICTURE = b"\x89PNG" + bytes(range(256)) * 40


class Place:
    """One installation: its folder, its store's files, and its database, which is not open here."""

    def __init__(self, folder: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.var = folder / "var"
        self.store_dir = folder / "store"
        self.url = url
        self._patch = monkeypatch

    def run(self, *words: str) -> Result:
        """Runs a command there."""
        for name, value in {"VAR_DIR": self.var, "STORE_DIR": self.store_dir, "DATABASE_URL": self.url}.items():
            self._patch.setenv(name, str(value))
        self._patch.setenv("ENV_FILE", "/dev/null")
        return CliRunner().invoke(cli, words)

    def run_json(self, *words: str) -> Any:
        """Runs a command there; what it prints for programs."""
        done = self.run(*words, "--json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)


@pytest.fixture
def places(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Place]]:
    """Makes three installations on SQLite and one on PostgreSQL, all empty."""
    with ExitStack() as stack:
        server: PostgresServer = request.getfixturevalue("postgres")
        made = [
            Place(tmp_path / str(n), url or f"sqlite:///{tmp_path / str(n) / 'var' / 'doorstep.db'}", monkeypatch)
            for n, url in enumerate(["", "", "", stack.enter_context(server.database())])
        ]
        for place in made:
            shutil.copytree(ROOT / "config" / "store", place.store_dir)
        yield made


@pytest.fixture
def old(places: list[Place]) -> Place:
    """Gives the first one a customer, an order, a picture, a message that waits, and a word of its own in its store."""
    place = places[0]
    (place.store_dir / "notices").mkdir(exist_ok=True)
    (place.store_dir / "notices" / "own.txt").write_text("ours 店")
    (place.store_dir / ".git").mkdir()
    (place.store_dir / ".git" / "config").write_text("not the store's")
    store = Store(place.url)
    migrate.upgrade(store)
    saved_order(store, Buyer(id="c1", name="Zoë 王", phone=PHONE))
    House(store).hear("menu")
    with store.write() as conn:
        row = files.row("f" * 24, "whatsapp", "main", "ref", "image", NOW)
        conn.execute(media.insert(), {**row, "state": "kept", "blob": files.blob_name("f" * 24)})
    store.close()
    picture = place.var / "media" / files.blob_name("f" * 24)
    picture.parent.mkdir(parents=True)
    picture.write_bytes(PICTURE)
    return place


def kept(place: Place) -> tuple[list[str], list[str]]:
    store = Store(place.url)
    with store.read() as conn:
        found = list(conn.scalars(select(customers.c.name))), list(conn.scalars(select(orders.c.number)))
    store.close()
    return found


def test_an_installation_goes_to_the_other_database_and_back(places: list[Place], old: Place, tmp_path: Path) -> None:
    first, second = tmp_path / "first.backup", tmp_path / "second.backup"
    _, sqlite, _, postgres = places
    made = old.run_json("backup", str(first))
    assert (made["files"], made["rows"]["orders"], made["rows"]["outbox"]) == (1, 1, 1)
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert postgres.run_json("restore", str(first))["held"] == {"message": 1}
    assert postgres.run("backup", str(second)).exit_code == 0
    restored = sqlite.run_json("restore", str(second))
    assert restored["files"] == 1
    for place in (postgres, sqlite):
        assert kept(place) == (["Zoë 王"], ["1001"])
        assert (place.var / "media" / files.blob_name("f" * 24)).read_bytes() == PICTURE
        assert (place.var / "secret_key").read_text() == (old.var / "secret_key").read_text()
        assert stat.S_IMODE((place.var / "secret_key").stat().st_mode) == 0o600
        assert [each["what"] for each in place.run_json("held", "list")] == ["message"]


def test_the_stores_files_come_along_and_replace_nothing(places: list[Place], old: Place, tmp_path: Path) -> None:
    old.run("backup", str(tmp_path / "b"))
    _, changed, empty, same = places
    shutil.rmtree(empty.store_dir)
    shutil.rmtree(same.store_dir)
    shutil.copytree(old.store_dir, same.store_dir)
    for place, where in ((changed, changed.var / "store"), (empty, empty.store_dir), (same, same.store_dir)):
        done = place.run("restore", str(tmp_path / "b"))
        assert done.exit_code == 0, done.output
        assert (where / "notices" / "own.txt").read_text() == "ours 店"
        assert ("set STORE_DIR to it" in done.stdout) is (place is changed)
    assert not (changed.store_dir / "notices" / "own.txt").exists()
    assert not (empty.store_dir / ".git").exists()


def test_only_an_empty_installation_takes_a_backup(places: list[Place], old: Place, tmp_path: Path) -> None:
    old.run("backup", str(tmp_path / "b"))
    again = old.run("restore", str(tmp_path / "b"))
    assert again.exit_code == 1
    assert "is not empty" in str(again.exception)
    files_there = places[1]
    (files_there.var / "media").mkdir(parents=True)
    (files_there.var / "media" / "x").write_bytes(b"x")
    assert "holds files already" in str(files_there.run("restore", str(tmp_path / "b")).exception)
    looked_at = places[2]
    looked_at.run("customer", "show", "nobody")  # makes tables, and no row
    assert looked_at.run("restore", str(tmp_path / "b")).exit_code == 0


def test_a_damaged_backup_changes_nothing(places: list[Place], old: Place, tmp_path: Path) -> None:
    old.run("backup", str(tmp_path / "b"))
    (tmp_path / "b").write_bytes((tmp_path / "b").read_bytes()[:20_000])
    refused = places[1].run("restore", str(tmp_path / "b"))
    assert refused.exit_code == 1
    assert not places[1].var.exists()


def test_a_restore_that_fails_leaves_nothing(
    places: list[Place], old: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old.run("backup", str(tmp_path / "b"))
    monkeypatch.setattr("storage.backup.hold.listed", full_disk)
    failed = places[1].run("restore", str(tmp_path / "b"))
    monkeypatch.undo()
    assert "nothing was restored (OSError)" in str(failed.exception)
    assert kept(places[1]) == ([], [])
    assert places[1].run("restore", str(tmp_path / "b")).exit_code == 0


def full_disk(_conn: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_backup_that_cannot_be_written_says_why(old: Place, tmp_path: Path) -> None:
    assert "cannot be written (No such file" in str(old.run("backup", str(tmp_path / "none" / "b")).exception)
    (tmp_path / "b").write_text("mine")
    assert "exists already" in str(old.run("backup", str(tmp_path / "b")).exception)
    assert (tmp_path / "b").read_text() == "mine"


def test_a_file_that_came_to_its_end_meanwhile_is_counted(old: Place, tmp_path: Path) -> None:
    (old.var / "media" / files.blob_name("f" * 24)).unlink()
    made = old.run_json("backup", str(tmp_path / "b"))
    assert (made["files"], made["files_gone"]) == (0, 1)


def test_what_is_held_is_sent_or_dropped_by_an_operators_word(places: list[Place], old: Place, tmp_path: Path) -> None:
    old.run("backup", str(tmp_path / "b"))
    new = places[1]
    new.run("restore", str(tmp_path / "b"))
    (held,) = new.run_json("held", "list")
    assert held["to"] == "+1•••••0101"
    assert "1 message on their way" in new.run("doctor").stdout
    assert new.run("held", "send").exit_code == 2
    assert new.run("held", "drop", "--all", held["id"]).exit_code == 2
    assert new.run("held", "drop", "nothing").exit_code == 1
    assert new.run_json("held", "send", held["id"]) == {"sent": [held["id"]]}
    assert new.run("held", "list").stdout == "Nothing is held.\n"
    assert new.run_json("held", "drop", "--all") == {"dropped": []}


def test_campaigns_that_a_restore_paused_are_shown(places: list[Place], old: Place, tmp_path: Path) -> None:
    made = campaigns.Campaign("win_back-0001", "win_back", "all", "anna", NOW, state=campaigns.RUNNING)
    store = Store(old.url)
    with store.write() as conn:
        campaigns.add(conn, store, made)
    store.close()
    old.run("backup", str(tmp_path / "b"))
    new = places[1]
    new.run("restore", str(tmp_path / "b"))
    assert [each["id"] for each in new.run_json("held", "list") if each["what"] == "campaign"] == [made.id]
    assert f"{made.id}: paused since a restore" in new.run("doctor").stdout
    refused = new.run("held", "send", made.id)
    assert refused.exit_code == 1
    assert f"doorstep campaign resume {made.id}" in refused.output


def test_a_place_that_cannot_be_written_is_a_sentence(
    places: list[Place], old: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old.run("backup", str(tmp_path / "b"))
    nowhere = Place(tmp_path / "n", "sqlite:////proc/none/doorstep.db", monkeypatch)
    assert "cannot be written" in str(nowhere.run("restore", str(tmp_path / "b")).exception)
    away = Place(tmp_path / "a", "postgresql://shop@127.0.0.1:1/shop", monkeypatch)
    assert "PostgreSQL cannot be reached" in away.run("restore", str(tmp_path / "b")).stderr
