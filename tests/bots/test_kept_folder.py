"""Tests that a process takes the store's folder as its supervisor has read it, and reads what has changed since."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bots.wiring.store import folder as store_folder
from bots.wiring.store import kept_folder
from bots.wiring.store.kept_folder import keep, read_folder
from config.settings import Settings, load


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """Notes each folder that is read; reading one itself is tested elsewhere, and takes long."""
    read: list[Path] = []

    def note(store: Path, *_: Any) -> Path:
        read.append(store)
        return store

    monkeypatch.setattr(store_folder, "load_folder", note)
    yield read
    kept_folder._kept.clear()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "shop.yaml").write_text("name: Northwind\n")
    return load({"VAR_DIR": str(tmp_path / "var"), "STORE_DIR": str(tmp_path / "store")})


def test_what_is_kept_is_not_read_again(settings: Settings, readings: list[Path]) -> None:
    kept = read_folder(settings)
    keep(settings, kept)
    assert read_folder(settings) is kept
    assert readings == [settings.store_dir]


def test_what_nobody_kept_is_read_each_time(settings: Settings, readings: list[Path]) -> None:
    assert read_folder(settings) is not read_folder(settings)
    assert len(readings) == 2


def another_text(settings: Settings) -> None:
    (settings.store_dir / "shop.yaml").write_text("name: Southwind\n")


def one_file_more(settings: Settings) -> None:
    (settings.store_dir / "faq.yaml").write_text("")


def a_learned_model(settings: Settings) -> None:
    folder = settings.var_dir / "understanding"
    folder.mkdir(parents=True)
    (folder / "of-these-phrases.npz").write_bytes(b"")


def an_earlier_version(settings: Settings) -> None:
    folder = settings.var_dir / "flow_versions"
    folder.mkdir(parents=True)
    (folder / "returns-1.json").write_text("{}")


@pytest.mark.parametrize("change", [another_text, one_file_more, a_learned_model, an_earlier_version])
def test_what_has_changed_since_is_read(
    settings: Settings, readings: list[Path], change: Callable[[Settings], None]
) -> None:
    kept = read_folder(settings)
    keep(settings, kept)
    change(settings)
    assert read_folder(settings) is not kept
    assert len(readings) == 2


@pytest.mark.parametrize("other", [{"VAR_DIR": "{tmp}/other"}, {"UNDERSTANDING": "light"}])
def test_another_installation_reads_its_own(
    settings: Settings, readings: list[Path], tmp_path: Path, other: dict[str, str]
) -> None:
    keep(settings, read_folder(settings))
    given = {"VAR_DIR": str(settings.var_dir), "STORE_DIR": str(settings.store_dir)}
    changed = {name: value.replace("{tmp}", str(tmp_path)) for name, value in other.items()}
    read_folder(load({**given, **changed}))
    assert len(readings) == 2
