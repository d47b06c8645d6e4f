"""The HTTP side of the Twilio stand-in."""

import base64
from typing import Any

from aiohttp import web

from sandbox.gate import Call, PlatformError
from sandbox.receipts import Receipts
from sandbox.twilio.errors import TwilioError
from sandbox.twilio.messages import Messages
from sandbox.world import World


class Twilio:
    """One account behind /twilio/2010-04-01."""

    def __init__(self, world: World, receipts: Receipts) -> None:
        self.world = world
        self.messages = Messages(world, receipts)

    def describe(self, request: web.Request, _body: bytes) -> Call:
        """Only POST Messages.json sends."""
        return Call("twilio", request.method == "POST" and request.path.endswith("/Messages.json"))

    def failure(self, value: Any) -> PlatformError:
        """The Twilio error with this code."""
        return TwilioError(int(value))

    def limited(self, status: int, retry_after: float) -> web.Response:
        """A bare status; 429 as 20429."""
        response = TwilioError(20429 if status == 429 else 20500, status=status).response()
        if status == 429:
            response.headers["Retry-After"] = f"{retry_after:g}"
        return response

    def routes(self) -> list[web.RouteDef]:
        """All routes below /twilio."""
        account = "/twilio/2010-04-01/Accounts/{account}"
        return [
            web.get(account + ".json", self._account),
            web.post(account + "/Messages.json", self._create),
            web.get(account + "/Messages.json", self._list),
            web.get(account + "/Messages/{sid}.json", self._fetch),
            web.get(account + "/Messages/{sid}/Media/{media}", self._media),
            web.route("*", "/twilio/{rest:.*}", self._unknown),
        ]

    async def _account(self, request: web.Request) -> web.Response:
        account = self._authorize(request)
        return web.json_response(
            {
                "sid": account,
                "friendly_name": "Northwind",
                "status": "active",
                "type": "Full",
                "owner_account_sid": account,
            }
        )

    async def _create(self, request: web.Request) -> web.Response:
        self._authorize(request)
        form = await request.post()
        media = [str(link) for link in form.getall("MediaUrl", [])]
        return web.json_response(self.messages.create(dict(form), media), status=201)

    async def _list(self, request: web.Request) -> web.Response:
        account = self._authorize(request)
        wanted = {"To": "to", "From": "sender"}
        filters = {field: request.query[name] for name, field in wanted.items() if name in request.query}
        size = min(int(request.query.get("PageSize", 50)), 1000)
        found = [
            sent
            for sent in reversed(self.messages.all.values())
            if all(getattr(sent, field) == value for field, value in filters.items())
        ]
        uri = f"/2010-04-01/Accounts/{account}/Messages.json?PageSize={size}&Page=0"
        page = {
            "first_page_uri": uri,
            "next_page_uri": None,
            "previous_page_uri": None,
            "uri": uri,
            "page": 0,
            "page_size": size,
            "start": 0,
            "end": len(found) - 1,
        }
        return web.json_response({**page, "messages": [self.messages.resource(sent) for sent in found[:size]]})

    async def _fetch(self, request: web.Request) -> web.Response:
        self._authorize(request)
        sent = self.messages.all.get(request.match_info["sid"])
        if sent is None:
            raise TwilioError(20404, f"The requested resource {request.path.removeprefix('/twilio')} was not found")
        return web.json_response(self.messages.resource(sent))

    async def _media(self, request: web.Request) -> web.Response:
        self._authorize(request)
        media_id = request.match_info["media"].removeprefix("ME").lstrip("0")
        if self.world.media.get(media_id) is None:
            raise TwilioError(20404)
        return web.Response(status=307, headers={"Location": f"{self.world.config.base}/media/{media_id}"})

    async def _unknown(self, request: web.Request) -> web.Response:
        self._authorize(request)
        raise TwilioError(20404, f"The requested resource {request.path.removeprefix('/twilio')} was not found")

    def _authorize(self, request: web.Request) -> str:
        account = self.world.setting("TWILIO_ACCOUNT_SID")
        expected = f"{account}:{self.world.setting('TWILIO_AUTH_TOKEN').split(',')[0]}"
        right = request.headers.get("Authorization") == "Basic " + base64.b64encode(expected.encode()).decode()
        if not right or request.match_info.get("account", account) != account:
            raise TwilioError(20003)
        return account
