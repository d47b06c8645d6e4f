"""Tests that the store can ask what its news came to: who was told, who was not, and why."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from bots.http.app import create_app
from bots.wiring.intake import Intake, build_intake
from config.settings import load
from core.ids import new_id
from storage.engine import migrate
from storage.notices import notices
from storage.notices.notices import Decided, NewNotice
from tests.fakes import NOW

KEY = "sk_store"


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    intake = build_intake(load({"ENV_FILE": "/dev/null", "VAR_DIR": str(tmp_path), "STORE_API_KEY": KEY}))
    migrate.upgrade(intake.store)
    yield intake
    intake.store.close()
    intake.redis.close()


def ask(web: FlaskClient, path: str, key: str = KEY) -> tuple[int, Any]:
    answer = web.get(path, headers={"Authorization": f"Bearer {key}"})
    return answer.status_code, answer.json


def add(intake: Intake, kind: str, order: str, decided: Decided, seconds: int = 0) -> None:
    now = NOW + timedelta(seconds=seconds)
    notice = NewNotice(new_id(now), f"{kind}:{order}", kind, "service", "customer", "{}", order)
    with intake.store.write() as conn:
        notices.add(conn, intake.store, [(notice, decided)], now)


def test_each_notice_has_its_state_and_the_reason_in_words(intake: Intake) -> None:
    add(intake, "shipped", "1001", Decided(notices.QUEUED, channel="whatsapp"))
    refused = [("messenger", "no_consent"), ("sms", "no_address")]
    add(intake, "delay", "1001", Decided(notices.SKIPPED, "no_route", refusals=refused), 1)
    add(intake, "shipped", "1002", Decided(notices.QUEUED, channel="sms"))
    status, body = ask(create_app(intake).test_client(), "/api/v1/notices?order=1001")
    shipped, delay = body["notices"]
    assert status == 200
    assert (shipped["kind"], shipped["state"], shipped["channel"], shipped["said"]) == (
        "shipped",
        "queued",
        "whatsapp",
        "",
    )
    assert (delay["state"], delay["reason"], delay["order"]) == ("skipped", "no_route", "1001")
    assert delay["refused"] == [
        {
            "channel": "messenger",
            "reason": "no_consent",
            "said": "the customer has not agreed to be written to there",
        },
        {"channel": "sms", "reason": "no_address", "said": "there is no address to write to"},
    ]


def test_an_order_without_notices_has_none(intake: Intake) -> None:
    assert ask(create_app(intake).test_client(), "/api/v1/notices?order=1%27") == (200, {"notices": []})


def test_only_the_store_may_ask(intake: Intake) -> None:
    web = create_app(intake).test_client()
    assert ask(web, "/api/v1/notices?order=1001", "wrong")[0] == 401
    assert web.get("/api/v1/notices?order=1001").status_code == 401
    status, body = ask(web, "/api/v1/notices")
    assert (status, body["path"]) == (400, "$.order")
