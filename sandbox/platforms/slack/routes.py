"""Serves the HTTP side of the Slack stand-in."""

import json
import secrets
from typing import Any

import msgspec
from aiohttp import web

from sandbox.config import ACCOUNTS, MAIN
from sandbox.platforms.slack.admins import Admins
from sandbox.platforms.slack.agents import Agents
from sandbox.platforms.slack.desk import Desk
from sandbox.platforms.slack.errors import RateLimited, SlackError
from sandbox.platforms.slack.files import Files
from sandbox.platforms.slack.hooks import Hooks
from sandbox.platforms.slack.interactions import Interactions
from sandbox.platforms.slack.methods import METHODS, Method
from sandbox.platforms.slack.views import Views
from sandbox.platforms.slack.workspace import Channel
from sandbox.wire.gate import Call, PlatformError
from sandbox.world.world import World

Json = dict[str, Any]
ARMABLE = (
    "channel_not_found",
    "not_in_channel",
    "is_archived",
    "restricted_action",
    "thread_not_found",
    "message_not_found",
    "cant_update_message",
    "edit_window_closed",
    "msg_too_long",
    "msg_blocks_too_long",
    "invalid_blocks",
    "invalid_arguments",
    "no_text",
    "ratelimited",
    "message_limit_exceeded",
    "invalid_auth",
    "not_authed",
    "token_revoked",
    "token_expired",
    "account_inactive",
    "missing_scope",
    "no_permission",
    "ekm_access_denied",
    "user_not_found",
    "file_not_found",
    "file_upload_size_restricted",
    "storage_limit_reached",
    "invalid_trigger_id",
    "expired_trigger_id",
    "hash_conflict",
    "already_reacted",
    "no_reaction",
    "too_many_reactions",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
)
CHECKS = ("auth.test", "bots.info", "conversations.info", "conversations.members", "team.info")
SENDS = ("chat.postMessage", "chat.postEphemeral", "files.completeUploadExternal")
NESTED = {"blocks", "attachments", "view", "metadata", "files", "unfurl_links", "unfurl_media", "reply_broadcast"}


class KeptSlack(msgspec.Struct):
    """What the workspace goes on with after a restart."""

    channels: list[Channel]
    modals: dict[str, list[Json]]
    homes: dict[str, Json]
    files: dict[str, Json]


class Slack:
    """Is one workspace with its app: its tokens are good for nothing in another."""

    def __init__(self, world: World, account: str = MAIN) -> None:
        self.world = world
        self.desk = Desk(world, account)
        self.views = Views(self.desk)
        self.files = Files(self.desk)
        self.hooks = Hooks(self.desk)
        self.agents = Agents(self.desk, self.files)
        self.admins = Admins(self.desk)
        self.interactions = Interactions(self.desk, self.views, self.hooks)
        self._methods: dict[str, Method] = {**METHODS, **self.views.methods(), **self.files.methods()}

    def reset(self) -> None:
        """Empties the workspace."""
        self.desk.reset()
        self.views.reset()

    def kept(self) -> KeptSlack:
        """Says what is to outlive a restart; a response_url does not."""
        channels = list(self.desk.workspace.channels.values())
        return KeptSlack(channels, self.views.modals, self.views.homes, self.files.kept())

    def take_up(self, kept: KeptSlack) -> None:
        """Goes on where it ended."""
        self.desk.workspace.channels.update({channel.id: channel for channel in kept.channels})
        self.views.modals, self.views.homes = kept.modals, kept.homes
        self.files.take_up(kept.files)

    def routes(self) -> list[web.RouteDef]:
        """Lists the routes of its own; the API is common to all workspaces."""
        prefix = self.desk.workspace.prefix
        return [
            web.post(prefix + "/hooks/{hook}", self._hook),
            web.get(prefix + "/link", self.desk.outlet.serve),
            *self.files.routes(),
        ]

    async def call(self, name: str, params: Json) -> Json:
        """Answers a method for a caller with this workspace's token. Raises SlackError."""
        if self.desk.workspace.revoked:
            raise SlackError("token_revoked")
        method = self._methods.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        return await method(self.desk, params)

    def connection(self) -> str:
        """Makes the address of a new Socket Mode connection."""
        ticket = secrets.token_urlsafe(16)
        self.desk.outlet.tickets.add(ticket)
        base = self.world.config.base.replace("http", "ws", 1)
        workspace = self.desk.workspace
        return f"{base}{workspace.prefix}/link?ticket={ticket}&app_id={workspace.app_id}"

    async def _hook(self, request: web.Request) -> web.Response:
        try:
            body = await request.json()
        except json.JSONDecodeError:
            return web.Response(status=400, text="invalid_payload")
        try:
            self.hooks.respond(request.match_info["hook"], body)
        except SlackError as error:
            return web.json_response({"ok": False, "error": error.error}, status=404)
        return web.Response(text="ok")


class Slacks:
    """Serves all workspaces behind /slack/api/METHOD: a token says whose call it is."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.by_account = {account: Slack(world, account) for account in ACCOUNTS}

    def of(self, body: Json) -> Slack:
        """Returns the workspace that a call of the control API is about: {"workspace"?}. Raises LookupError."""
        wanted = str(body.get("workspace") or MAIN)
        if wanted not in self.by_account:
            raise LookupError(f"no workspace {wanted!r}; one of {', '.join(ACCOUNTS)}")
        return self.by_account[wanted]

    def describe(self, request: web.Request, _body: bytes) -> Call:
        """Tells what a call is: a send puts a message where people see it."""
        quiet = request.path.endswith("/link")
        return Call("slack", request.path.endswith(SENDS), quiet, check=request.path.endswith(CHECKS))

    def failure(self, value: Any) -> PlatformError:
        """Makes the error with this name ("channel_not_found")."""
        return SlackError(str(value))

    def limited(self, status: int, retry_after: float) -> web.Response:
        """Answers with a bare status; 429 as ratelimited."""
        if status == 429:
            return RateLimited(retry_after).response()
        return web.Response(status=status, text="Internal Server Error")

    def errors(self, _platform: str) -> list[Json]:
        """Lists the errors that a fault can arm."""
        return [{"value": name, "status": 200, "title": name, "receipt": False} for name in ARMABLE]

    def reset(self) -> None:
        """Empties the workspaces."""
        for slack in self.by_account.values():
            slack.reset()

    def routes(self) -> list[web.RouteDef]:
        """Lists all routes below /slack."""
        own = [route for slack in self.by_account.values() for route in slack.routes()]
        return [web.route("*", "/slack/api/{method}", self._call), *own]

    async def _call(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        params = await _parameters(request)
        if name == "api.test":
            return web.json_response({"ok": True})
        token = _token(request, params)
        if not token:
            raise SlackError("not_authed")
        if name == "apps.connections.open":
            return web.json_response({"ok": True, "url": self._connection(token)})
        return web.json_response({"ok": True, **await self._owner("slack_bot_token", token).call(name, params)})

    def _connection(self, token: str) -> str:
        if token in {slack.desk.workspace.setting("slack_bot_token") for slack in self.by_account.values()}:
            raise SlackError("not_allowed_token_type")
        return self._owner("slack_app_token", token).connection()

    def _owner(self, name: str, token: str) -> Slack:
        for slack in self.by_account.values():
            if slack.desk.workspace.setting(name) == token:
                return slack
        raise SlackError("invalid_auth")


def _token(request: web.Request, params: Json) -> str:
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bearer or str(params.get("token", ""))


async def _parameters(request: web.Request) -> Json:
    params: Json = {name: _decoded(name, value) for name, value in request.query.items()}
    if request.content_type == "application/json":
        try:
            body = await request.json() if await request.read() else {}
        except json.JSONDecodeError as error:
            raise SlackError("invalid_json") from error
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return {**params, **body}
    form = await request.post()
    for name, value in form.items():
        params[name] = _decoded(name, value)
    return params


def _decoded(name: str, value: Any) -> Any:
    if name in NESTED and isinstance(value, str):
        try:
            return json.loads(value)
        except json.JSONDecodeError as error:
            if value.lower() in {"true", "false"}:
                return value.lower() == "true"
            raise SlackError("invalid_arguments" if name == "view" else f"invalid_{name}_format") from error
    return value
