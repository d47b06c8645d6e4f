"""Reads the sandbox: state, transcripts, wire log, change stream."""

import asyncio
from typing import Any

import msgspec
from aiohttp import web

from sandbox.config import MAIN
from sandbox.control.answers import API, json_answer
from sandbox.control.parts import Parts
from sandbox.platforms.slack.routes import Slack
from sandbox.store.store import shown
from sandbox.world.phones import KINDS
from sandbox.world.world import phone_card

Json = dict[str, Any]
LOG_SHOWN = 400
STREAM_PAUSE = 0.05


class Snapshot:
    """Handles the GET calls of the control API."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.world = parts.world

    def routes(self) -> list[web.RouteDef]:
        """Lists the routes: everything that can be read."""
        return [
            web.get(f"{API}/state", self._state),
            web.get(f"{API}/stream", self._stream),
            web.get(f"{API}/transcripts", self._transcripts),
            web.get(f"{API}/log", self._log),
            web.get(f"{API}/log/{{id}}", self._log_entry),
        ]

    async def _state(self, _request: web.Request) -> web.Response:
        world, workspace = self.world, self.parts.slack.desk.workspace
        now = world.clock()
        return json_answer(
            {
                "revision": world.feed.revision,
                "shop": world.config.shop,
                "product": {
                    "url": world.config.product,
                    "reachable": world.reachable,
                    "seeded": self.parts.store.seeded,
                },
                "people": list(world.directory.people.values()),
                "phones": [
                    {**phone_card(phone, now), "bubbles": phone.bubbles[-200:]}
                    for phone in world.directory.phones.values()
                ],
                "slack": _slack_state(self.parts.slack),
                "workspaces": {
                    account: _slack_state(slack)
                    for account, slack in self.parts.slacks.by_account.items()
                    if account != MAIN
                },
                "users": list(workspace.users.values()),
                "bot_user": workspace.bot_user,
                "orders": [shown(record) for record in self.parts.store.records.values()],
                "log": world.log.last(LOG_SHOWN),
                "faults": world.faults.active,
                "pace": world.pace,
                "kinds": {channel: sorted(kinds) for channel, kinds in KINDS.items()},
                "muted": sorted(world.courier.muted),
            }
        )

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        )
        with self.world.feed.subscription() as subscriber:
            await response.prepare(request)
            await response.write(b": hello\n\n")
            while request.transport is not None and not request.transport.is_closing():
                changes = await subscriber.take(15)
                text = b"data: " + msgspec.json.encode(changes) + b"\n\n" if changes else b": still here\n\n"
                try:
                    await response.write(text)
                except ConnectionError:
                    break
                await asyncio.sleep(STREAM_PAUSE)
        return response

    async def _transcripts(self, request: web.Request) -> web.Response:
        since = int(request.query.get("since", 0))
        wanted = request.query.get("phone")
        phones = [phone for phone in self.world.directory.phones.values() if wanted in {None, phone.id}]
        fresh = {phone.id: [bubble for bubble in phone.bubbles if bubble.rev > since] for phone in phones}
        return json_answer(
            {
                "revision": self.world.feed.revision,
                "phones": {name: bubbles for name, bubbles in fresh.items() if bubbles},
            }
        )

    async def _log(self, request: web.Request) -> web.Response:
        query = request.query
        return json_answer(self.world.log.last(int(query.get("limit", 500)), query.get("q", "")))

    async def _log_entry(self, request: web.Request) -> web.Response:
        detail = self.world.log.detail(int(request.match_info["id"]))
        return json_answer(detail) if detail else json_answer({"error": "no such entry"}, 404)


def _slack_state(slack: Slack) -> Json:
    workspace, views = slack.desk.workspace, slack.views
    channels = [
        {
            "id": channel.id,
            "name": channel.name,
            "direct": channel.direct,
            "messages": list(channel.messages.values())[-500:],
        }
        for channel in workspace.channels.values()
    ]
    main = workspace.setting("slack_channel")
    return {"main": main, "channels": channels, "modals": views.modals, "homes": views.homes}
