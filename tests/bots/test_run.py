"""Tests that `make run` talks to nobody but its stand-ins, whatever the environment says."""

import os
from pathlib import Path

import pytest

from bots.run import isolate, wanted_shop
from bots.wiring.sources import kinds
from config.settings import load
from core.errors import ConfigurationError
from sandbox.config import create


@pytest.mark.parametrize(
    "name",
    ["LLM_URL", "LLM_API_KEY", "TRANSLATE_URL", "TRANSCRIBE_URL", "SMTP_URL", "STORE_API_KEY", "OUTGOING_WEBHOOK_URL"],
)
def test_what_leads_out_of_the_house_is_forgotten(name: str) -> None:
    environment = {name: "https://elsewhere.example/v1", "HOME": "/"}
    isolate(environment)
    assert environment == {"HOME": "/", "ENV_FILE": os.devnull}


@pytest.mark.parametrize(("shop", "given"), [("shopify", "SHOPIFY_SHOP"), ("woocommerce", "WOOCOMMERCE_URL")])
def test_the_store_may_be_at_a_shop_of_the_sandbox(shop: str, given: str, tmp_path: Path) -> None:
    assert wanted_shop([shop]) == shop
    made = create(tmp_path, "http://127.0.0.1:8000", 8001)
    settings = load({**made.settings, **made.shop_settings(shop), "VAR_DIR": str(tmp_path)})
    assert given in made.shop_settings(shop)
    assert [kind.name for kind in kinds() if kind.is_shop and kind.events(settings)] == [shop]


def test_a_shop_that_there_is_not_is_refused_by_name() -> None:
    assert wanted_shop([]) == ""
    with pytest.raises(ConfigurationError, match=r"shopify or woocommerce.*'magento'"):
        wanted_shop(["magento"])
