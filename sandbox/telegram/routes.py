"""The HTTP side of the Telegram stand-in: token, parameters, answers."""

import json
from typing import Any

from aiohttp import web

from sandbox.gate import Call, PlatformError
from sandbox.telegram.bot import Bot
from sandbox.telegram.errors import TelegramError, too_many
from sandbox.telegram.methods import METHODS
from sandbox.world import World

Json = dict[str, Any]


class Telegram:
    """One bot behind /telegram/bot<token>/METHOD."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.bot = Bot(world)

    def describe(self, request: web.Request, _body: bytes) -> Call:
        """A send is any send… method except the typing sign."""
        method = request.path.rsplit("/", 1)[-1].lower()
        return Call("telegram", method.startswith("send") and method != "sendchataction", quiet=method == "getupdates")

    def failure(self, value: Any) -> PlatformError:
        """An error from {"code", "description"}, or from a bare code."""
        if isinstance(value, dict):
            return TelegramError(
                int(value["code"]), str(value.get("description", "Bad Request")), value.get("retry_after")
            )
        known = {403: "Forbidden: bot was blocked by the user", 401: "Unauthorized", 400: "Bad Request: chat not found"}
        return TelegramError(int(value), known.get(int(value), "Internal Server Error"))

    def limited(self, status: int, retry_after: float) -> web.Response:
        """A bare status; 429 with parameters.retry_after."""
        error = too_many(retry_after) if status == 429 else TelegramError(status, "Internal Server Error")
        return error.response()

    def routes(self) -> list[web.RouteDef]:
        """All routes below /telegram."""
        return [
            web.get("/telegram/file/bot{token}/files/{media}/{name}", self._download),
            web.route("*", "/telegram/bot{token}/{method}", self._call),
            web.route("*", "/telegram/{rest:.*}", self._unknown),
        ]

    async def _call(self, request: web.Request) -> web.Response:
        self._authorize(request)
        method = METHODS.get(request.match_info["method"].lower())
        if method is None:
            raise TelegramError(404, "Not Found: method not found")
        result = await method(self.bot, await _parameters(request))
        return web.json_response({"ok": True, "result": result})

    async def _download(self, request: web.Request) -> web.Response:
        self._authorize(request)
        stored = self.world.media.get(request.match_info["media"])
        if stored is None:
            raise TelegramError(404, "Not Found")
        return web.Response(body=stored.content, content_type="application/octet-stream")

    async def _unknown(self, _request: web.Request) -> web.Response:
        raise TelegramError(404, "Not Found")

    def _authorize(self, request: web.Request) -> None:
        if request.match_info["token"] != self.world.setting("TELEGRAM_BOT_TOKEN"):
            raise TelegramError(401, "Unauthorized")


async def _parameters(request: web.Request) -> Json:
    params: Json = {name: _decoded(name, value) for name, value in request.query.items()}
    if request.content_type == "application/json":
        if await request.read():
            params.update(await _json(request))
    elif request.method == "POST":
        params.update({name: _decoded(name, value) for name, value in (await request.post()).items()})
    for name, value in list(params.items()):
        if isinstance(value, str) and value.startswith("attach://"):
            params[name] = params.get(value.removeprefix("attach://"), value)
    return params


async def _json(request: web.Request) -> Json:
    try:
        body = await request.json()
    except json.JSONDecodeError as error:
        raise TelegramError(400, "Bad Request: can't parse JSON object") from error
    return body if isinstance(body, dict) else {}


def _decoded(name: str, value: Any) -> Any:
    """A form value; nested objects come as JSON text, but words stay words."""
    if (
        name not in {"text", "caption"}
        and isinstance(value, str)
        and (value[:2] in {'{"', "[{", '["', "[["} or value in {"{}", "[]", "true", "false"})
    ):
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return value
