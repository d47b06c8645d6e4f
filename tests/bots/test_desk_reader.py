"""Tests that `/desk queue` is answered by the web process itself, once a worker knows who asks."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import select, update

from adapters.desks.slack.blocks.form import CHANGED, modal
from bots.http.app import create_app
from bots.wiring.desk.reading import REMEMBER_SECONDS, KnownUsers
from bots.wiring.intake import Intake, build_intake
from config.settings import load
from core.desk.events import DeskUser, Pressed
from core.desk.forms import Form
from core.ids import new_id
from core.people.addresses import Address
from hub.customers import newcomers
from storage.conversations import conversations
from storage.desk import cases
from storage.desk.tables import cases as cases_table
from storage.engine import migrate
from storage.queues.tables import inbox
from tests.fakes import NOW

WHATSAPP = Address("whatsapp", "main", "+12025550101")
SECRET, PLACE, ANNA, GUEST = "8f742231b10e", "C0SUPPORT", "U0ANNA", "U0GUEST"
NOWHERE = Redis.from_url("redis://127.0.0.1:9", socket_connect_timeout=0.1)


@pytest.fixture
def intake(tmp_path: Path, valkey_url: str, valkey: Redis) -> Iterator[Intake]:
    slack = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNEL": PLACE, "SLACK_SIGNING_SECRET": SECRET}
    built = build_intake(load({"VAR_DIR": str(tmp_path), "REDIS_URL": valkey_url, **slack}))
    migrate.upgrade(built.store)
    with built.store.write() as conn:
        row = cases.row(new_id(NOW), "conversation", "customer", "asked_human", "", PLACE, NOW)
        conn.execute(built.store.insert(cases_table), row)
    yield built
    built.store.close()
    built.redis.close()


def ask(client: FlaskClient, text: str, user: str = ANNA) -> tuple[int, str]:
    """Types `/desk TEXT`; returns (status, body) of what Slack hears."""
    return post(
        client, {"command": "/desk", "text": text, "user_id": user, "channel_id": PLACE, "trigger_id": f"1.2.{user}"}
    )


def post(client: FlaskClient, form: dict[str, str]) -> tuple[int, str]:
    """Posts a form as Slack does, signed; returns (status, body) of what it hears."""
    body, at = urlencode(form), str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}
    answer = client.post("/slack/events", data=body, headers=headers, content_type="application/x-www-form-urlencoded")
    return answer.status_code, answer.text


def test_the_queue_is_answered_at_once_to_an_agent_who_is_known(intake: Intake) -> None:
    client = create_app(intake).test_client()
    assert ask(client, "queue") == (200, "")  # a worker looks up who that is, and answers
    KnownUsers(intake.redis).remember(DeskUser(ANNA, "Anna", True))
    status, body = ask(client, "queue")
    assert status == 200
    assert "#1 The customer asked for a person, waiting" in body
    with intake.store.read() as conn:
        assert conn.scalars(select(inbox.c.external_id)).all() == [f"1.2.{ANNA}"]


def test_a_guest_reads_no_queue(intake: Intake) -> None:
    KnownUsers(intake.redis).remember(DeskUser(GUEST, "Guest", False))
    status, body = ask(create_app(intake).test_client(), "queue", GUEST)
    assert (status, "#1" in body) == (200, False)
    assert "Only full members" in body


def test_the_list_of_agents_narrows_who_reads_it(intake: Intake, tmp_path: Path) -> None:
    store_dir = tmp_path / "store"
    store_dir.mkdir()
    (store_dir / "agents.yaml").write_text("agents: {U0BEA: [agent]}\n", encoding="utf-8")
    narrowed = replace(intake, settings=intake.settings.model_copy(update={"store_dir": store_dir}))
    KnownUsers(intake.redis).remember(DeskUser(ANNA, "Anna", True))
    assert "You are not on the desk's list" in ask(create_app(narrowed).test_client(), "queue")[1]


@pytest.mark.parametrize(
    ("button", "typed", "expected"),
    [
        ("case_saved", "退款", ["refund_timing", "refund_sent"]),
        ("case_answers", "coupon 优惠码", ["promo_how"]),
    ],
)
def test_ready_texts_are_searched_by_the_web_process(
    intake: Intake, button: str, typed: str, expected: list[str]
) -> None:
    with intake.store.write() as conn:
        newcomers.ensure(conn, intake.store, [(WHATSAPP, "Jane")], NOW)
        who = conversations.by_keys(conn, [WHATSAPP.key])[WHATSAPP.key]
        conn.execute(update(cases_table).values(conversation_id=who.id))
        case_id = conn.scalars(select(cases_table.c.id)).one()
    pressed = Pressed("x", PLACE, "", "", ANNA, button, case_id, NOW)
    view = {**modal(Form(button, case_id, "Ready texts", ()), pressed), "id": "V1", "hash": "h"}
    asked = {"type": "block_suggestion", "user": {"id": ANNA}, "view": view, "action_id": CHANGED, "block_id": "reply"}
    status, body = post(create_app(intake).test_client(), {"payload": json.dumps({**asked, "value": typed})})
    assert status == 200
    assert [each["value"] for each in json.loads(body)["options"]] == expected


def test_users_are_known_for_a_while_and_redis_may_be_away(valkey: Redis) -> None:
    known = KnownUsers(valkey)
    assert known.find(ANNA) is None
    known.remember(DeskUser(ANNA, "Anna", True))
    assert known.find(ANNA) == DeskUser(ANNA, "Anna", True)
    (key,) = valkey.keys("*")
    assert 0 < valkey.ttl(key) <= REMEMBER_SECONDS
    valkey.set(key, b'{"id": 5}')  # another version's
    assert known.find(ANNA) is None
    KnownUsers(NOWHERE).remember(DeskUser(ANNA, "Anna", True))
    assert KnownUsers(NOWHERE).find(ANNA) is None
