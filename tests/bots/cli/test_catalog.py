"""Tests `doorstep catalog import`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bots.cli import cli
from core.shop.catalogue import Product
from storage.engine.store import Store
from storage.shop import products


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'doorstep.db'}"
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", url)
    return url


def kept(url: str, id_: str) -> Product | None:
    store = Store(url)
    with store.read() as conn:
        found = products.by_id(conn, id_)
    store.close()
    return found


def test_a_catalogue_is_imported_and_replaced(database: str, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.csv"
    file.write_text("product_id,title,sku,price,currency\nmug,Mug,MUG-1,18,USD\nmug,,MUG-2,19,USD\n")
    done = CliRunner().invoke(cli, ["catalog", "import", str(file)])
    assert (done.exit_code, done.stdout) == (0, "1 product with 2 variants imported.\n")
    file.write_text("product_id,title\nmug,Cup\n")
    tried = CliRunner().invoke(cli, ["catalog", "import", str(file), "--dry-run", "--json"])
    assert json.loads(tried.stdout) == {"products": 1, "variants": 1, "dry_run": True}
    assert (kept(database, "mug") or Product("", "")).title == "Mug"
    CliRunner().invoke(cli, ["catalog", "import", str(file)])
    assert (kept(database, "mug") or Product("", "")).title == "Cup"


def test_nothing_is_imported_of_a_file_with_a_mistake(database: str, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.csv"
    file.write_text("product_id,title,price\nmug,Mug,18\ncup,Cup,cheap\n")
    done = CliRunner().invoke(cli, ["catalog", "import", str(file)])
    assert done.exit_code == 1
    assert 'catalogue.csv:3: variants[0].price: expected an amount of money, like "129.80"' in done.stderr
    assert "1 of 2 products cannot be read; nothing was imported" in done.stderr
    assert not (tmp_path / "doorstep.db").exists()
