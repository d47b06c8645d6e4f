"""Tests Socket Mode against a local connection, with the real client."""

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from adapters.desks.slack.inbound.app import create_app
from adapters.desks.slack.inbound.parse import Unreadable
from adapters.desks.slack.inbound.socket import run_socket
from adapters.desks.slack.settings import SlackSettings
from core.desk.events import AgentMessage, DeskEvent
from core.errors import ConfigurationError
from tests.adapters.desks.slack.fake_slack import FakeSlack
from tests.adapters.desks.slack.hostile import HOSTILE
from tests.adapters.desks.slack.test_app import Reader

Capture = Callable[[str], dict[str, Any]]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Removes the environment's proxy, which the SDK's socket client takes even for 127.0.0.1."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


class Session:
    """Runs run_socket in a thread, as long as the `async with` lasts."""

    def __init__(
        self,
        slack: FakeSlack,
        accept: Callable[[DeskEvent | Unreadable], None],
        now: datetime,
        answer: str | None = None,
    ) -> None:
        self._settings = SlackSettings(
            bot_token="xoxb-1-test", channel="C0SUPPORT", app_token="xapp-1-test", api_url=slack.url
        )
        self._app = create_app((self._settings,), accept, Reader(answer), lambda: now)
        self._stop = threading.Event()

    async def __aenter__(self) -> "Session":
        self._running = asyncio.create_task(
            asyncio.to_thread(run_socket, self._app, self._settings, self._stop, first_wait=0.01)
        )
        return self

    async def ended(self) -> None:
        await asyncio.wait([self._running])

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        await asyncio.wait_for(self._running, 20)


def envelope(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"envelope_id": f"env-{kind}", "type": kind, "payload": payload, "accepts_response_payload": False}


def test_each_kind_is_kept_then_acknowledged(now: datetime, capture: Capture) -> None:
    kept: list[DeskEvent | Unreadable] = []

    async def scenario() -> FakeSlack:
        async with FakeSlack() as slack:

            def accept(event: DeskEvent | Unreadable) -> None:
                assert len(slack.acks) == len(kept), "acknowledged before it was kept"
                kept.append(event)

            async with Session(slack, accept, now):
                for count, (kind, name) in enumerate(
                    [("events_api", "reply"), ("interactive", "pressed_claim"), ("slash_commands", "command")], 1
                ):
                    await slack.envelopes.put(envelope(kind, capture(name)))
                    await slack.acknowledged(count)
        return slack

    slack = asyncio.run(scenario())
    assert [type(event).__name__ for event in kept] == ["AgentMessage", "Pressed", "Command"]
    assert [ack["envelope_id"] for ack in slack.acks] == ["env-events_api", "env-interactive", "env-slash_commands"]
    assert slack.calls[0][0] == "apps.connections.open"
    assert slack.tokens == ["xapp-1-test"]


def test_a_command_is_answered_in_its_acknowledgement(now: datetime, capture: Capture) -> None:
    kept: list[DeskEvent | Unreadable] = []

    async def scenario() -> list[dict[str, Any]]:
        async with FakeSlack() as slack, Session(slack, kept.append, now, "No open cases."):
            await slack.envelopes.put(envelope("slash_commands", capture("command")))
            await slack.acknowledged(1)
            return slack.acks

    payload = {"text": "No open cases.", "response_type": "ephemeral"}
    assert asyncio.run(scenario()) == [{"envelope_id": "env-slash_commands", "payload": payload}]
    assert kept == []


def test_what_is_not_kept_is_not_acknowledged(now: datetime, capture: Capture) -> None:
    tried: list[str] = []

    def accept(event: DeskEvent | Unreadable) -> None:
        tried.append(event.external_id)
        if len(tried) == 1:
            raise RuntimeError("the database is away")

    async def scenario() -> list[dict[str, Any]]:
        async with FakeSlack() as slack, Session(slack, accept, now):
            await slack.envelopes.put({**envelope("events_api", capture("reply")), "envelope_id": "first"})
            while not tried:
                await asyncio.sleep(0.01)
            await slack.envelopes.put({**envelope("events_api", capture("reply")), "envelope_id": "again"})
            await slack.acknowledged(1)
            return slack.acks

    acks = asyncio.run(scenario())
    assert [ack["envelope_id"] for ack in acks] == ["again"]
    assert tried == ["Ev0REPLY", "Ev0REPLY"]


def test_a_hostile_envelope_is_kept_whole_then_acknowledged(now: datetime, capture: Capture) -> None:
    """Such as cannot be read at all, and such as have no payload of Slack's; what comes after them is read."""
    kept: list[DeskEvent | Unreadable] = []
    payloads = [*HOSTILE.values(), '"text"', "null", "[]", '{"authorizations": "none"}']
    messages = [
        f'{{"payload": {payload}, "type": "events_api", "envelope_id": "env-{number}"}}'
        for number, payload in enumerate(payloads)
    ]

    async def scenario() -> list[dict[str, Any]]:
        async with FakeSlack() as slack, Session(slack, kept.append, now):
            for count, message in enumerate(messages, 1):
                await slack.envelopes.put(message)
                await slack.acknowledged(count)
            await slack.envelopes.put(envelope("events_api", capture("reply")))
            await slack.acknowledged(len(messages) + 1)
            return slack.acks

    acks = asyncio.run(scenario())
    assert acks == [{"envelope_id": f"env-{number}"} for number in range(len(messages))] + [
        {"envelope_id": "env-events_api"}
    ]
    *unreadable, reply = kept
    assert isinstance(reply, AgentMessage)
    for event, payload, message in zip(unreadable, payloads, messages, strict=True):
        assert isinstance(event, Unreadable)
        assert event.raw in (payload, message)


def test_a_recycled_connection_is_opened_again(now: datetime, capture: Capture) -> None:
    async def scenario() -> FakeSlack:
        async with FakeSlack() as slack, Session(slack, lambda _: None, now):
            await slack.envelopes.put(None)
            while slack.connections < 2:
                await asyncio.sleep(0.01)
            await slack.envelopes.put(envelope("events_api", capture("reply")))
            await slack.acknowledged(1)
        return slack

    assert asyncio.run(scenario()).connections == 2


def test_it_waits_for_a_slack_that_is_away(now: datetime, capture: Capture) -> None:
    async def scenario() -> FakeSlack:
        async with (
            FakeSlack({"apps.connections.open": (503, "<html>", {})}) as slack,
            Session(slack, lambda _: None, now),
        ):
            while not slack.calls:
                await asyncio.sleep(0.01)
            slack.answers.clear()
            await slack.envelopes.put(envelope("events_api", capture("reply")))
            await slack.acknowledged(1)
        return slack

    assert len(asyncio.run(scenario()).calls) == 2


def test_a_refused_app_token_is_the_operators_business(now: datetime) -> None:
    async def scenario() -> None:
        refusal = {"apps.connections.open": {"ok": False, "error": "invalid_auth"}}
        async with FakeSlack(refusal) as slack, Session(slack, lambda _: None, now) as session:
            await session.ended()

    with pytest.raises(ConfigurationError, match="SLACK_APP_TOKEN"):
        asyncio.run(scenario())
