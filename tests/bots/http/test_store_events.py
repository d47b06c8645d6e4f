"""Tests what the store's calls are answered: counted, and every mistake named at once, in JSON."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bots.http.app import create_app
from bots.wiring.intake import build_intake
from config.settings import load
from storage.engine import migrate

KEY = {"Authorization": "Bearer sk_test"}
PATH = "/api/v1/events"
LIMIT = 20_000


@pytest.fixture
def web(tmp_path: Path) -> Iterator[FlaskClient]:
    intake = build_intake(
        load(
            {
                "VAR_DIR": str(tmp_path),
                "DATABASE_URL": f"sqlite:///{tmp_path / 'doorstep.db'}",
                "REDIS_URL": f"unix://{tmp_path}/nobody.sock",
                "STORE_API_KEY": "sk_test",
                "MAX_BODY_BYTES": str(LIMIT),
            }
        )
    )
    migrate.upgrade(intake.store)
    yield create_app(intake).test_client()
    intake.store.close()


def event(**changes: Any) -> dict[str, Any]:
    order = {"number": "1001", "placed_at": "2026-12-01T09:58:00Z", "status": "paid", "currency": "USD", "total": "1"}
    made = {"specversion": "1.0", "id": "e1", "source": "shop", "type": "order.created", "data": {"order": order}}
    return {**made, **changes}


def sent(web: FlaskClient, *events: Any) -> TestResponse:
    return web.post(PATH, data=json.dumps(events), headers=KEY)


def test_what_is_ignored_is_named_with_the_type_that_was_meant(web: FlaskClient) -> None:
    answer = sent(
        web,
        event(),
        event(),
        event(id="e2", type="order.creatd"),
        event(id="e3", type="weather.changed"),
    )
    assert (answer.status_code, answer.json) == (
        202,
        {
            "accepted": 1,
            "duplicates": 1,
            "ignored": 2,
            "ignored_events": [
                {"index": 2, "type": "order.creatd", "did_you_mean": "order.created"},
                {"index": 3, "type": "weather.changed", "did_you_mean": None},
            ],
        },
    )
    assert sent(web, event()).json == {"accepted": 0, "duplicates": 1, "ignored": 0, "ignored_events": []}


def test_every_mistake_of_every_event_is_told_at_once(web: FlaskClient) -> None:
    half = event(data={"order": {"number": "1001", "total": "much"}})
    answer = sent(web, event(), half, event(id="", data={"order": {**event()["data"]["order"], "currency": 1}}))
    assert answer.status_code == 400
    body = answer.json or {}
    assert [each["path"] for each in body["errors"]] == [
        "$[1].data.order.placed_at",
        "$[1].data.order.status",
        "$[1].data.order.currency",
        "$[1].data.order.total",
        "$[2].id",
        "$[2].data.order.currency",
    ]
    assert body["errors"][0] == {"path": body["path"], "error": "this field is required"}
    assert body["error"] == "this field is required (5 more)"
    assert sent(web, event()).json["accepted"] == 1  # type: ignore[index] # none of the refused was kept


@pytest.mark.parametrize(
    ("answer_of", "status"),
    [
        (lambda web: web.get(PATH, headers=KEY), 405),
        (lambda web: web.delete(PATH, headers=KEY), 405),
        (lambda web: web.post(PATH, data="{}"), 401),
        (lambda web: web.post(PATH, data="{", headers=KEY), 400),
        (lambda web: web.post(PATH, data="x" * (LIMIT + 1), headers=KEY), 413),
        (lambda web: web.get("/api/v1/nothing"), 404),
        (lambda web: web.post("/api/"), 404),
        (lambda web: web.put("/api/v1/notices", headers=KEY), 405),
        (lambda web: web.get("/api/v1/notices", headers=KEY), 400),
    ],
)
def test_every_refusal_of_the_store_s_calls_is_json(web: FlaskClient, answer_of: Any, status: int) -> None:
    answer = answer_of(web)
    assert (answer.status_code, answer.mimetype) == (status, "application/json")
    assert (answer.json or {})["error"]
    if status == 405:
        named = re.findall(r"[A-Z]{3,}", (answer.json or {})["error"])
        assert named
        assert set(named) <= set(re.split(r",\s*", answer.headers["Allow"]))


def test_elsewhere_a_refusal_is_a_line_of_text(web: FlaskClient) -> None:
    answer = web.get("/elsewhere")
    assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    answer = web.post("/healthz")
    assert (answer.status_code, answer.mimetype, answer.text) == (405, "text/plain", answer.text)
    assert "GET" in answer.text
