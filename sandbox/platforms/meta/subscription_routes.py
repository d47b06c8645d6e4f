"""Answers which webhooks of a business account or a page the app is subscribed to, and where they go."""

from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from sandbox.platforms.meta.access import APP_NAME, OWNER, Access, fields
from sandbox.platforms.meta.errors import GraphError, no_object
from sandbox.platforms.meta.messenger.page import Messenger
from sandbox.platforms.meta.whatsapp.number import WhatsApp
from sandbox.world import ids

Json = dict[str, Any]


class SubscriptionRoutes:
    """Handles subscribed_apps."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._world = access.world

    def routes(self) -> list[web.RouteDef]:
        """Lists the routes; both kinds of owner answer at one path."""
        return [web.route("*", f"{OWNER}/subscribed_apps", self._subscribed)]

    async def _subscribed(self, request: web.Request) -> web.Response:
        business = self._access.business(request)
        if business:
            return await self._whatsapp(request, business)
        page = self._access.page(request)
        if page is None:
            raise no_object(request.match_info["owner"], request.method.lower())
        return await self._page(request, page)

    async def _page(self, request: web.Request, page: Messenger) -> web.Response:
        if request.method == "GET":
            listed = [{**self._app(), "subscribed_fields": page.subscription.fields}] if page.subscription.on else []
            return web.json_response({"data": listed})
        if request.method == "POST":
            body = {**request.query, **await fields(request)}
            page.subscription.set(body.get("subscribed_fields"))
        else:
            page.subscription.off()
        return web.json_response({"success": True})

    async def _whatsapp(self, request: web.Request, number: WhatsApp) -> web.Response:
        if request.method == "GET":
            listed: Json = {"whatsapp_business_api_data": self._app()}
            if number.callback:
                listed["override_callback_uri"] = number.callback
            return web.json_response({"data": [listed] if number.subscribed else []})
        callback = str((await fields(request)).get("override_callback_uri") or "") if request.method == "POST" else ""
        if callback:
            await self._verify(callback, str((await fields(request)).get("verify_token", "")))
        if callback or request.method == "DELETE":
            number.callback = callback
        number.subscribed = request.method == "POST"
        return web.json_response({"success": True})

    def _app(self) -> Json:
        return {"id": self._world.setting("META_APP_ID"), "name": APP_NAME, "link": "https://northwind.example"}

    async def _verify(self, url: str, token: str) -> None:
        """Asks a new callback address for Meta's challenge."""
        challenge = ids.numeric(url + str(self._world.clock()), 10)
        asked = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": token}
        answer = await self._world.courier.get(f"{url}?{urlencode(asked)}", timeout=5)
        if not answer.ok or answer.body.decode(errors="replace") != challenge:
            said = f"HTTP Status Code = {answer.status}" if answer.status else "no answer"
            text = f"(#2200) Callback verification failed with the following errors: {said}; HTTP Message = "
            raise GraphError(2200, message=text)
