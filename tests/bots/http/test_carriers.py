"""Tests the doors of tracking services: what is signed is kept once, in its order's turn, and nobody else is heard."""

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
from config.settings import load
from core.shop.orders import Shipment
from storage.engine import migrate
from storage.queues import inbox
from storage.queues.tables import inbox as table
from tests.adapters.carriers.webhooks import SECRET, captured, scan, signed
from tests.fakes import NOW
from tests.storage.orders_sample import order, save_whole

PATHS = {"aftership": "/webhooks/aftership", "seventeentrack": "/webhooks/17track", "easypost": "/webhooks/easypost"}
SETTINGS = {
    "AFTERSHIP_WEBHOOK_SECRET": f"{SECRET},before",
    "SEVENTEENTRACK_KEY": f"{SECRET},before",
    "EASYPOST_WEBHOOK_SECRET": f"{SECRET},before",
}
NUMBER = "1Z999AA10123456784"


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    own = {"VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'doorstep.db'}"}
    made = build_intake(load({**own, "REDIS_URL": f"unix://{tmp_path}/nobody.sock", **SETTINGS}))
    migrate.upgrade(made.store)
    yield made
    made.store.close()


@pytest.fixture
def web(intake: Intake) -> FlaskClient:
    return create_app(intake).test_client()


def sent(web: FlaskClient, service: str, body: Any, secret: str = SECRET) -> TestResponse:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return web.post(PATHS[service], data=raw, headers=signed(service, raw, secret).headers)


def rows(intake: Intake) -> list[tuple[str, str, int, str | None]]:
    with intake.store.read() as conn:
        found = conn.execute(select(table.c.lane, table.c.key, table.c.state, table.c.error).order_by(table.c.id))
        return [tuple(row) for row in found]


@pytest.mark.parametrize("service", PATHS)
def test_a_webhook_is_kept_once_however_often_it_comes(intake: Intake, web: FlaskClient, service: str) -> None:
    answers = [sent(web, service, captured(service), secret).status_code for secret in (SECRET, SECRET, "before")]
    assert answers == [200, 200, 200]
    ((lane, key, state, error),) = rows(intake)
    assert (lane, state, error) == (inbox.STORE_LANE, inbox.PENDING, None)
    assert key.startswith("parcel:")


@pytest.mark.parametrize("service", PATHS)
def test_it_goes_into_the_turn_of_its_orders(intake: Intake, web: FlaskClient, service: str) -> None:
    with intake.store.write() as conn:
        for number in ("1001", "1002"):
            sold = order(number=number, shipments=(Shipment(f"s{number}", carrier="UPS", tracking_number=NUMBER),))
            save_whole(conn, intake.store, sold, None, NOW)
    body = scan(service, "InTransit" if service != "easypost" else "in_transit", intake.now(), NUMBER, "e1")
    assert sent(web, service, body).status_code == 200
    assert [key for _, key, _, _ in rows(intake)] == ["order:1001", "order:1002"]
    assert sent(web, service, body).status_code == 200
    assert len(rows(intake)) == 2


@pytest.mark.parametrize("service", PATHS)
def test_nobody_else_is_heard(intake: Intake, web: FlaskClient, service: str) -> None:
    assert sent(web, service, captured(service), "guessed").status_code == 401
    assert web.post(PATHS[service], data=b"{}").status_code == 401
    assert web.get(PATHS[service]).status_code == 405
    assert rows(intake) == []


@pytest.mark.parametrize("service", PATHS)
def test_what_cannot_be_read_is_kept_and_answered(intake: Intake, web: FlaskClient, service: str) -> None:
    for body in (b"{", b"\xff", json.dumps(scan(service, "Delivered", intake.now(), "", "e")).encode()):
        assert sent(web, service, body).status_code == 200
    assert [(lane, state) for lane, _, state, _ in rows(intake)] == [("kept", inbox.DEAD)] * 3


@pytest.mark.parametrize("service", PATHS)
def test_what_is_not_used_is_counted(intake: Intake, web: FlaskClient, service: str) -> None:
    word = "somewhere.else" if service == "easypost" else "Elsewhere"
    assert sent(web, service, scan(service, word, intake.now(), NUMBER, "e")).status_code == 200
    assert sent(web, service, {"event": "x", "description": "x"}).status_code == 200
    name = PATHS[service].rpartition("/")[2]
    told = [error for _, _, _, error in rows(intake) if error]
    assert told == [f"ignored: {name} status {word.partition('.')[0]}", f"ignored: {name} x"]


@pytest.mark.parametrize("service", PATHS)
def test_what_is_too_large_is_refused(intake: Intake, web: FlaskClient, service: str) -> None:
    assert sent(web, service, b" " * (intake.settings.max_body_bytes + 1)).status_code == 413
    assert rows(intake) == []


@pytest.mark.parametrize("service", PATHS)
def test_a_service_without_its_secret_has_no_door(tmp_path: Path, service: str) -> None:
    own = {"VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'doorstep.db'}"}
    made = build_intake(load({**own, "REDIS_URL": f"unix://{tmp_path}/nobody.sock"}))
    try:
        assert create_app(made).test_client().post(PATHS[service], data=b"{}").status_code == 404
    finally:
        made.store.close()
