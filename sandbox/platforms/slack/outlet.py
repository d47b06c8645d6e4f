"""Posts from Slack to the product: signed HTTP with retries, or Socket Mode envelopes."""

import asyncio
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import WSMsgType, web

from sandbox.platforms.slack.workspace import Channel, Workspace
from sandbox.wire.webhooks import ONCE, SLACK, Answer, Plan
from sandbox.wire.wire import Exchange
from sandbox.world import ids
from sandbox.world.world import World

Json = dict[str, Any]


class Outlet:
    """Chooses the way: a socket when one is connected, else POST /slack/events."""

    def __init__(self, world: World, workspace: Workspace) -> None:
        self._world = world
        self._workspace = workspace
        self._sockets: list[web.WebSocketResponse] = []
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self.tickets: set[str] = set()

    async def event(self, event: Json) -> Answer:
        """Posts an Events API callback."""
        return await self.post_event(self.payload(event))

    async def post_event(self, payload: Json) -> Answer:
        """Posts what `payload` made."""
        return await self._send("events_api", payload, json.dumps(payload).encode(), "application/json", SLACK)

    def payload(self, event: Json) -> Json:
        """Wraps an event."""
        team, app = self._workspace.team_id, self._workspace.app_id
        authorization = {
            "enterprise_id": None,
            "team_id": team,
            "user_id": self._workspace.bot_user,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": "verification-token",
            "team_id": team,
            "context_team_id": team,
            "api_app_id": app,
            "event": event,
            "type": "event_callback",
            "event_id": ids.slack_id("Ev"),
            "event_time": int(self._world.clock()),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
            "event_context": f"4-{ids.slack_id('')}",
        }

    async def interaction(self, payload: Json) -> Answer:
        """Posts a block action, view submission, shortcut or options request."""
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return await self._send("interactive", payload, body, "application/x-www-form-urlencoded", Plan((), 3))

    async def command(self, form: Mapping[str, str]) -> Answer:
        """Posts a slash command."""
        return await self._send(
            "slash_commands", dict(form), urlencode(form).encode(), "application/x-www-form-urlencoded", Plan((), 3)
        )

    async def verification(self) -> bool:
        """Asks for url_verification; True when the product echoes the challenge."""
        challenge = uuid.uuid4().hex
        body = json.dumps({"token": "verification-token", "challenge": challenge, "type": "url_verification"}).encode()
        answer = await self._post(body, "application/json", ONCE)
        return answer.ok and challenge.encode() in answer.body

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serves a Socket Mode connection."""
        if request.query.get("ticket") not in self.tickets:
            raise web.HTTPUnauthorized
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        hello = {
            "num_connections": len(self._sockets) + 1,
            "debug_info": {"host": "sandbox"},
            "connection_info": {"app_id": self._workspace.app_id},
        }
        await socket.send_json({"type": "hello", **hello})
        self._sockets.append(socket)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(message.data)
        finally:
            self._sockets.remove(socket)
        return socket

    async def close(self) -> None:
        """Says goodbye to connected sockets."""
        for socket in list(self._sockets):
            await socket.close()

    async def _send(self, kind: str, payload: Json, body: bytes, content_type: str, plan: Plan) -> Answer:
        if self._sockets:
            return await self._over_socket(kind, payload, plan)
        return await self._post(body, content_type, plan)

    async def _post(self, body: bytes, content_type: str, plan: Plan) -> Answer:
        secret = self._workspace.setting("slack_signing_secret").split(",")[0]

        def headers(attempt: int, previous: Answer | None) -> dict[str, str]:
            stamp = str(int(self._world.clock()))
            signed = {
                "Content-Type": content_type,
                "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
                "X-Slack-Request-Timestamp": stamp,
                "X-Slack-Signature": signature(secret, stamp, body),
            }
            if attempt and previous:
                reason = "http_error" if previous.status else "http_timeout"
                signed |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
            return signed

        return await self._world.courier.deliver(
            "slack", f"{self._world.config.product}/slack/events", body, headers, plan
        )

    async def _over_socket(self, kind: str, payload: Json, plan: Plan) -> Answer:
        for attempt, pause in enumerate((0.0, *plan.retries)):
            await asyncio.sleep(pause)
            answer = await self._frame(kind, payload, attempt)
            if answer.ok:
                return answer
        return Answer(0)

    async def _frame(self, kind: str, payload: Json, attempt: int) -> Answer:
        if not self._sockets:
            return Answer(0)
        envelope = str(uuid.uuid4())
        frame = {
            "envelope_id": envelope,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            frame |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        self._acks[envelope] = asyncio.get_running_loop().create_future()
        started = time.perf_counter()
        socket = self._sockets.pop(0)
        self._sockets.append(socket)
        try:
            await socket.send_json(frame)
            acknowledged = await asyncio.wait_for(self._acks[envelope], 3)
            answer = Answer(200, json.dumps(acknowledged.get("payload") or {}).encode(), "application/json")
        except (TimeoutError, ConnectionError):
            answer = Answer(0)
        finally:
            del self._acks[envelope]
        took = round((time.perf_counter() - started) * 1000, 1)
        self._world.log.add(
            Exchange(0, self._world.stamp(), "in", "slack", "SOCKET", kind, answer.status, took),
            json.dumps(frame).encode(),
            answer.body,
        )
        return answer

    def _acknowledge(self, text: str) -> None:
        body = json.loads(text)
        waiting = self._acks.get(body.get("envelope_id", ""))
        if waiting and not waiting.done():
            waiting.set_result(body)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Computes X-Slack-Signature: HMAC-SHA256 of v0:timestamp:body."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def message_event(channel: Channel, message: Json) -> Json:
    """Makes an event of a message."""
    kept = {name: value for name, value in message.items() if name not in {"reply_count", "latest_reply", "reactions"}}
    return {
        **kept,
        "channel": channel.id,
        "event_ts": message["ts"],
        "channel_type": "im" if channel.direct else "group",
    }
