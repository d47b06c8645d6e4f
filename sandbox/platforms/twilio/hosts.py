"""Serves Twilio's other hosts, as paths: messaging (typing, senders), content (templates), monitor (alerts)."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from sandbox.platforms.twilio import contents
from sandbox.platforms.twilio.errors import TwilioError
from sandbox.platforms.twilio.messages import Messages
from sandbox.platforms.twilio.numbers import PREFIX, Number, Service
from sandbox.world import ids

Json = dict[str, Any]
Authorize = Callable[[web.Request], str]


class Hosts:
    """Handles calls below /twilio/messaging, /twilio/content and /twilio/monitor."""

    def __init__(self, messages: Messages, authorize: Authorize) -> None:
        self._messages = messages
        self._authorize = authorize

    def routes(self) -> list[web.RouteDef]:
        """Lists the routes of these hosts."""
        return [
            web.post("/twilio/messaging/v2/Indicators/Typing.json", self._typing),
            web.get("/twilio/messaging/v2/Channels/Senders", self._senders),
            web.get("/twilio/messaging/v2/Channels/Senders/{sid}", self._sender),
            web.post("/twilio/messaging/v2/Channels/Senders/{sid}", self._change),
            web.get("/twilio/messaging/v1/Services", self._services),
            web.get("/twilio/messaging/v1/Services/{sid}", self._service),
            web.post("/twilio/messaging/v1/Services/{sid}", self._service),
            web.get("/twilio/messaging/v1/Services/{sid}/PhoneNumbers", self._members),
            web.get("/twilio/content/v1/ContentAndApprovals", self._contents),
            web.post("/twilio/content/v1/Content", self._make),
            web.post("/twilio/content/v1/Content/{sid}/ApprovalRequests/whatsapp", self._approve),
            web.get("/twilio/monitor/v1/Alerts", self._alerts),
        ]

    async def _typing(self, request: web.Request) -> web.Response:
        self._authorize(request)
        form = await request.post()
        if form.get("channel") != "whatsapp":
            raise TwilioError(20001, "The channel must be whatsapp", 400)
        self._messages.typing(str(form.get("messageId", "")))
        return web.json_response({"success": True})

    async def _senders(self, request: web.Request) -> web.Response:
        self._authorize(request)
        numbers = self._messages.numbers
        found = [number for number in numbers.all.values() if number.name.startswith(PREFIX)]
        return web.json_response(_page(request, "senders", [numbers.sender(number) for number in found]))

    async def _sender(self, request: web.Request) -> web.Response:
        return web.json_response(self._messages.numbers.sender(self._found(request)))

    async def _change(self, request: web.Request) -> web.Response:
        number = self._found(request)
        try:
            given = (await request.json()).get("webhook") or {}
        except (json.JSONDecodeError, AttributeError) as error:
            raise TwilioError(20001, "The body is not JSON", 400) from error
        number.url = str(given.get("callback_url", number.url) or "")
        number.status_url = str(given.get("status_callback_url", number.status_url) or "")
        return web.json_response(self._messages.numbers.sender(number), status=202)

    def _found(self, request: web.Request) -> Number:
        self._authorize(request)
        number = self._messages.numbers.by_sid(request.match_info["sid"])
        if number is None:
            raise TwilioError(20404)
        return number

    async def _services(self, request: web.Request) -> web.Response:
        account = self._authorize(request)
        return web.json_response(_page(request, "services", [self._messages.numbers.messaging_service(account)]))

    async def _service(self, request: web.Request) -> web.Response:
        account, numbers = self._authorize(request), self._messages.numbers
        self._require_service(request)
        if request.method == "POST":
            form, service = await request.post(), numbers.service
            service.url = str(form.get("InboundRequestUrl", service.url))
            service.method = str(form.get("InboundMethod", service.method))
            service.own = str(form.get("UseInboundWebhookOnNumber", str(service.own))).lower() == "true"
        return web.json_response(numbers.messaging_service(account))

    async def _members(self, request: web.Request) -> web.Response:
        account = self._authorize(request)
        service = self._require_service(request)
        rows = [
            {
                "sid": number.sid,
                "account_sid": account,
                "service_sid": service.sid,
                "phone_number": number.name,
                "country_code": "US",
                "capabilities": ["SMS", "MMS", "Voice"],
            }
            for number in self._messages.numbers.sms()
        ]
        return web.json_response(_page(request, "phone_numbers", rows))

    def _require_service(self, request: web.Request) -> Service:
        service = self._messages.numbers.service
        if request.match_info["sid"] != service.sid:
            raise TwilioError(20404)
        return service

    async def _contents(self, request: web.Request) -> web.Response:
        account, now = self._authorize(request), self._messages.world.clock()
        rows = [content.resource(account, now) for content in self._messages.contents.values()]
        return web.json_response(_page(request, "contents", rows))

    async def _make(self, request: web.Request) -> web.Response:
        account, body = self._authorize(request), await _json(request)
        content = contents.made(body)
        self._messages.contents[content.sid] = content
        return web.json_response(content.resource(account, self._messages.world.clock()), status=201)

    async def _approve(self, request: web.Request) -> web.Response:
        """Takes a request for approval: "received" until it is decided on command."""
        self._authorize(request)
        content = self._messages.contents.get(request.match_info["sid"])
        if content is None:
            raise TwilioError(20404)
        return web.json_response(contents.submitted(content, await _json(request)), status=201)

    async def _alerts(self, request: web.Request) -> web.Response:
        account = self._authorize(request)
        rows = [_alert(account, alert) for alert in reversed(self._messages.alerts)]
        return web.json_response(_page(request, "alerts", rows))


async def _json(request: web.Request) -> Json:
    try:
        body = await request.json()
    except json.JSONDecodeError as error:
        raise TwilioError(20001, "The body is not JSON", 400) from error
    if not isinstance(body, dict):
        raise TwilioError(20001, "The body is no object", 400)
    return body


def _page(request: web.Request, key: str, rows: Sequence[Json]) -> Json:
    """Makes a page in the form of v1 and v2."""
    size, number = int(request.query.get("PageSize", 50)), int(request.query.get("Page", 0))
    shown = rows[number * size : (number + 1) * size]
    path = request.url.with_query(None)

    def at(page: int) -> str:
        return str(path.with_query({**request.query, "PageSize": size, "Page": page}))

    return {
        key: shown,
        "meta": {
            "key": key,
            "page": number,
            "page_size": size,
            "first_page_url": at(0),
            "previous_page_url": at(number - 1) if number else None,
            "next_page_url": at(number + 1) if len(rows) > (number + 1) * size else None,
            "url": at(number),
        },
    }


def _alert(account: str, alert: Json) -> Json:
    date = datetime.fromtimestamp(alert["at"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    sid = "NO" + ids.checksum(alert["sid"]) * 4
    return {
        "sid": sid,
        "account_sid": account,
        "error_code": str(alert["code"]),
        "log_level": "error",
        "alert_text": f"sourceComponent=14100&httpResponse=502&url={alert['url']}",
        "date_created": date,
        "date_generated": date,
        "date_updated": date,
        "more_info": f"https://www.twilio.com/docs/errors/{alert['code']}",
        "request_method": "POST",
        "request_url": alert["url"],
        "resource_sid": alert["sid"],
        "service_sid": None,
        "url": f"https://monitor.twilio.com/v1/Alerts/{sid}",
    }
