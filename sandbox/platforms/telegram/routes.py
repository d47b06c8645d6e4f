"""Serves the HTTP side of the Telegram stand-in: tokens, parameters, answers."""

import json
from contextvars import ContextVar
from typing import Any

from aiohttp import web

from sandbox.platforms.telegram import errors
from sandbox.platforms.telegram.bot import Bot, KeptBot
from sandbox.platforms.telegram.errors import TelegramError
from sandbox.platforms.telegram.methods import METHODS
from sandbox.wire.gate import Call, PlatformError
from sandbox.world.people import Phone
from sandbox.world.world import World

Json = dict[str, Any]
CHECKS = {"getme", "getwebhookinfo", "getmycommands"}
CALLED: ContextVar[Bot | None] = ContextVar("called", default=None)


class Telegram:
    """Serves the bots behind /telegram/bot<token>/METHOD."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.bots = {account: Bot(world, account) for account in ("main", "second")}

    @property
    def bot(self) -> Bot:
        """Returns the first bot."""
        return self.bots["main"]

    def bot_of(self, phone: Phone) -> Bot:
        """Returns the bot that this phone writes to."""
        return self.bots[phone.account]

    def reset(self) -> None:
        """Fills the rate limits again and forgets what waits."""
        for bot in self.bots.values():
            bot.reset()

    def kept(self) -> dict[str, KeptBot]:
        """Says what of the bots is to outlive a restart, by account."""
        return {account: one.kept() for account, one in self.bots.items()}

    def take_up(self, kept: dict[str, KeptBot]) -> None:
        """Goes on where it ended."""
        for account, one in kept.items():
            self.bots[account].take_up(one)

    def resume(self) -> None:
        """Pushes what waited while webhooks were off."""
        for bot in self.bots.values():
            bot.updates.resume()

    def describe(self, request: web.Request, _body: bytes) -> Call:
        """Tells what a call is: a send is any send… method except the typing sign."""
        CALLED.set(self._bot(request))
        method = request.path.rsplit("/", 1)[-1].lower()
        sends = method.startswith("send") and method != "sendchataction"
        return Call("telegram", sends, quiet=method == "getupdates", check=method in CHECKS)

    def failure(self, value: Any) -> PlatformError:
        """Makes an error of {"code", "description"?, "retry_after"?}, or of a bare code. 429 stops the whole bot."""
        error = errors.of(value)
        if error.retry_after:
            self._flood(float(error.retry_after))
        return error

    def limited(self, status: int, retry_after: float) -> web.Response:
        """Answers with a bare status; 429 with parameters.retry_after, and the whole bot has to wait that long."""
        if status != 429:
            return TelegramError(status, "Bad Gateway" if status == 502 else "Internal Server Error").response()
        self._flood(retry_after)
        return errors.too_many(retry_after).response()

    def errors(self, _platform: str) -> list[Json]:
        """Lists the errors that a fault can arm."""
        return errors.armable()

    def routes(self) -> list[web.RouteDef]:
        """Lists all routes below /telegram."""
        return [
            web.get("/telegram/file/bot{token}/files/{media}/{ticket}/{name}", self._download),
            web.route("*", "/telegram/bot{token}/{method}", self._call),
            web.route("*", "/telegram/{rest:.*}", self._unknown),
        ]

    async def _call(self, request: web.Request) -> web.Response:
        bot = self._authorized(request)
        method = METHODS.get(request.match_info["method"].lower())
        if method is None:
            raise TelegramError(404, "Not Found: method not found")
        result = await method(bot, await _parameters(request))
        return web.json_response({"ok": True, "result": result})

    async def _download(self, request: web.Request) -> web.Response:
        bot = self._authorized(request)
        return bot.files.download(request.match_info["media"], request.match_info["ticket"])

    async def _unknown(self, _request: web.Request) -> web.Response:
        raise TelegramError(404, "Not Found")

    def _authorized(self, request: web.Request) -> Bot:
        bot = self._bot(request)
        if bot is None:
            raise TelegramError(401, "Unauthorized")
        return bot

    def _bot(self, request: web.Request) -> Bot | None:
        token = request.match_info.get("token")
        return next((bot for bot in self.bots.values() if bot.token == token), None)

    def _flood(self, seconds: float) -> None:
        bot = CALLED.get()
        if bot:
            bot.flood(seconds)


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
    """Decodes a form value; nested objects come as JSON text, but text stays text."""
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
