"""Tests signed requests through the real Bolt app."""

import copy
import functools
import hashlib
import hmac
import json
import logging
import operator
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_bolt import App

from adapters.desks.slack.inbound.app import create_app, handle
from adapters.desks.slack.inbound.parse import Unreadable
from adapters.desks.slack.settings import SlackSettings
from core.desk.events import AgentMessage, Command, DeskEvent, Pressed
from core.encoding import encode
from core.ports.webhooks import RawRequest
from tests.adapters.desks.slack.hostile import HOSTILE

SECRETS = ("8f742231b10e8888abcd99yyyzzz85a5", "0ld742231b10e8888abcd99yyyzzz85a")
# Nobody listens there: a call to Slack would fail.
SETTINGS = SlackSettings(
    bot_token="xoxb-1-test", channel="C0SUPPORT", signing_secrets=SECRETS, api_url="http://127.0.0.1:9/api/"
)
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
Capture = Callable[[str], dict[str, Any]]


class Store:
    """Keeps what is accepted, or fails."""

    def __init__(self) -> None:
        self.kept: list[DeskEvent | Unreadable] = []
        self.broken = False

    def accept(self, event: DeskEvent | Unreadable) -> None:
        if self.broken:
            raise RuntimeError("INSERT failed, parameters: 'where is my order'")
        encode(event)  # as the inbox does
        assert len(event.external_id) <= 255
        self.kept.append(event)


@pytest.fixture
def store() -> Store:
    return Store()


class Reader:
    """Knows one answer, none, or fails."""

    def __init__(self, answer: str | Exception | None = None) -> None:
        self._answer = answer

    def command(self, command: Command) -> str | None:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


@pytest.fixture
def app(store: Store, now: datetime) -> App:
    return create_app((SETTINGS,), store.accept, Reader(), lambda: now)


def signed(
    body: str | bytes, at: datetime, secret: str = SECRETS[0], content_type: str = JSON, **headers: str
) -> RawRequest:
    raw = body.encode() if isinstance(body, str) else body
    timestamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + raw, hashlib.sha256).hexdigest()
    fixed = {"content-type": content_type, "x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={digest}"}
    return RawRequest("POST", "https://desk.example.com/slack/events", {**fixed, **headers}, raw)


def test_an_event_is_kept_and_acknowledged(app: App, store: Store, now: datetime, capture: Capture) -> None:
    answer = handle(app, signed(json.dumps(capture("reply")), now))
    assert (answer.status, answer.body) == (200, "")
    assert [type(event) for event in store.kept] == [AgentMessage]


def test_a_button_is_kept_and_acknowledged(app: App, store: Store, now: datetime, capture: Capture) -> None:
    body = urlencode({"payload": json.dumps(capture("pressed_claim"))})
    assert handle(app, signed(body, now, content_type=FORM)).status == 200
    assert [type(event) for event in store.kept] == [Pressed]


def test_a_command_is_kept_and_acknowledged(app: App, store: Store, now: datetime, capture: Capture) -> None:
    answer = handle(app, signed(urlencode(capture("command")), now, content_type=FORM))
    assert (answer.status, answer.body) == (200, "")
    assert [type(event) for event in store.kept] == [Command]


def test_a_command_is_answered_at_once_where_the_rows_say_it(store: Store, now: datetime, capture: Capture) -> None:
    app = create_app((SETTINGS,), store.accept, Reader("• #1 with <Anna>"), lambda: now)
    answer = handle(app, signed(urlencode(capture("command")), now, content_type=FORM))
    assert (answer.status, answer.content_type.split(";")[0]) == (200, "application/json")
    assert json.loads(answer.body) == {"text": "• #1 with &lt;Anna&gt;", "response_type": "ephemeral"}
    assert store.kept == []


def test_a_long_answer_is_cut(store: Store, now: datetime, capture: Capture) -> None:
    app = create_app((SETTINGS,), store.accept, Reader("x" * 50_000), lambda: now)
    answer = handle(app, signed(urlencode(capture("command")), now, content_type=FORM))
    assert len(json.loads(answer.body)["text"]) <= 3000


def test_what_cannot_be_read_now_is_answered_later(
    store: Store, now: datetime, capture: Capture, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app((SETTINGS,), store.accept, Reader(RuntimeError("SELECT failed for Jane")), lambda: now)
    answer = handle(app, signed(urlencode(capture("command")), now, content_type=FORM))
    assert (answer.status, answer.body) == (200, "")
    assert [type(event) for event in store.kept] == [Command]
    assert "RuntimeError" in caplog.text
    assert "Jane" not in caplog.text


@pytest.mark.parametrize(
    "name",
    [
        "own_post",
        "own_post_renamed",
        "joined",
        "reaction",
        "rate_limited",
        "shortcut",
        "command_other",
        "pressed_foreign",
    ],
)
def test_what_is_not_ours_is_acknowledged_in_silence(
    app: App, store: Store, now: datetime, capture: Capture, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert handle(app, signed(json.dumps(capture(name)), now)).status == 200
    assert store.kept == []
    assert caplog.records == []


def test_a_retry_is_kept_again(app: App, store: Store, now: datetime, capture: Capture) -> None:
    body = json.dumps(capture("reply"))
    handle(app, signed(body, now))
    retry = {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}
    assert handle(app, signed(body, now, **retry)).status == 200
    assert len({event.external_id for event in store.kept}) == 1
    assert len(store.kept) == 2


def test_url_verification(app: App, store: Store, now: datetime) -> None:
    body = json.dumps(
        {"type": "url_verification", "token": "Jhj5dZrVaK7ZwHHjRyZWjbDl", "challenge": "3eZbrw1aBm2rZgRN"}
    )
    answer = handle(app, signed(body, now))
    assert json.loads(answer.body) == {"challenge": "3eZbrw1aBm2rZgRN"}
    assert answer.content_type.startswith("application/json")
    assert store.kept == []


def test_the_old_secret_is_still_valid(app: App, store: Store, now: datetime, capture: Capture) -> None:
    assert handle(app, signed(json.dumps(capture("reply")), now, secret=SECRETS[1])).status == 200
    assert len(store.kept) == 1


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_stale_timestamp_is_refused(app: App, store: Store, now: datetime, capture: Capture, minutes: int) -> None:
    request = signed(json.dumps(capture("reply")), now + timedelta(minutes=minutes))
    assert handle(app, request).status == 401
    assert store.kept == []


@pytest.mark.parametrize("minutes", [-4, 4])
def test_clocks_may_differ_a_little(app: App, now: datetime, capture: Capture, minutes: int) -> None:
    assert handle(app, signed(json.dumps(capture("reply")), now + timedelta(minutes=minutes))).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-signature": ""},
        {"x-slack-signature": "v0=ümlaut"},
        {"x-slack-request-timestamp": "yesterday"},
        {"x-slack-request-timestamp": "9" * 400},
        {"x-slack-request-timestamp": "9" * 5000},
        {"x-slack-request-timestamp": ""},
    ],
)
@pytest.mark.parametrize("name", ["reply", "url_verification", "ssl_check"])
def test_a_bad_signature_is_refused_without_a_trace_of_the_body(
    app: App, store: Store, now: datetime, caplog: pytest.LogCaptureFixture, headers: dict[str, str], name: str
) -> None:
    body = json.dumps({"type": name, "ssl_check": "1", "challenge": "secret words"})
    with caplog.at_level(logging.DEBUG):
        answer = handle(app, signed(body, now, **headers))
    assert answer.status == 401
    assert "secret words" not in answer.body
    assert store.kept == []
    assert "secret words" not in caplog.text
    assert "v0=" not in caplog.text


def test_a_changed_body_is_refused(app: App, now: datetime, capture: Capture) -> None:
    request = signed(json.dumps(capture("reply")), now)
    forged = RawRequest("POST", request.url, request.headers, request.body.replace(b"Friday", b"Monday"))
    assert handle(app, forged).status == 401


def test_without_a_secret_nothing_passes(store: Store, now: datetime, capture: Capture) -> None:
    settings = SlackSettings(bot_token="xoxb-1-test", channel="C0SUPPORT")
    app = create_app((settings,), store.accept, Reader(), lambda: now)
    assert handle(app, signed(json.dumps(capture("reply")), now)).status == 401


@pytest.mark.parametrize("name", ["reply", "pressed_claim", "command"])
def test_what_cannot_be_stored_is_asked_for_again(
    app: App, store: Store, now: datetime, capture: Capture, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    store.broken = True
    request = (
        signed(urlencode(capture(name)), now, content_type=FORM)
        if name == "command"
        else signed(json.dumps(capture(name)), now)
    )
    assert handle(app, request).status == 503
    assert "RuntimeError" in caplog.text
    assert "where is my order" not in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        "{not json",
        "[1, 2]",
        '"text"',
        "{}",
        '{"type": "event_callback", "event": "message", "event_id": "Ev1"}',
        '{"type": "event_callback", "event": ["type"], "event_id": "Ev1"}',
        '{"type": "event_callback", "event": {"type": 5}, "event_id": 5}',
        '{"type": "block_actions", "actions": [], "user": "U1"}',
        '{"type": "block_actions", "actions": [5]}',
        '{"type": ["event_callback"]}',
        '{"type": "event_callback", "authorizations": "none", "event": {"type": "message"}}',
        "payload=%7Bbroken",
    ],
)
def test_signed_but_unreadable_is_kept_whole(app: App, store: Store, now: datetime, body: str) -> None:
    content_type = FORM if body.startswith("payload") else JSON
    assert handle(app, signed(body, now, content_type=content_type)).status == 200
    assert [event.raw for event in store.kept if isinstance(event, Unreadable)] == [body]


@pytest.mark.parametrize("body", ["{not json", "[1]", '{"type": "block_actions", "actions": []}', "payload=%7Bbroken"])
def test_unsigned_and_unreadable_is_not_kept(app: App, store: Store, now: datetime, body: str) -> None:
    assert handle(app, signed(body, now, secret="a guess")).status == 401
    assert store.kept == []


@pytest.mark.parametrize("payload", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("wrapped", [False, True], ids=["body", "payload"])
def test_a_hostile_payload_is_kept_whole(
    app: App, store: Store, now: datetime, payload: str, wrapped: bool, caplog: pytest.LogCaptureFixture
) -> None:
    body = urlencode({"payload": payload}) if wrapped else payload
    answer = handle(app, signed(body, now, content_type=FORM if wrapped else JSON))
    assert (answer.status, answer.body) == (200, "")
    assert [event.raw for event in store.kept if isinstance(event, Unreadable)] == [body]
    assert caplog.records == []


CAPTURES = [
    json.loads(path.read_text(encoding="utf-8"))["payload"]
    for path in sorted((Path(__file__).parent / "fixtures" / "payloads").glob("*.json"))
]
STRANGE = [None, True, 5, -1, 1.5, 10**30, "", "x" * 300, "\ud83d", "\0", [], [[]], {}, {"id": {}}, ["a"], "1.1"]


def nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Lists the path of everything in a payload."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from nodes(child, (*path, key))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(CAPTURES), st.data(), st.sampled_from(STRANGE), st.booleans())
def test_a_payload_with_anything_in_any_place_is_kept_or_acknowledged(
    payload: dict[str, Any], data: st.DataObject, strange: Any, wrapped: bool
) -> None:
    now = datetime(2026, 12, 1, 10, 2, tzinfo=UTC)
    changed = copy.deepcopy(payload)
    *path, last = data.draw(st.sampled_from(list(nodes(payload))))
    functools.reduce(operator.getitem, path, changed)[last] = strange
    text = json.dumps(changed)
    body = urlencode({"payload": text}) if wrapped else text
    app = create_app((SETTINGS,), Store().accept, Reader(), lambda: now)
    assert handle(app, signed(body, now, content_type=FORM if wrapped else JSON)).status == 200


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1", "gb18030"])
def test_another_encoding_is_refused(app: App, store: Store, now: datetime, capture: Capture, encoding: str) -> None:
    body = json.dumps({**capture("reply"), "extra": "ümlaut"}, ensure_ascii=False).encode(encoding)
    assert handle(app, signed(body, now)).status == 401
    assert store.kept == []


def test_a_byte_order_mark_is_no_harm(app: App, store: Store, now: datetime, capture: Capture) -> None:
    assert handle(app, signed(json.dumps(capture("reply")).encode("utf-8-sig"), now)).status == 200
    assert [type(event) for event in store.kept] == [AgentMessage]


def test_nul_is_kept_nowhere(app: App, store: Store, now: datetime, capture: Capture) -> None:
    handle(app, signed(json.dumps(capture("reply")).replace("Friday", "Fri\\u0000day"), now))
    handle(app, signed(urlencode(capture("command")).replace("trigger_id=", "trigger_id=%00"), now, content_type=FORM))
    assert [type(event) for event in store.kept] == [AgentMessage, Command]
    assert all("\\u0000" not in encode(event) for event in store.kept)


@pytest.mark.parametrize("field", ["trigger_id", "channel_id", "user_id"])
def test_an_id_longer_than_any_of_slacks_is_kept_whole(
    app: App, store: Store, now: datetime, capture: Capture, field: str
) -> None:
    body = urlencode({**capture("command"), field: "x" * 300})
    assert handle(app, signed(body, now, content_type=FORM)).status == 200
    assert [type(event) for event in store.kept] == [Unreadable]


def test_unreadable_and_not_stored_is_asked_for_again(app: App, store: Store, now: datetime) -> None:
    store.broken = True
    assert handle(app, signed("[1]", now)).status == 503


def test_only_post(app: App) -> None:
    assert handle(app, RawRequest("GET", "https://desk.example.com/slack/events", {}, b"")).status == 405


def test_settings_hide_their_secrets() -> None:
    assert "xoxb" not in repr(SETTINGS)
    assert SECRETS[0] not in f"{SETTINGS}"
