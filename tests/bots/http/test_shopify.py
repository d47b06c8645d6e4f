"""Tests that what Shopify signs is kept and answered, once, and that nobody else is heard."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from bots.http.app import create_app
from bots.wiring.intake import Intake, build_intake
from bots.wiring.sources import event_sources
from bots.wiring.sources.shopify import shopify_settings
from config.settings import load
from core.errors import ConfigurationError
from storage.engine import migrate
from storage.queues import inbox
from storage.queues.tables import inbox as table
from tests.adapters.shops.shopify.payloads import SECRET, SHOP, payload, signed_headers

PATH = "/webhooks/shopify"


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    made = build_intake(
        load(
            {
                "VAR_DIR": str(tmp_path),
                "DATABASE_URL": f"sqlite:///{tmp_path / 'doorstep.db'}",
                "REDIS_URL": f"unix://{tmp_path}/nobody.sock",
                "SHOPIFY_SHOP": SHOP,
                "SHOPIFY_CLIENT_ID": "c0ffee",
                "SHOPIFY_CLIENT_SECRET": f"{SECRET},shpss_before",
            }
        )
    )
    migrate.upgrade(made.store)
    yield made
    made.store.close()


@pytest.fixture
def web(intake: Intake) -> FlaskClient:
    return create_app(intake).test_client()


def sent(web: FlaskClient, topic: str, body: Any, id_: str = "wh-1", **changes: str) -> TestResponse:
    raw = json.dumps(body).encode() if not isinstance(body, bytes) else body
    return web.post(PATH, data=raw, headers=signed_headers(topic, raw, id_, **changes))


def rows(intake: Intake) -> list[tuple[str, str, int, str | None]]:
    with intake.store.read() as conn:
        found = conn.execute(select(table.c.lane, table.c.key, table.c.state, table.c.error).order_by(table.c.id))
        return [tuple(row) for row in found]


def test_a_webhook_is_kept_once_however_often_it_comes(intake: Intake, web: FlaskClient) -> None:
    answers = [sent(web, "orders/create", payload("order")).status_code for _ in range(3)]
    assert answers == [200, 200, 200]
    assert rows(intake) == [(inbox.STORE_LANE, "order:#1001", inbox.PENDING, None)]


def test_a_refund_that_two_webhooks_tell_of_is_kept_once(intake: Intake, web: FlaskClient) -> None:
    sent(web, "refunds/create", payload("refund"), "wh-1")
    sent(web, "orders/updated", payload("order", refunds=[payload("refund")]), "wh-2")
    assert [key for _, key, _, _ in rows(intake)] == ["order:5678901234567", "order:#1001"]


@pytest.mark.parametrize("changes", [{"secret": "guessed"}, {"shop": "other.myshopify.com"}])
def test_nobody_else_is_heard(intake: Intake, web: FlaskClient, changes: dict[str, str]) -> None:
    assert sent(web, "orders/create", payload("order"), **changes).status_code == 401
    assert rows(intake) == []


def test_what_cannot_be_read_or_is_not_used_is_kept_too(intake: Intake, web: FlaskClient) -> None:
    assert sent(web, "orders/create", b"{", "wh-1").status_code == 200
    assert sent(web, "orders/create", {"name": "#1"}, "wh-2").status_code == 200
    assert sent(web, "themes/publish", {"id": 1}, "wh-3").status_code == 200
    errors = [(error or "").partition(":")[0] for _, _, _, error in rows(intake)]
    assert errors == ["unreadable", "unreadable", "ignored"]


def test_without_a_shop_there_is_no_such_path(tmp_path: Path) -> None:
    bare = build_intake(load({"VAR_DIR": str(tmp_path), "REDIS_URL": f"unix://{tmp_path}/nobody.sock"}))
    assert create_app(bare).test_client().post(PATH, data=b"{}").status_code == 404
    bare.store.close()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"SHOPIFY_CLIENT_ID": "a", "SHOPIFY_CLIENT_SECRET": "b"}, "SHOPIFY_SHOP"),
        ({"SHOPIFY_SHOP": SHOP}, "SHOPIFY_CLIENT_SECRET"),
        ({"SHOPIFY_SHOP": SHOP, "SHOPIFY_ACCESS_TOKEN": "shpat_1"}, "SHOPIFY_CLIENT_SECRET"),
        ({"SHOPIFY_SHOP": SHOP, "SHOPIFY_CLIENT_ID": "a", "SHOPIFY_WEBHOOK_SECRET": "b"}, "SHOPIFY_CLIENT_SECRET"),
    ],
)
def test_half_a_connection_is_a_mistake_by_name(given: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        shopify_settings(load(given))


def test_two_shops_are_refused_by_name() -> None:
    """Of two, an action would go to the wrong one: orders of both may have the same number."""
    shopify = {"SHOPIFY_SHOP": SHOP, "SHOPIFY_CLIENT_SECRET": "b"}
    woocommerce = {"WOOCOMMERCE_URL": "https://shop.example", "WOOCOMMERCE_WEBHOOK_SECRET": "c"}
    assert [len(event_sources(load(each))) for each in (shopify, woocommerce)] == [1, 1]
    with pytest.raises(ConfigurationError, match="SHOPIFY_SHOP and WOOCOMMERCE_URL: are both set"):
        event_sources(load(shopify | woocommerce))


@pytest.mark.parametrize("written", ["northwind.example", "https://admin.shopify.com/store/northwind", "northwind"])
def test_a_shop_has_its_own_name_at_shopify(written: str) -> None:
    with pytest.raises(ConfigurationError, match=r"northwind\.myshopify\.com"):
        load({"SHOPIFY_SHOP": written})
