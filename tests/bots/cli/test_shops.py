"""Runs `doorstep shops` where nothing is connected, or nobody can be reached."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bots.cli import cli

SHOP = {
    "SHOPIFY_SHOP": "northwind.myshopify.com",
    "SHOPIFY_CLIENT_ID": "c0ffee",
    "SHOPIFY_CLIENT_SECRET": "shpss_1",
    "SHOPIFY_API_URL": "http://127.0.0.1:9/admin/api/2026-10",  # nobody listens there
}


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("ENV_FILE", "/dev/null")


def run(*words: str, **given: Any) -> Result:
    return CliRunner(env=given).invoke(cli, ["shops", *words])


def test_without_a_shop_it_says_what_to_set() -> None:
    result = run("status")
    assert result.exit_code == 1
    assert "SHOPIFY_SHOP, SHOPIFY_CLIENT_ID and SHOPIFY_CLIENT_SECRET" in result.output


def test_setup_wants_an_address_that_shopify_can_reach() -> None:
    result = run("setup", **SHOP)
    assert result.exit_code == 1
    assert "PUBLIC_URL is not set" in result.output


def test_a_shop_that_cannot_be_reached_is_a_line_and_no_traceback() -> None:
    result = run("status", "--json", **SHOP)
    assert result.exit_code == 1
    (told,) = json.loads(result.output)
    assert told["shop"] == "shopify:northwind.myshopify.com"
    (found,) = told["findings"]
    assert found["said"] == "does not answer (connect)"
    assert "look at the address in the settings" in found["cure"]


def test_a_shop_on_woocommerce_that_cannot_be_reached_is_a_line_too() -> None:
    shop = {
        "WOOCOMMERCE_URL": "http://127.0.0.1:9",  # nobody listens there
        "WOOCOMMERCE_KEY": "ck_1",
        "WOOCOMMERCE_SECRET": "cs_1",
        "WOOCOMMERCE_WEBHOOK_SECRET": "word",
    }
    result = run("status", "--json", **shop)
    assert result.exit_code == 1
    (told,) = json.loads(result.output)
    assert told["shop"] == "woocommerce:127.0.0.1:9"
    (found,) = told["findings"]
    assert found["said"] == "does not answer (connect)"
    assert "look at the address in the settings" in found["cure"]
    assert "cs_1" not in result.output
