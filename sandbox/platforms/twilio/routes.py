"""Serves the HTTP side of the Twilio stand-in."""

import base64
from typing import Any

from aiohttp import web

from sandbox.control.answers import API, json_handler
from sandbox.platforms.twilio import errors
from sandbox.platforms.twilio.errors import TwilioError
from sandbox.platforms.twilio.hosts import Hosts
from sandbox.platforms.twilio.messages import Messages
from sandbox.platforms.twilio.records import Sent, resource, stored_id
from sandbox.wire.gate import Call, PlatformError
from sandbox.world.receipts import Receipts
from sandbox.world.world import World

Json = dict[str, Any]
LINK_SECONDS = 4 * 3600


class Twilio:
    """Serves one account behind /twilio: /2010-04-01/… of the API host, and the other hosts."""

    def __init__(self, world: World, receipts: Receipts) -> None:
        self.world = world
        self.messages = Messages(world, receipts)
        self._hosts = Hosts(self.messages, self._authorize)

    def describe(self, request: web.Request, _body: bytes) -> Call:
        """Tells what a call is: only POST Messages.json sends."""
        check = request.method == "GET" and "/Media/" not in request.path and "/cdn/" not in request.path
        return Call("twilio", request.method == "POST" and request.path.endswith("/Messages.json"), check=check)

    def failure(self, value: Any) -> PlatformError:
        """Makes the Twilio error with this code: a number, or {"code"}."""
        return TwilioError(int(value["code"] if isinstance(value, dict) else value))

    def limited(self, status: int, retry_after: float) -> web.Response:
        """Answers with a bare status; 429 as 20429."""
        response = TwilioError(20429 if status == 429 else 20500, status=status).response()
        if status == 429:
            response.headers["Retry-After"] = f"{retry_after:g}"
        return response

    def errors(self, _platform: str) -> list[Json]:
        """Lists the errors that a fault can arm."""
        return errors.armable()

    def reset(self) -> None:
        """Forgets messages, alerts and addresses."""
        self.messages.reset()

    def routes(self) -> list[web.RouteDef]:
        """Lists all routes below /twilio, and the control calls that only Twilio has."""
        account = "/twilio/2010-04-01/Accounts/{account}"
        return [
            web.post(f"{API}/twilio/status", json_handler(self._status)),
            web.post(f"{API}/twilio/optout", json_handler(self._optout)),
            web.get(account + ".json", self._account),
            web.post(account + "/Messages.json", self._create),
            web.get(account + "/Messages.json", self._list),
            web.get(account + "/Messages/{sid}.json", self._fetch),
            web.get(account + "/Messages/{sid}/Media.json", self._media_list),
            web.get(account + "/Messages/{sid}/Media/{media}", self._media),
            web.get(account + "/IncomingPhoneNumbers.json", self._numbers),
            web.get(account + "/IncomingPhoneNumbers/{sid}.json", self._number),
            web.post(account + "/IncomingPhoneNumbers/{sid}.json", self._number),
            web.get("/twilio/cdn/{media}/{ticket}", self._cdn),
            *self._hosts.routes(),
            web.route("*", "/twilio/{rest:.*}", self._unknown),
        ]

    async def _status(self, _request: web.Request, body: Json) -> Json:
        return await self.messages.status(body)

    async def _optout(self, _request: web.Request, body: Json) -> Json:
        self.messages.advanced = bool(body.get("advanced", True))
        return {"advanced": self.messages.advanced}

    async def _account(self, request: web.Request) -> web.Response:
        account = self._authorize(request)
        return web.json_response(
            {
                "sid": account,
                "friendly_name": self.world.config.shop,
                "status": "active",
                "type": "Full",
                "owner_account_sid": account,
            }
        )

    async def _create(self, request: web.Request) -> web.Response:
        self._authorize(request)
        form = await request.post()
        links = [str(link) for link in form.getall("MediaUrl", [])]
        return web.json_response(await self.messages.create(dict(form), links), status=201)

    async def _list(self, request: web.Request) -> web.Response:
        account = self._authorize(request)
        try:
            return web.json_response(self.messages.records.page(account, request.query))
        except ValueError as error:
            raise TwilioError(20001, "Invalid parameter", 400) from error

    async def _fetch(self, request: web.Request) -> web.Response:
        return web.json_response(resource(self._authorize(request), self._sent(request)))

    async def _media_list(self, request: web.Request) -> web.Response:
        account = self._authorize(request)
        return web.json_response(self.messages.records.media(account, self._sent(request)))

    async def _media(self, request: web.Request) -> web.Response:
        """Answers at the account's address of a file: 307 to the content network, whose links run out."""
        self._authorize(request)
        media, file = self.world.media, stored_id(request.match_info["media"])
        if media.get(file) is None:
            raise TwilioError(20404)
        if request.match_info["media"].endswith(".json"):
            rows: list[Json] = self.messages.records.media(self._authorize(request), self._sent(request))["media_list"]
            return web.json_response(next(row for row in rows if stored_id(row["sid"]) == file))
        origin = media.origin or self.world.config.base
        ticket = media.open(file, self.world.clock(), LINK_SECONDS)
        where = media.redirect or f"{origin}/twilio/cdn/{file}/{ticket}"
        return web.Response(status=307, headers={"Location": where})

    async def _cdn(self, request: web.Request) -> web.Response:
        """Serves the content network: it needs no credentials, and under another name than ours refuses any."""
        foreign = f"{request.scheme}://{request.host}" != self.world.config.base
        if foreign and "Authorization" in request.headers:
            return web.Response(status=400, text="<Error><Code>InvalidArgument</Code></Error>", content_type="text/xml")
        stored = self.world.media.redeem(request.match_info["media"], request.match_info["ticket"], self.world.clock())
        if stored is None:
            return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>", content_type="text/xml")
        return web.Response(body=stored.content, content_type=stored.mime.split(";")[0])

    async def _numbers(self, request: web.Request) -> web.Response:
        account, numbers = self._authorize(request), self.messages.numbers
        wanted = request.query.get("PhoneNumber")
        found = [
            numbers.incoming(number, account)
            for number in numbers.all.values()
            if number.name.startswith("+") and wanted in {None, number.name}
        ]
        uri = f"/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json"
        page = {"page": 0, "page_size": 50, "next_page_uri": None, "uri": uri}
        return web.json_response({"incoming_phone_numbers": found, **page})

    async def _number(self, request: web.Request) -> web.Response:
        account, numbers = self._authorize(request), self.messages.numbers
        number = numbers.by_sid(request.match_info["sid"])
        if number is None:
            raise TwilioError(20404)
        if request.method == "POST":
            form = await request.post()
            number.url = str(form.get("SmsUrl", number.url))
            number.method = str(form.get("SmsMethod", number.method))
            number.application = str(form.get("SmsApplicationSid", number.application))
            number.status_url = str(form.get("StatusCallback", number.status_url))
        return web.json_response(numbers.incoming(number, account))

    async def _unknown(self, request: web.Request) -> web.Response:
        self._authorize(request)
        raise TwilioError(20404, f"The requested resource {request.path.removeprefix('/twilio')} was not found")

    def _sent(self, request: web.Request) -> Sent:
        sent = self.messages.all.get(request.match_info["sid"])
        if sent is None:
            raise TwilioError(20404, f"The requested resource {request.path.removeprefix('/twilio')} was not found")
        return sent

    def _authorize(self, request: web.Request) -> str:
        account = self.world.setting("TWILIO_ACCOUNT_SID")
        expected = f"{account}:{self.world.setting('TWILIO_AUTH_TOKEN').split(',')[0]}"
        right = request.headers.get("Authorization") == "Basic " + base64.b64encode(expected.encode()).decode()
        if not right or request.match_info.get("account", account) != account:
            raise TwilioError(20003)
        return account
