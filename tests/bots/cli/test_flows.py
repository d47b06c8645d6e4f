"""Tests `doorstep flows chat` and `replay`: flows in the terminal, on orders and conversations of an installation."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bots.cli import cli
from core.messages import Reacted
from core.orders import Buyer
from storage.engine import migrate
from storage.engine.store import Store
from storage.queues.tables import outbox
from tests.fakes import PHONE
from tests.hub.house import WHATSAPP, House
from tests.storage.orders_sample import saved_order

ROOT = Path(__file__).parents[3]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Makes an installation with Jane's order."""
    database = f"sqlite:///{tmp_path / 'doorstep.db'}"
    folder = shutil.copytree(ROOT / "config" / "store", tmp_path / "store")
    for name, value in {"VAR_DIR": str(tmp_path), "DATABASE_URL": database, "STORE_DIR": str(folder)}.items():
        monkeypatch.setenv(name, value)
    opened = Store(database)
    migrate.upgrade(opened)
    saved_order(opened, Buyer(name="Jane Doe", phone=PHONE))
    yield opened
    opened.close()


def run(*words: str, typed: str = "") -> str:
    done = CliRunner().invoke(cli, ["flows", *words], input=typed)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_chat_knows_the_orders_and_keeps_nothing(store: Store) -> None:
    said = run("chat", "--phone", PHONE, typed="where is my order\nagent\n")
    assert "#1001" in said
    assert "---- a person takes over: asked_human." in said
    with store.read() as conn:
        assert conn.execute(outbox.select()).all() == []


def test_a_replay_shows_what_would_be_answered_otherwise(store: Store, tmp_path: Path) -> None:
    house = House(store)
    for text in ("hello", "where is my order?", "thanks"):
        house.hear(text)
    shop = tmp_path / "store" / "shop.yaml"
    assert run("replay", "--store", str(shop.parent)) == "Every answer is as it was.\n"
    shop.write_text(shop.read_text().replace("Northwind", "Another Shop"))
    [difference] = json.loads(run("replay", "--store", str(shop.parent), "--json"))
    assert difference["after"] == "hello"
    assert "Another Shop" in difference["now"]
    assert "Another Shop" not in difference["was"]


def test_a_replay_points_where_the_customer_pointed(store: Store, tmp_path: Path) -> None:
    saved_order(store, Buyer(id="c1", name="Jane", phone=PHONE), number="1002")
    house = House(store)
    named = house.hear("where is order 1002?")
    house.hear("where is this?", reply_to=named)
    house.accept(Reacted(house.fresh("x"), WHATSAPP, house.clock(), named, "👍"))
    house.drain()
    assert "#1002" in house.texts()[-1]
    assert run("replay", "--store", str(tmp_path / "store")) == "Every answer is as it was.\n"
