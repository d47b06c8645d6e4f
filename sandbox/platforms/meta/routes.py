"""Serves the HTTP side of the Graph stand-in: messages, and who else answers what."""

from typing import Any

import msgspec
from aiohttp import web

from sandbox.config import ACCOUNTS, MAIN
from sandbox.platforms.meta.access import OWNER, Access, fields
from sandbox.platforms.meta.budgets import Portfolio
from sandbox.platforms.meta.errors import GraphError, armed, catalogue, no_object
from sandbox.platforms.meta.media_routes import MediaRoutes
from sandbox.platforms.meta.messenger.page import KeptPage, Messenger
from sandbox.platforms.meta.nodes import Nodes
from sandbox.platforms.meta.subscription_routes import SubscriptionRoutes
from sandbox.platforms.meta.templates.routes import TemplateRoutes
from sandbox.platforms.meta.whatsapp.number import KeptNumber, WhatsApp
from sandbox.wire.gate import Call, PlatformError
from sandbox.world.people import Phone
from sandbox.world.receipts import Receipts
from sandbox.world.world import World

Json = dict[str, Any]


class KeptGraph(msgspec.Struct):
    """What the numbers and pages go on with after a restart, by account."""

    numbers: dict[str, KeptNumber]
    pages: dict[str, KeptPage]


class Graph:
    """Serves both of Meta's products behind one address: two business numbers and two pages of one app."""

    def __init__(self, world: World, receipts: Receipts) -> None:
        self.world = world
        portfolio = Portfolio(world)
        self.numbers = {account: WhatsApp(world, receipts, account, portfolio) for account in ACCOUNTS}
        self.pages = {account: Messenger(world, receipts, account) for account in ACCOUNTS}
        self._access = Access(world, self.numbers, self.pages)
        self._media = MediaRoutes(self._access)
        self._nodes = Nodes(self._access, self._media)

    @property
    def whatsapp(self) -> WhatsApp:
        """Returns the first number."""
        return self.numbers[MAIN]

    @property
    def messenger(self) -> Messenger:
        """Returns the first page."""
        return self.pages[MAIN]

    def number_of(self, phone: Phone) -> WhatsApp:
        """Returns the number that a phone's chat is with."""
        return self.numbers[phone.account]

    def page_of(self, phone: Phone) -> Messenger:
        """Returns the page that a phone's chat is with."""
        return self.pages[phone.account]

    def reset(self) -> None:
        """Makes everything as it was at the start, but for the templates."""
        for number in self.numbers.values():
            number.reset()
        for page in self.pages.values():
            page.reset()

    def kept(self) -> KeptGraph:
        """Says what is to outlive a restart."""
        numbers = {account: one.kept() for account, one in self.numbers.items()}
        return KeptGraph(numbers, {account: one.kept() for account, one in self.pages.items()})

    def take_up(self, kept: KeptGraph) -> None:
        """Goes on where it ended."""
        for account, one in kept.numbers.items():
            self.numbers[account].take_up(one)
        for account, each in kept.pages.items():
            self.pages[account].take_up(each)

    def resume(self) -> None:
        """Plays again what was on its way before a restart."""
        for number in self.numbers.values():
            number.resume()
        for page in self.pages.values():
            page.resume()

    def describe(self, request: web.Request, body: bytes) -> Call:
        """Tells WhatsApp from Messenger, by the id in the path."""
        parts = request.path.split("/")
        platform = self._access.platform(parts[3]) if len(parts) > 3 else "whatsapp"
        if parts[2] == "cdn":
            platform = "messenger"
        is_send = request.method == "POST" and request.path.endswith("/messages")
        quiet = b"sender_action" in body or (b'"status"' in body and b'"message_id"' in body and b'"to"' not in body)
        check = request.method == "GET" and len(parts) > 3 and self._access.is_account(parts[3])
        return Call(platform, is_send and not quiet, check=check)

    def failure(self, value: Any) -> PlatformError:
        """Makes the Graph error with this code; {"code", "subcode"} for one with a subcode."""
        return armed(value)

    def limited(self, status: int, retry_after: float) -> web.Response:
        """Answers with a bare status; 429 as error 4."""
        error = GraphError(4 if status == 429 else 2)
        headers = {"Retry-After": f"{retry_after:g}"} if status == 429 else {}
        return web.json_response(error.body(), status=status, headers=headers)

    def errors(self, platform: str) -> list[Json]:
        """Lists every error of "whatsapp" or "messenger" that a fault can arm."""
        return catalogue(platform)

    def routes(self) -> list[web.RouteDef]:
        """Lists all routes below /graph."""
        return [
            web.post(f"{OWNER}/messages", self._messages),
            *self._media.routes(),
            *SubscriptionRoutes(self._access).routes(),
            *TemplateRoutes(self._access).routes(),
            *self._nodes.routes(),
            web.route("*", "/graph/{rest:.*}", self._unknown),
        ]

    async def _messages(self, request: web.Request) -> web.Response:
        number = self._access.number(request)
        if number:
            return await number.post_message(await fields(request))
        page = self._access.page(request)
        if page is None:
            self._access.token(request)
            raise no_object(request.match_info["owner"], "post")
        body = await fields(request)
        stored = self._media.uploaded(body)
        if stored:
            await page.keep_attachment(body.get("message") or {}, stored)
            body["message"]["attachment"]["payload"] = {"attachment_id": stored.id}
        return await page.post_message(body)

    async def _unknown(self, request: web.Request) -> web.Response:
        raise GraphError(2500, message="Unknown path components: " + request.path)
