"""Tests that the page on a shop of one's own is true: its calls are made word for word, its programs are run."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from adapters.shops.webhook.signing import signed
from bots.http.api.routes import routes
from bots.http.app import create_app
from bots.wiring.intake import build_intake
from config.settings import load
from storage.engine import migrate

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "store" / "own-shop.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(sh|json|python)\n(.*?)```", PAGE, re.S)
TELL, LISTEN = [text for language, text in BLOCKS if language == "python"]
SETTINGS = dict(re.findall(r"^([A-Z_]+)=(\S+)", BLOCKS[0][1], re.M))
CURL = shutil.which("curl")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serves the app with the page's settings; its address."""
    var = str(tmp_path_factory.mktemp("own-shop"))
    intake = build_intake(load({"ENV_FILE": "/dev/null", "VAR_DIR": var, **SETTINGS}))
    migrate.upgrade(intake.store)
    server = make_server("127.0.0.1", 0, create_app(intake))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    intake.store.close()
    intake.redis.close()


def run(*command: str, desk: str) -> str:
    done = subprocess.run(
        command,
        env={**os.environ, **SETTINGS, "DOORSTEP": desk},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def answers(desk: str, script: str) -> list[Any]:
    """Runs a block of curl calls; returns what they were answered."""
    decoder, text, found = json.JSONDecoder(), run("bash", "-c", script, desk=desk).strip(), []
    while text:
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:].strip()
    return found


def test_the_settings_are_those_there_are() -> None:
    assert set(SETTINGS) == {
        "STORE_API_KEY",
        "STORE_WEBHOOK_SECRET",
        "OUTGOING_WEBHOOK_URL",
        "OUTGOING_WEBHOOK_SECRET",
    }


@pytest.mark.skipif(CURL is None, reason="curl is not there: apt-get install curl")
def test_the_calls_are_answered_as_the_page_says(desk: str) -> None:
    calls = [text for language, text in BLOCKS if language == "sh" and "curl" in text]
    said = [json.loads(text) for language, text in BLOCKS if language == "json"]
    order, parcel, wrong, asked = calls
    assert answers(desk, order) == [said[0]]
    assert answers(desk, order) == [{**said[0], "accepted": 0, "duplicates": 1}]
    assert answers(desk, parcel) == [said[0]]
    assert answers(desk, wrong) == [said[1]]
    notices, customer, returns = answers(desk, asked)
    assert notices == returns == {"items": [], "next": None}
    assert "there is no such customer" in customer["error"]  # no worker runs here: the events wait


def test_every_call_is_named() -> None:
    named = set(re.findall(r"/api/v1/[\w./{}]+", PAGE))
    assert {route.path for route in routes() if "campaign" not in route.path} <= named | {"/api/v1/events"}


def test_what_tells_is_taken(desk: str, tmp_path: Path) -> None:
    program = tmp_path / "tell.py"
    program.write_text(TELL, encoding="utf-8")
    assert run(sys.executable, str(program), desk=desk) == "1\n"
    assert run(sys.executable, str(program), desk=desk) == "0\n"


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setenv("OUTGOING_WEBHOOK_SECRET", SETTINGS["OUTGOING_WEBHOOK_SECRET"])
    scope: dict[str, Any] = {"__name__": "listen"}
    exec(LISTEN, scope)  # noqa: S102 - it is ours
    client: FlaskClient = scope["app"].test_client()
    return client


def posted(listener: FlaskClient, kind: str, data: dict[str, Any], *, secret: str = "") -> Any:
    body = json.dumps({"specversion": "1.0", "id": "e1", "source": "doorstep", "type": kind, "data": data}).encode()
    headers = signed("e1", body, (secret or SETTINGS["OUTGOING_WEBHOOK_SECRET"],), datetime.now(UTC))
    return listener.post("/doorstep", data=body, headers=headers)


def test_what_listens_takes_what_we_send(listener: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    asked = {"id": "act-1", "order_number": "1001"}
    for _ in range(2):
        assert posted(listener, "doorstep.order.cancel", asked).json == {"status": "done"}
    refused = posted(listener, "doorstep.order.cancel", {"id": "act-2", "order_number": "9999"})
    assert refused.json == {"status": "refused", "reason": "It has left already."}
    told = {"notice": {"kind": "shipped"}, "order_number": "1001"}
    assert posted(listener, "doorstep.notice.sent", told).status_code == 204
    assert capsys.readouterr().out == "shipped was sent for order 1001\n"
    assert posted(listener, "doorstep.ping", {}).status_code == 204
    assert posted(listener, "doorstep.ping", {}, secret="whsec_b3RoZXI=").status_code == 401
