"""Tests `GET /banner.json`: public, cached, made of the store's files without a word to the database."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import Redis

from bots.http import reread
from bots.http.app import create_app
from bots.wiring.intake import Intake, build_intake
from config.settings import SHIPPED_STORE, load
from tests.statements import listening


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    shutil.copytree(SHIPPED_STORE, folder)
    return folder


@pytest.fixture
def client(
    tmp_path: Path, store: Path, valkey: Redis, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FlaskClient]:
    intake = build_intake(load({"VAR_DIR": str(tmp_path), "REDIS_URL": valkey_url, "STORE_DIR": str(store)}))
    monkeypatch.setattr(Intake, "now", lambda _self: datetime(2026, 12, 10, 15, tzinfo=UTC))
    monkeypatch.setattr(reread, "LOOK_SECONDS", 0)
    yield create_app(intake).test_client()
    intake.store.close()
    intake.redis.close()


def refuse(sql: str, _values: list[Any]) -> None:
    raise AssertionError(sql)


def test_the_site_reads_it_from_anywhere_and_asks_again_cheaply(client: FlaskClient) -> None:
    with listening(refuse):
        answer = client.get("/banner.json?country=US&locale=en")
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    found = answer.get_json()
    assert found["active"] is True
    assert found["until"] == "2026-12-24"
    assert [each["service"] for each in found["cutoffs"]] == ["Standard", "Express"]
    again = client.get("/banner.json?country=US&locale=en", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "query", ["", "?country=&locale=", "?country=XX&locale=qq", f"?country={'A' * 900}", "?country=%00"]
)
def test_what_is_not_known_is_as_for_the_first_country(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/banner.json{query}")
    assert answer.status_code == 200
    assert (answer.get_json()["country"], answer.get_json()["locale"]) == ("US", "en")


def test_a_mistake_in_the_files_leaves_it_as_it_was(client: FlaskClient, store: Path) -> None:
    assert client.get("/banner.json").get_json()["active"] is True
    (store / "cutoffs.yaml").write_text("warehouse: {}\n")
    answer = client.get("/banner.json")
    assert answer.status_code == 200
    assert answer.get_json()["active"] is True


def test_a_change_of_the_files_is_taken(client: FlaskClient, store: Path) -> None:
    assert client.get("/banner.json").get_json()["active"] is True
    shop = store / "shop.yaml"
    shop.write_text(shop.read_text() + "\npeak: false\n")
    assert client.get("/banner.json").get_json() == {
        "active": False,
        "text": "",
        "cutoffs": [],
        "until": None,
        "holiday": None,
        "country": "US",
        "locale": "en",
    }


def test_without_files_that_can_be_read_it_is_not_active(client: FlaskClient, store: Path) -> None:
    (store / "cutoffs.yaml").write_text("warehouse: {}\n")
    answer = client.get("/banner.json")
    assert answer.status_code == 200
    assert answer.get_json() == {"active": False, "text": "", "cutoffs": [], "until": None}
