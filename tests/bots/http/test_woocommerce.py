"""Tests that what WooCommerce signs is kept and answered, once, a ping is answered, and nobody else is heard."""

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
from bots.wiring.sources.woocommerce import woocommerce_settings
from config.settings import load
from core.errors import ConfigurationError
from storage.engine import migrate
from storage.queues import inbox
from storage.queues.tables import inbox as table
from tests.adapters.shops.woocommerce.payloads import SECRET, payload, read, signed_headers, with_meta

PATH = "/webhooks/woocommerce"
SHOP = {"WOOCOMMERCE_URL": "https://shop.example", "WOOCOMMERCE_WEBHOOK_SECRET": f"new,{SECRET}"}


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    made = build_intake(
        load(
            {
                "VAR_DIR": str(tmp_path),
                "DATABASE_URL": f"sqlite:///{tmp_path / 'doorstep.db'}",
                "REDIS_URL": f"unix://{tmp_path}/nobody.sock",
                **SHOP,
            }
        )
    )
    migrate.upgrade(made.store)
    yield made
    made.store.close()


@pytest.fixture
def web(intake: Intake) -> FlaskClient:
    return create_app(intake).test_client()


def sent(web: FlaskClient, topic: str, body: Any, delivery: str = "d-1", secret: str = SECRET) -> TestResponse:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return web.post(PATH, data=raw, headers=signed_headers(topic, raw, delivery, secret))


def rows(intake: Intake) -> list[tuple[str, str, int, str | None]]:
    with intake.store.read() as conn:
        found = conn.execute(select(table.c.lane, table.c.key, table.c.state, table.c.error).order_by(table.c.id))
        return [tuple(row) for row in found]


def test_a_webhook_is_kept_once_however_often_it_comes(intake: Intake, web: FlaskClient) -> None:
    answers = [sent(web, "order.created", payload("order")).status_code for _ in range(3)]
    assert answers == [200, 200, 200]
    assert rows(intake) == [(inbox.STORE_LANE, "order:727", inbox.PENDING, None)]


def test_two_orders_that_share_a_delivery_id_are_both_kept(intake: Intake, web: FlaskClient) -> None:
    for id_ in (727, 728):
        sent(web, "order.updated", payload("order", id=id_, number=str(id_)), "the-same-second")
    assert [key for _, key, _, _ in rows(intake)] == ["order:727", "order:728"]


def test_a_parcel_that_two_webhooks_tell_of_is_kept_once(intake: Intake, web: FlaskClient) -> None:
    tracked = with_meta(payload("order"), _wc_shipment_tracking_items=read("tracking_items")[:1])
    sent(web, "order.updated", tracked, "d-1")
    sent(web, "order.updated", {**tracked, "status": "completed"}, "d-2")
    assert len(rows(intake)) == 3  # two states of the order, one parcel


def test_a_ping_is_answered_and_nothing_is_kept(intake: Intake, web: FlaskClient) -> None:
    answer = web.post(PATH, data=b"webhook_id=12", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 200
    assert rows(intake) == []


@pytest.mark.parametrize("body", [b"webhook_id=12&order=1", b'{"id": 727}', b""])
def test_nobody_else_is_heard(intake: Intake, web: FlaskClient, body: bytes) -> None:
    assert web.post(PATH, data=body, headers={"X-WC-Webhook-Topic": "order.created"}).status_code == 401
    assert web.post(PATH, data=body).status_code == 401
    assert sent(web, "order.created", payload("order"), secret="guessed").status_code == 401
    assert rows(intake) == []


def test_what_cannot_be_read_or_is_not_used_is_kept_too(intake: Intake, web: FlaskClient) -> None:
    for place, (topic, body) in enumerate(
        [("order.created", b"{"), ("order.created", {"id": 1}), ("order.deleted", {"id": 1}), ("coupon.created", {})]
    ):
        assert sent(web, topic, body, f"d-{place}").status_code == 200
    errors = [(error or "").partition(":")[0] for _, _, _, error in rows(intake)]
    assert errors == ["unreadable", "unreadable", "ignored", "ignored"]


def test_a_giant_is_refused(intake: Intake, web: FlaskClient) -> None:
    assert sent(web, "order.created", b"x" * (5 * 1024 * 1024)).status_code == 413
    assert rows(intake) == []


def test_without_a_shop_there_is_no_such_path(tmp_path: Path) -> None:
    bare = build_intake(load({"VAR_DIR": str(tmp_path), "REDIS_URL": f"unix://{tmp_path}/nobody.sock"}))
    assert create_app(bare).test_client().post(PATH, data=b"webhook_id=1").status_code == 404
    bare.store.close()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"WOOCOMMERCE_WEBHOOK_SECRET": "b"}, "WOOCOMMERCE_URL"),
        ({"WOOCOMMERCE_KEY": "ck_1", "WOOCOMMERCE_SECRET": "cs_1"}, "WOOCOMMERCE_URL"),
        ({"WOOCOMMERCE_URL": "https://shop.example"}, "WOOCOMMERCE_WEBHOOK_SECRET"),
        ({**SHOP, "WOOCOMMERCE_KEY": "ck_1"}, "WOOCOMMERCE_SECRET"),
        ({**SHOP, "WOOCOMMERCE_SECRET": "cs_1"}, "WOOCOMMERCE_KEY"),
    ],
)
def test_half_a_connection_is_a_mistake_by_name(given: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{named}: is missing"):
        woocommerce_settings(load(given))


@pytest.mark.parametrize(
    "written", ["shop.example", "http://shop.example", "https://shop.example/?a=1", "http://8.8.8.8"]
)
def test_a_shop_has_an_address_with_tls(written: str) -> None:
    with pytest.raises(ConfigurationError, match="WOOCOMMERCE_URL"):
        load({"WOOCOMMERCE_URL": written})


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("https://Shop.example/", "woocommerce:shop.example"),
        ("https://shop.example/de/wp-json", "woocommerce:shop.example/de"),
        ("http://127.0.0.1:8001", "woocommerce:127.0.0.1:8001"),
        ("http://192.168.1.5", "woocommerce:192.168.1.5"),
        ("http://wordpress:8080", "woocommerce:wordpress:8080"),
    ],
)
def test_in_a_network_of_ones_own_it_may_go_without(written: str, name: str) -> None:
    shop = woocommerce_settings(load({**SHOP, "WOOCOMMERCE_URL": written}))
    assert shop is not None
    assert shop.name == name
