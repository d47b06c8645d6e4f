"""Tests forms: what Slack is given to open, and what it hands back."""

import asyncio
import json
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import App

from adapters.desks.slack.blocks.form import CHANGED, modal, values
from adapters.desks.slack.inbound.app import create_app, handle
from adapters.desks.slack.inbound.parse import parse
from adapters.desks.slack.settings import SlackSettings
from core.desk.events import Command, Pressed
from core.desk.forms import Changed, Field, Form, HomeOpened, Option, Passage, Searched
from core.errors import MalformedPayload
from sandbox.platforms.slack import blocks
from tests.adapters.desks.slack.fake_slack import FakeSlack
from tests.adapters.desks.slack.test_app import FORM as URLENCODED
from tests.adapters.desks.slack.test_app import SETTINGS, Capture, Store, signed

NOW = datetime(2026, 12, 1, 10, 2, tzinfo=UTC)
PRESS = Pressed("x", "C0SUPPORT", "1.1", "1.2", "UBEA", "case_resolve", "case-1", NOW)
ALL_KINDS = Form(
    "case_resolve",
    "case-1",
    "A title that is far too long for a modal of Slack",
    (
        Passage("Words\n" * 900),
        Field("line", "A line", value="start"),
        Field("text", "A text", "text", hint="why", is_optional=True),
        Field("choice", "One of", "choice", "b", (Option("a", "A"), Option("b", "B" * 200)), redraws=True),
        Field("search", "Find", "search", "a", (Option("a", "A"),)),
        Field("person", "Who", "person", "U0BEA00001"),
        Field("day", "When", "date", "2026-12-02"),
        Field("hour", "At", "time", "09:00"),
    ),
    "Resolve",
)


def submitted(view: dict[str, Any], state: dict[str, Any], **more: Any) -> dict[str, Any]:
    shown = {**view, "id": "V0123456789", "hash": "1796119280.x", "state": {"values": state}}
    return {"type": "view_submission", "user": {"id": "UBEA"}, "trigger_id": "1.2.3", "view": shown, **more}


def test_a_form_of_every_field_is_a_view_that_slack_takes() -> None:
    view = modal(ALL_KINDS, PRESS)
    blocks.check(view["blocks"], blocks.VIEW_BLOCKS)
    assert all(len(view[name]["text"]) <= 24 for name in ("title", "submit", "close"))
    assert len(view["private_metadata"]) <= 3000
    chosen = next(each for each in view["blocks"] if each.get("block_id") == "choice")
    assert chosen["dispatch_action"] is True
    assert chosen["element"]["initial_option"]["value"] == "b"


def test_a_form_that_only_tells_has_no_submit() -> None:
    view = modal(Form("case_resolve", "case-1", "Gone", (Passage("Nothing to do."),)), PRESS)
    assert "submit" not in view
    assert view["close"]["text"] == "Close"


def test_what_is_filled_in_is_a_press_with_values() -> None:
    state = {
        "line": {"line": {"type": "plain_text_input", "value": "a"}},
        "text": {"text": {"type": "plain_text_input", "value": None}},
        "choice": {CHANGED: {"type": "static_select", "selected_option": {"value": "b"}}},
        "person": {"person": {"type": "users_select", "selected_user": "U1"}},
        "day": {"day": {"type": "datepicker", "selected_date": "2026-12-02"}},
    }
    event = parse(submitted(modal(ALL_KINDS, PRESS), state), NOW)
    assert isinstance(event, Pressed)
    assert (event.action, event.value, event.place, event.thread) == ("case_resolve", "case-1", "C0SUPPORT", "1.1")
    assert event.values == {"line": "a", "choice": "b", "person": "U1", "day": "2026-12-02"}


def test_a_changed_field_and_a_search_are_questions() -> None:
    view = {**modal(ALL_KINDS, PRESS), "id": "V1", "hash": "h", "state": {"values": {}}}
    action = {"action_id": CHANGED, "action_ts": "1796119280.445566", "block_id": "choice"}
    changed = parse({"type": "block_actions", "user": {"id": "UBEA"}, "view": view, "actions": [action]}, NOW)
    assert isinstance(changed, Changed)
    assert (changed.view, changed.version, changed.pressed.value) == ("V1", "h", "case-1")
    typed = {"type": "block_suggestion", "user": {"id": "UBEA"}, "view": view, "block_id": "search", "value": "ref"}
    searched = parse(typed, NOW)
    assert isinstance(searched, Searched)
    assert (searched.field, searched.typed) == ("search", "ref")


def test_shortcuts_are_presses_and_a_home_is_a_question() -> None:
    said = {"callback_id": "case_quote", "action_ts": "1796119280.445566", "user": {"id": "UBEA"}}
    message = {"channel": {"id": "C0SUPPORT"}, "message": {"ts": "1.2", "thread_ts": "1.1"}}
    on_message = parse({"type": "message_action", **said, **message}, NOW)
    assert isinstance(on_message, Pressed)
    assert (on_message.action, on_message.value, on_message.thread) == ("case_quote", "", "1.1")
    anywhere = parse({"type": "shortcut", **said, "callback_id": "desk_new"}, NOW)
    assert isinstance(anywhere, Pressed)
    assert (anywhere.action, anywhere.place) == ("desk_new", "")
    assert parse({"type": "shortcut", **said, "callback_id": "somebody_elses"}, NOW) is None
    opened = {
        "type": "event_callback",
        "event_id": "E1",
        "event": {"type": "app_home_opened", "user": "UBEA", "event_ts": "1796119200.000000"},
    }
    assert parse({**opened, "event": {**opened["event"], "tab": "home"}}, NOW) == HomeOpened(
        "E1", "UBEA", datetime(2026, 12, 1, 10, tzinfo=UTC)
    )  # type: ignore[dict-item]
    assert parse(opened, NOW) is None


@pytest.mark.parametrize("metadata", ["", "{", "[]", '{"subject": 1}'])
def test_a_view_that_is_not_ours_inside_is_malformed(metadata: str) -> None:
    with pytest.raises(MalformedPayload):
        parse(submitted({**modal(ALL_KINDS, PRESS), "private_metadata": metadata}, {}), NOW)


@pytest.mark.parametrize("state", [{"a": {}}, {"a": {"b": {}}}, {"a": {"b": {"selected_option": "x"}}}])
def test_strange_states_have_no_values(state: dict[str, Any]) -> None:
    assert values(state) == {}


class Drawer:
    """Draws one form, finds one mistake, and knows one option."""

    def __init__(self) -> None:
        self.mistakes: dict[str, str] = {}

    def command(self, _command: Command) -> str | None:
        return None

    def form(self, _pressed: Pressed) -> Form | None:
        return ALL_KINDS

    def check(self, _pressed: Pressed) -> dict[str, str]:
        return self.mistakes

    def options(self, _searched: Searched) -> tuple[Option, ...]:
        return (Option("a", "A"),)


def post(app: App, payload: dict[str, Any]) -> Any:
    body = urlencode({"payload": json.dumps(payload)})
    answer = handle(app, signed(body, NOW, content_type=URLENCODED))
    assert answer.status == 200
    return json.loads(answer.body) if answer.body else None


def test_a_form_that_slack_does_not_open_leaves_the_press_to_a_worker(capture: Capture) -> None:
    """Nobody listens where the settings say that Slack is."""
    store = Store()
    app = create_app((SETTINGS,), store.accept, Drawer(), lambda: NOW)
    post(app, {**capture("pressed_claim"), "trigger_id": "1.2.3"})
    deadline = time.monotonic() + 10
    while not store.kept and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [type(each) for each in store.kept] == [Pressed]


def test_a_mistake_is_answered_and_nothing_is_kept() -> None:
    store, drawer = Store(), Drawer()
    app = create_app((SETTINGS,), store.accept, drawer, lambda: NOW)
    drawer.mistakes = {"line": "Say what."}
    assert post(app, submitted(modal(ALL_KINDS, PRESS), {})) == {
        "response_action": "errors",
        "errors": {"line": "Say what."},
    }
    assert store.kept == []
    drawer.mistakes = {}
    assert post(app, submitted(modal(ALL_KINDS, PRESS), {})) is None
    assert [type(each) for each in store.kept] == [Pressed]


def test_a_search_is_answered_with_options() -> None:
    app = create_app((SETTINGS,), Store().accept, Drawer(), lambda: NOW)
    view = {**modal(ALL_KINDS, PRESS), "id": "V1", "hash": "h"}
    asked = {"user": {"id": "UBEA"}, "view": view, "action_id": "search", "block_id": "search", "value": "ref"}
    found = post(app, {"type": "block_suggestion", **asked})
    assert [each["value"] for each in found["options"]] == ["a"]


def test_a_form_is_opened_with_the_trigger(capture: Capture) -> None:
    asyncio.run(_open_with_the_trigger({**capture("pressed_claim"), "trigger_id": "1.2.3"}))


async def _open_with_the_trigger(pressed: dict[str, Any]) -> None:
    async with FakeSlack() as slack:
        settings = SlackSettings(
            bot_token="xoxb-1", channel="C0SUPPORT", signing_secrets=SETTINGS.signing_secrets, api_url=slack.url
        )
        store = Store()
        app = create_app((settings,), store.accept, Drawer(), lambda: NOW)
        await asyncio.to_thread(post, app, pressed)
        async with asyncio.timeout(10):
            while not slack.calls:
                await asyncio.sleep(0.01)
        method, arguments = slack.calls[0]
        assert (method, arguments["trigger_id"]) == ("views.open", "1.2.3")
        assert store.kept == []
