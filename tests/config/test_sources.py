"""Tests where settings come from: the environment, and a file that is found from any folder or is refused."""

import os
from pathlib import Path

import pytest

from config import sources
from config.settings import load
from core.errors import ConfigurationError

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands in a folder that is no installation's, with nothing set."""
    for name in ("ENV_FILE", "VAR_DIR", "STORE_DIR", "PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sources, "HOME", tmp_path / "home")
    return tmp_path


def test_an_installation_is_its_own_folder_from_wherever_it_is_called(elsewhere: Path) -> None:
    settings = load({})
    assert settings.store_dir == ROOT / "config" / "store"
    assert settings.var_dir == ROOT / "var"


@pytest.mark.parametrize("wrong", ["nowhere.env", "."])
def test_a_named_file_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("ENV_FILE", wrong)
    with pytest.raises(ConfigurationError, match="ENV_FILE: there is no file"):
        load()


def test_no_file_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().port == 8000
    monkeypatch.setenv("ENV_FILE", os.devnull)
    assert load().port == 8000


def test_the_file_here_comes_before_the_installations(elsewhere: Path) -> None:
    (elsewhere / "home").mkdir()
    (elsewhere / "home" / ".env").write_text("PORT=8100\nVAR_DIR=data\n")
    assert load().port == 8100
    assert load().var_dir == elsewhere / "home" / "data"  # not a folder of where one stands
    (elsewhere / ".env").write_text("PORT=8200\n")
    assert load().port == 8200


def test_the_environment_wins_over_the_file_but_not_by_silence(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere / ".env").write_text("PORT=8200\n")
    monkeypatch.setenv("PORT", "8300")
    assert load().port == 8300
    monkeypatch.setenv("PORT", "")
    assert load().port == 8200


def test_a_file_of_other_things_is_refused(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (elsewhere / "picture.env").write_bytes(b"\xff\xd8\xff\xe0")
    monkeypatch.setenv("ENV_FILE", "picture.env")
    with pytest.raises(ConfigurationError, match=r"picture\.env: cannot be read as settings"):
        load()
