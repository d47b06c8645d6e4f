"""A sixth channel is its folder, its settings and its lines: it works from the web door to the provider and back."""

import asyncio
import json
import re
import shutil
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import Field, SecretStr
from redis import Redis
from sqlalchemy import select

from adapters.transport.http import Http
from bots.http.app import create_app
from bots.wiring import channels
from bots.wiring.intake import build_intake
from bots.wiring.wakeups import INBOX
from bots.worker import Worker
from config import accounts
from config.accounts import Account
from config.settings import Secrets, Settings
from core.addresses import CHANNELS
from core.errors import ConfigurationError
from core.ports import Files, Kit
from hub.delivery.sender import Island
from storage.accounts.incidents import open_now
from storage.queues.outbox import refusals
from storage.queues.tables import inbox, outbox, outbox_parts
from tests.adapters.channels.provider import Asked, Provider, Reply
from tests.adapters.channels.sixth import pigeon
from tests.adapters.channels.sixth.test_contract import signature
from tests.journeys.actors import until

ROOT = Path(__file__).parents[2]
LOFT, KEY, SECRET, STORE_KEY = "northwind", "pk_0123456789abcdef", "first-secret", "store-key"
BASE = "https://desk.shop.example"
NOTES = f"/v1/lofts/{LOFT}/notes"


# What an author of a channel adds to config/settings.py …
class WithPigeon(Settings):
    pigeon_api_url: str = Field("https://api.pigeon.example", description="Host part of Pigeon's API")
    pigeon_loft: str = Field("", description="The loft's name")
    pigeon_api_key: SecretStr | None = Field(None, description="Key of the loft")
    pigeon_webhook_secret: Secrets = Field((), description="Signs Pigeon's webhooks; comma-separated while rotating")


# … and to bots/channels.py
def build_pigeon(settings: Settings, listed: list[Account], http: Http, files: Files) -> Kit:
    made = [pigeon.AccountSettings(a["loft"], a["api_key"], a["webhook_secret"]) for a in listed]
    return pigeon.build(made, getattr(settings, "pigeon_api_url"), http, files)  # noqa: B009 - a field of the subclass


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line in each of these tables."""
    monkeypatch.setitem(channels.BUILDERS, "pigeon", build_pigeon)
    monkeypatch.setitem(accounts.REQUIRED, "pigeon", ("loft", "api_key", "webhook_secret"))
    monkeypatch.setitem(CHANNELS, "pigeon", "Pigeon")


def finish(island: Island, last: Coroutine[Any, Any, None]) -> None:
    """Runs what closes connections in a loop that has stopped, and closes the loop; a process just ends."""
    island.loop.run_until_complete(last)
    island.loop.run_until_complete(asyncio.sleep(0))
    island.loop.run_until_complete(island.loop.shutdown_default_executor())
    island.loop.close()


class Pigeonry:
    """Pigeon's own machine: numbers the notes it takes, remembers the webhook."""

    def __init__(self) -> None:
        self.island = Island()
        self.notes: list[Any] = []
        self.refusal: Reply | None = None
        self.webhook = ""
        self._provider = Provider(Reply(404), self._answer)
        self.island.call(self._provider.__aenter__())
        self.url = self._provider.url

    def close(self) -> None:
        self.island.stop()
        finish(self.island, self._provider.__aexit__())

    def _answer(self, asked: Asked) -> Reply:
        assert asked.headers["Authorization"] == f"Bearer {KEY}"
        if asked.path == NOTES:
            if self.refusal:
                return self.refusal
            self.notes.append(asked.json())
            return Reply(201, {"id": f"note-{len(self.notes)}"})
        if asked.path.endswith("/webhook"):
            self.webhook = asked.json()["url"]
            return Reply(200)
        return Reply(200, {"name": "Northwind", "webhook": self.webhook})


class Installation:
    """The web process and a worker of one installation, with nothing but Pigeon switched on."""

    def __init__(self, var: Path, redis_url: str) -> None:
        self.pigeonry = Pigeonry()
        store = shutil.copytree(ROOT / "config" / "store", var / "store")
        shop = (store / "shop.yaml").read_text()
        (store / "shop.yaml").write_text(re.sub(r"^channels: .*", "channels: [pigeon]", shop, flags=re.MULTILINE))
        given = {
            "var_dir": var,
            "store_dir": store,
            "store_api_key": STORE_KEY,
            "redis_url": redis_url,
            "public_url": BASE,
            "pigeon_api_url": self.pigeonry.url,
            "pigeon_loft": LOFT,
            "pigeon_api_key": KEY,
            "pigeon_webhook_secret": f"{SECRET}, old-secret",
        }
        settings = WithPigeon.model_validate(given)
        self.worker = Worker(settings)
        self.intake = build_intake(settings)
        self.web: FlaskClient = create_app(self.intake).test_client()

    def close(self) -> None:
        self.worker.close()
        finish(self.worker.island, self.worker.parts.intake.http.close())
        for intake in (self.intake, self.worker.parts.intake):
            intake.store.close()
            intake.redis.close()
        self.pigeonry.close()

    def receive(self, *events: dict[str, Any], secret: str = SECRET) -> int:
        """A webhook, and the worker's turn when it was taken; its HTTP status."""
        body = json.dumps({"loft": LOFT, "events": events}).encode()
        answer = self.web.post(pigeon.PATH, data=body, headers={"X-Pigeon-Signature": signature(body, secret)})
        self.worker.drain(INBOX)
        return answer.status_code

    def says(self, number: int, text: str, **more: Any) -> int:
        return self.receive({"id": f"ev-{number}", "type": "message", "who": "jane.doe", "text": text, **more})

    def tells(self, kind: str, **data: Any) -> int:
        """The store's event, and the worker's turn; its HTTP status."""
        now = datetime.now(UTC).isoformat()
        event = {"specversion": "1.0", "id": kind, "source": "shop", "type": kind, "time": now, "data": data}
        answer = self.web.post("/api/v1/events", json=event, headers={"Authorization": f"Bearer {STORE_KEY}"})
        self.worker.drain(INBOX)
        return answer.status_code

    def wait_for(self, notes: int) -> Any:
        """The newest note, when there are so many."""
        until(lambda: len(self.pigeonry.notes) >= notes, f"{notes} notes", 10)
        return self.pigeonry.notes[-1]

    def rows(self, table: Any) -> list[Any]:
        with self.intake.store.read() as conn:
            return list(conn.execute(select(table)))

    def part_states(self) -> list[tuple[str, str | None]]:
        return [(row.state, row.status) for row in self.rows(outbox_parts)]


@pytest.fixture
def installation(tmp_path: Path, valkey_url: str, valkey: Redis) -> Iterator[Installation]:
    made = Installation(tmp_path, valkey_url)
    yield made
    made.close()


def test_a_message_goes_through_the_house_and_its_answer_comes_out(installation: Installation) -> None:
    assert installation.says(1, "hello", name="Jane Doe") == 200
    note = installation.wait_for(1)
    assert note["to"] == "jane.doe"
    assert [button["title"] for button in note["buttons"]] == [
        "Where's my order?",
        "Return an item",
        "Talk to a person",
    ]
    until(lambda: installation.part_states() == [("sent", "sent")], lambda: f"sent: {installation.part_states()}", 10)
    (part,) = installation.rows(outbox_parts)
    assert (part.channel, part.account, part.provider_id) == ("pigeon", LOFT, "note-1")
    assert note["reference"] == part.id


def test_a_button_is_understood(installation: Installation) -> None:
    installation.says(1, "hello")
    button = installation.wait_for(1)["buttons"][0]
    installation.receive({"id": "ev-2", "type": "pressed", "who": "jane.doe", "button": button})
    assert "order number" in installation.wait_for(2)["text"]


def test_a_repeated_webhook_makes_one_answer(installation: Installation) -> None:
    assert [installation.says(1, "hello") for _ in range(3)] == [200, 200, 200]
    installation.wait_for(1)
    assert len(installation.rows(inbox)) == 1
    assert len(installation.rows(outbox)) == 1


def test_a_receipt_finds_its_note(installation: Installation) -> None:
    installation.says(1, "hello")
    note = installation.wait_for(1)
    until(lambda: installation.part_states() == [("sent", "sent")], lambda: f"sent: {installation.part_states()}", 10)
    receipt = {"type": "status", "who": "jane.doe", "message": "note-1", "reference": note["reference"]}
    installation.receive({**receipt, "status": "arrived"})
    assert installation.part_states() == [("sent", "delivered")]


def test_a_wrong_signature_stores_nothing(installation: Installation) -> None:
    event = {"id": "ev-1", "type": "message", "who": "jane.doe", "text": "hello"}
    assert installation.receive(event, secret="third-secret") == 403
    assert installation.rows(inbox) == []
    assert installation.receive(event, secret="old-secret") == 200


def test_a_refused_key_keeps_the_queue_and_is_told(installation: Installation) -> None:
    installation.pigeonry.refusal = Reply(401, {"error": {"code": 1401}})
    installation.says(1, "hello")

    def told() -> bool:
        with installation.intake.store.read() as conn:
            return [(row.channel, row.code) for row in open_now(conn)] == [("pigeon", "1401")]

    until(told, "an incident", 10)
    assert installation.part_states() == [("pending", None)]


ORDER = {
    "number": "1001",
    "placed_at": "2026-12-01T09:58:00Z",
    "status": "paid",
    "currency": "USD",
    "total": "129.80",
    "customer": {"id": "c1", "name": "Jane Doe", "email": "jane@example.com", "timezone": "America/New_York"},
    "lines": [{"id": "l1", "sku": "BOOT-42", "title": "Leather boots", "quantity": 1, "unit_price": "129.80"}],
}
SHIPMENT = {
    "id": "s1",
    "status": "in_transit",
    "carrier": "DHL",
    "tracking_number": "JD0001",
    "lines": [{"line_id": "l1", "quantity": 1}],
}


def test_a_notice_goes_out_by_it(installation: Installation) -> None:
    assert installation.tells("order.created", order=ORDER) == 202
    for number, text in enumerate(("where is my order?", "1001", "jane@example.com"), 1):
        installation.says(number, text)
        installation.wait_for(number)
    assert "1001" in installation.pigeonry.notes[-1]["text"]
    assert installation.tells("shipment.created", order_number="1001", shipment=SHIPMENT) == 202
    notice = installation.wait_for(4)
    assert notice["to"] == "jane.doe"
    assert "on its way with DHL" in notice["text"]


def test_its_pace_comes_from_its_limits(installation: Installation) -> None:
    assert installation.worker.hub.paces["pigeon"].rate == 25


def test_a_code_that_no_table_knows_is_told(installation: Installation) -> None:
    installation.pigeonry.refusal = Reply(400, {"error": {"code": 1999}})
    installation.says(1, "hello")
    until(lambda: [row.state for row in installation.rows(outbox)] == ["failed"], "the note failed", 10)
    ((account, table),) = installation.worker.hub.errors.items()
    with installation.intake.store.read() as conn:
        assert refusals(conn, installation.intake.now()) == [(*account, "1999", 1)]
    assert not table.knows("1999")


def test_set_up_and_check_up(installation: Installation) -> None:
    (account,) = installation.worker.hub.channels.values()
    call = installation.worker.island.call
    assert not all(finding.ok for finding in call(account.status(BASE)))
    assert all(finding.ok for finding in call(account.setup(BASE)))
    assert all(finding.ok for finding in call(account.status(BASE)))
    assert installation.pigeonry.webhook == f"{BASE}/webhooks/pigeon"


def test_half_a_channel_stops_the_start(tmp_path: Path) -> None:
    settings = WithPigeon.model_validate({"var_dir": tmp_path, "pigeon_loft": LOFT})
    with pytest.raises(ConfigurationError, match="PIGEON_API_KEY, PIGEON_WEBHOOK_SECRET"):
        accounts.accounts(settings)


def test_several_accounts_come_from_the_file(tmp_path: Path) -> None:
    listed = tmp_path / "channels.yaml"
    listed.write_text("- {channel: pigeon, loft: southwind, api_key: pk_2, webhook_secret: 'a, b'}\n")
    settings = WithPigeon.model_validate({"var_dir": tmp_path, "channels_file": listed})
    (account,) = accounts.accounts(settings)["pigeon"]
    assert account["webhook_secret"] == ("a", "b")
