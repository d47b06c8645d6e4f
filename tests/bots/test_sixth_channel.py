"""Tests that a sixth channel is a folder and nothing else: it works from the web door to the provider and back."""

import asyncio
import json
import os
import re
import shutil
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import select

from adapters.channels import registry
from bots.cli import cli
from bots.http.app import create_app
from bots.run import isolate
from bots.wiring.intake import build_intake
from bots.wiring.wakeups import INBOX
from bots.worker import Worker
from config.accounts import accounts
from config.settings import described, load
from config.unknown_names import unknown_names
from core.desk.posts import PostCustomer
from core.errors import ConfigurationError
from hub.delivery.sender import Island
from notifications import shipped
from notifications.wording.texts import PACKAGED, load_texts
from storage.accounts.incidents import open_now
from storage.queues.outbox import refusals
from storage.queues.tables import inbox, outbox, outbox_parts
from tests.adapters.channels.provider import Asked, Provider, Reply
from tests.adapters.channels.sixth.mounted import mounted
from tests.adapters.channels.sixth.test_contract import signature
from tests.adapters.desks.slack.test_gateway import VIEW, posted
from tests.journeys.actors import until

ROOT = Path(__file__).parents[2]
SIXTH = ROOT / "tests" / "adapters" / "channels" / "sixth"
LOFT, KEY, SECRET, STORE_KEY = "northwind", "pk_0123456789abcdef", "first-secret", "store-key"
BASE = "https://desk.shop.example"
NOTES = f"/v1/lofts/{LOFT}/notes"


@pytest.fixture(autouse=True)
def _there() -> Iterator[None]:
    """Lays the folder beside the other channels."""
    with mounted():
        yield


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
    """Runs the web process and a worker of one installation, with nothing but Pigeon switched on."""

    def __init__(self, var: Path, redis_url: str) -> None:
        self.pigeonry = Pigeonry()
        store = shutil.copytree(ROOT / "config" / "store", var / "store")
        shop = (store / "shop.yaml").read_text()
        (store / "shop.yaml").write_text(re.sub(r"^channels: .*", "channels: [pigeon]", shop, flags=re.MULTILINE))
        self.environment = {
            "ENV_FILE": os.devnull,
            "VAR_DIR": str(var),
            "STORE_DIR": str(store),
            "STORE_API_KEY": STORE_KEY,
            "REDIS_URL": redis_url,
            "PUBLIC_URL": BASE,
            "BURST_SECONDS": "0",
            "PIGEON_API_URL": f"{self.pigeonry.url}/",
            "PIGEON_LOFT": LOFT,
            "PIGEON_API_KEY": KEY,
            "PIGEON_WEBHOOK_SECRET": f"{SECRET}, old-secret",
        }
        settings = load(self.environment)
        self.worker = Worker(settings)
        self.worker.renew()
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
        """Posts a webhook, and gives the worker a turn when it was taken; its HTTP status."""
        body = json.dumps({"loft": LOFT, "events": events}).encode()
        answer = self.web.post("/webhooks/pigeon", data=body, headers={"X-Pigeon-Signature": signature(body, secret)})
        self.worker.renew()  # as its loop does every second: a lease may have ended on a crowded machine
        self.worker.work({INBOX})
        return answer.status_code

    def says(self, number: int, text: str, **more: Any) -> int:
        return self.receive({"id": f"ev-{number}", "type": "message", "who": "jane.doe", "text": text, **more})

    def tells(self, kind: str, **data: Any) -> int:
        """Posts the store's event, and gives the worker a turn; its HTTP status."""
        now = datetime.now(UTC).isoformat()
        event = {"specversion": "1.0", "id": kind, "source": "shop", "type": kind, "time": now, "data": data}
        answer = self.web.post("/api/v1/events", json=event, headers={"Authorization": f"Bearer {STORE_KEY}"})
        self.worker.work({INBOX})
        return answer.status_code

    def wait_for(self, notes: int) -> Any:
        """Waits for so many notes; returns the newest."""
        until(lambda: len(self.pigeonry.notes) >= notes, f"{notes} notes", 30)
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


def test_half_a_channel_stops_the_start() -> None:
    with pytest.raises(ConfigurationError, match=r"missing: PIGEON_API_KEY, PIGEON_WEBHOOK_SECRET\. Add them"):
        accounts(load({"PIGEON_LOFT": LOFT}))


def test_several_accounts_come_from_the_file(tmp_path: Path) -> None:
    listed = tmp_path / "channels.yaml"
    listed.write_text("- {channel: pigeon, loft: southwind, api_key: pk_2, webhook_secret: 'a, b'}\n")
    (account,) = accounts(load({"CHANNELS_FILE": str(listed)}))["pigeon"]
    assert account["webhook_secret"] == ("a", "b")


def test_a_setting_that_is_misspelt_is_told() -> None:
    assert unknown_names({"PIGEON_API_KAY": KEY}) == [
        "PIGEON_API_KAY is no setting of Doorstep; did you mean PIGEON_API_KEY?"
    ]
    assert described()["pigeon_api_key"] == "Key of the loft"


def test_the_sandbox_forgets_its_settings() -> None:
    environment = {"PIGEON_API_KEY": KEY, "HOME": "/"}
    isolate(environment)
    assert environment == {"HOME": "/", "ENV_FILE": os.devnull}


def test_doctor_tells_how_to_switch_it_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("ENV_FILE", os.devnull)
    said = CliRunner().invoke(cli, ["doctor"]).output
    assert "pigeon: off; to switch it on set PIGEON_LOFT, PIGEON_API_KEY, PIGEON_WEBHOOK_SECRET\n" in said


def test_the_commands_look_after_it(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in installation.environment.items():
        monkeypatch.setenv(name, value)
    assert f"pigeon {LOFT}: Northwind" in CliRunner().invoke(cli, ["doctor"]).output
    assert "run `doorstep channels setup`" in CliRunner().invoke(cli, ["channels", "status", "pigeon"]).output
    assert CliRunner().invoke(cli, ["channels", "setup"]).exit_code == 0
    status = CliRunner().invoke(cli, ["channels", "status", "pigeon"])
    assert (status.exit_code, f"✓ webhook: {BASE}/webhooks/pigeon" in status.output) == (0, True)


def test_the_table_of_limits_has_a_column_for_it() -> None:
    head, _, *rows = CliRunner().invoke(cli, ["channels", "limits"]).output.splitlines()
    assert head.endswith("| SMS and MMS (Twilio) | Pigeon |")
    assert next(row for row in rows if row.startswith("| Menu |")).endswith("| 4 buttons, then pages |")


def test_the_desk_shows_its_icon_and_its_name() -> None:
    _, _, body = posted(PostCustomer("case-1", "hello"), view=msgspec.structs.replace(VIEW, channel="pigeon"))
    assert (body["icon_emoji"], body["username"]) == (":bird:", "Jane Doe (Pigeon)")


def test_a_notice_may_have_words_of_its_own_for_it(tmp_path: Path) -> None:
    (tmp_path / "shipped.en.yaml").write_text("text: '{{ shop }}: it is on its way'\npigeon: Coo! {{ shop }}\n")
    text = load_texts(shipped(), tuple(registry.lines()), *PACKAGED, tmp_path).kinds["shipped"]["en"]
    assert text.fill("pigeon", {"shop": "Northwind"}) == "Coo! Northwind"


def test_the_page_shows_the_spec_that_is_tested_here() -> None:
    page = (ROOT / "docs" / "adding-a-channel.md").read_text()
    _, _, shown = page.partition("```python\n")
    _, _, written = (SIXTH / "pigeon" / "spec.py").read_text().partition("\n\nSPEC")
    assert f"SPEC{written}" == shown.partition("```")[0]


def test_the_page_names_every_file_of_the_folder() -> None:
    page = (ROOT / "docs" / "adding-a-channel.md").read_text()
    files = {path.name for path in (SIXTH / "pigeon").iterdir() if path.is_file()} - {"__init__.py"}
    assert {name for name in files if f"| `{name}` |" not in page} == set()
