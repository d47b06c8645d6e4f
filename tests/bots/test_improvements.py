"""Tests that each change of the store's files is written down once, when it is taken, with what it is about."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bots.wiring.insight import improvements as wiring
from bots.wiring.store.folder import load_folder
from hub.hub import Hub
from hub.store_folder import Shelf
from storage.engine.store import Store
from storage.insight import improvements
from tests.fakes import NOW, STORE_DIR, make_hub

LATER = NOW + timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STORE_DIR, tmp_path / "store"))


def hub_of(store: Store, folder: Path) -> Hub:
    loaded = load_folder(folder)
    return make_hub(store, shelf=Shelf(lambda: loaded))


def look(folder: Path, hub: Hub) -> list[tuple[str, ...]]:
    """Lets a worker look once; returns all that was written down until now, the newest first."""
    wiring.kind(folder).handle(hub, "", NOW)
    with hub.store.read() as conn:
        found = improvements.between(conn, NOW - timedelta(days=1), LATER, 50)
    return [(each.kind, each.file, each.key, each.what, each.before, each.after, each.topic) for each in found]


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_a_change_is_written_down_once_however_many_look(store: Store, folder: Path) -> None:
    before = hub_of(store, folder)
    assert look(folder, before) == []  # the first time there is nothing to compare with
    policies = (folder / "policies.yaml").read_text(encoding="utf-8")
    write(folder, "policies.yaml", policies.replace("window_days: 30", "window_days: 45", 1))
    assert look(folder, before) == []  # nobody has taken it yet
    after = hub_of(store, folder)
    expected = [("policy", "policies.yaml", "returns.window_days", "changed", "30", "45", "")]
    assert look(folder, after) == expected
    assert look(folder, hub_of(store, folder)) == expected  # another process, or the same after a restart
    write(folder, "policies.yaml", policies)
    back = ("policy", "policies.yaml", "returns.window_days", "changed", "45", "30", "")
    assert look(folder, hub_of(store, folder)) == [back, *expected]


def test_what_a_change_is_about_is_named(store: Store, folder: Path) -> None:
    look(folder, hub_of(store, folder))
    write(folder, "responses/en.yaml", "# ours\nutter_order_status: Here it is.\n")
    write(folder, "agents.yaml", "agents: {U0ANN00001: admin}\n")
    write(folder, "notices/delay.en.yaml", "sms: '{{ shop }}: order {{ order }} is late.'\n")
    found = look(folder, hub_of(store, folder))
    assert sorted(found) == [
        ("notice", "notices/delay.en.yaml", "", "added", "", "", "delay"),
        ("text", "responses/en.yaml", "utter_order_status", "added", "", "Here it is.", "order_status"),
    ]
    with store.read() as conn:
        text = next(each for each in improvements.between(conn, NOW, LATER, 9, kinds=["text"]))
    assert text.line == 2
    assert text.at == NOW


def test_two_who_find_the_same_write_it_once(store: Store, folder: Path) -> None:
    look(folder, hub_of(store, folder))
    with store.read() as conn:
        was = improvements.known_version(conn)
    for _ in range(2):
        with store.write() as conn:
            taken = improvements.take(conn, store, was, "another", {"faq.yaml": {}})
    assert not taken
    with store.read() as conn:
        assert improvements.known(conn) == {"faq.yaml": {}}
