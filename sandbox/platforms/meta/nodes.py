"""Tells what the Graph API knows of numbers, business accounts, pages, threads, people and the app."""

from typing import Any

from aiohttp import web

from sandbox.platforms.meta.access import APP_NAME, OWNER, Access, fields
from sandbox.platforms.meta.errors import GraphError, no_object
from sandbox.platforms.meta.media_routes import MediaRoutes
from sandbox.platforms.meta.messenger.conversations import Conversations, parse_fields
from sandbox.platforms.meta.number_node import business_node, number_node
from sandbox.platforms.meta.whatsapp import block_list

Json = dict[str, Any]
SCOPES = ["whatsapp_business_management", "whatsapp_business_messaging", "pages_messaging", "page_utility_messaging"]


class Nodes:
    """Handles calls about everything that is not a message."""

    def __init__(self, access: Access, media: MediaRoutes) -> None:
        self._access = access
        self._world = access.world
        self._media = media
        self._conversations = {name: Conversations(page) for name, page in access.pages.items()}

    def routes(self) -> list[web.RouteDef]:
        """Lists the routes: what can be read and subscribed to."""
        return [
            web.get(f"{OWNER}/phone_numbers", self._numbers),
            web.route("*", f"{OWNER}/messenger_profile", self._profile),
            web.post(f"{OWNER}/block_users", self._block),
            web.delete(f"{OWNER}/block_users", self._block),
            web.get(f"{OWNER}/conversations", self._threads),
            web.get(f"{OWNER}/messages", self._thread),
            web.get(f"{OWNER}/attachments", self._attachments),
            web.get("/graph/{version:v[0-9.]+}/debug_token", self._debug),
            web.get("/graph/{version:v[0-9.]+}/app", self._app),
            web.get(OWNER, self._object),
        ]

    async def _object(self, request: web.Request) -> web.Response:
        number = self._access.number(request)
        if number:
            return web.json_response(
                _chosen(number_node(number), request, "verified_name,display_phone_number,quality_rating")
            )
        business = self._access.business(request)
        if business:
            return web.json_response(_chosen(business_node(business), request, "name"))
        page = self._access.page(request)
        if page:
            known = {"id": page.setting("MESSENGER_PAGE_ID"), "name": self._world.config.shop, "is_published": True}
            return web.json_response(_chosen(known, request, "name"))
        if self._access.platform(request.match_info["owner"]) == "messenger":
            return web.json_response(self._messenger_node(request))
        return web.json_response(self._media.address(request))

    async def _block(self, request: web.Request) -> web.Response:
        number = self._access.number(request)
        if number is None:
            self._access.token(request)
            raise no_object(request.match_info["owner"], request.method.lower())
        return block_list.change(number, await fields(request), blocked=request.method == "POST")

    def _messenger_node(self, request: web.Request) -> Json:
        page, owner = self._access.messenger(request), request.match_info["owner"]
        phone = self._world.directory.find("messenger", owner, page.account)
        if phone and not phone.name:
            raise GraphError(100, subcode=2018218, message="(#100) No profile available for this user.")
        if phone:
            first, _, last = phone.name.partition(" ")
            locale = "zh_CN" if phone.locale.startswith("zh") else "en_US"
            known: Json = {"first_name": first, "last_name": last, "name": phone.name, "locale": locale}
            wanted = request.query.get("fields", "first_name,last_name").split(",")
            return {**{name: known[name] for name in wanted if name in known}, "id": phone.address}
        bubble = self._world.bubble(owner)
        owned = bubble and self._world.directory.phones[bubble.phone].account == page.account
        if bubble is None or not owned:
            raise no_object(owner)
        wanted_fields = parse_fields(request.query.get("fields", "id,created_time"))
        return self._conversations[page.account].message(bubble, wanted_fields)

    async def _numbers(self, request: web.Request) -> web.Response:
        number = self._access.business(request)
        if number is None:
            raise no_object(request.match_info["owner"])
        return web.json_response(
            {"data": [_chosen(number_node(number), request, "verified_name,display_phone_number")]}
        )

    async def _profile(self, request: web.Request) -> web.Response:
        page = self._access.page(request)
        if page is None:
            raise no_object(request.match_info["owner"], request.method.lower())
        if request.method == "POST":
            page.profile |= await fields(request)
            return web.json_response({"result": "success"})
        wanted = request.query.get("fields", "").split(",")
        if request.method == "DELETE":
            for name in (await fields(request)).get("fields") or wanted:
                page.profile.pop(str(name), None)
            return web.json_response({"result": "success"})
        found = {name: page.profile[name] for name in wanted if name in page.profile}
        return web.json_response({"data": [found] if found else []})

    async def _threads(self, request: web.Request) -> web.Response:
        page = self._access.page(request)
        if page is None:
            raise no_object(request.match_info["owner"])
        return web.json_response(self._conversations[page.account].listing(dict(request.query)))

    async def _thread(self, request: web.Request) -> web.Response:
        page = self._access.messenger(request)
        answer = self._conversations[page.account].messages(request.match_info["owner"], dict(request.query))
        return web.json_response(answer)

    async def _attachments(self, request: web.Request) -> web.Response:
        page, owner = self._access.messenger(request), request.match_info["owner"]
        bubble = self._world.bubble(owner)
        if bubble is None or self._world.directory.phones[bubble.phone].account != page.account:
            raise no_object(owner)
        return web.json_response(self._conversations[page.account].attachments(bubble))

    async def _debug(self, request: web.Request) -> web.Response:
        self._access.token(request)
        valid = request.query.get("input_token", "") in self._access.tokens()
        data: Json = {"app_id": self._world.setting("META_APP_ID"), "is_valid": valid}
        if valid:
            data |= {"type": "SYSTEM_USER", "application": APP_NAME, "expires_at": 0, "scopes": SCOPES}
        else:
            data["error"] = {"code": 190, "message": "Invalid OAuth access token."}
        return web.json_response({"data": data})

    async def _app(self, request: web.Request) -> web.Response:
        self._access.token(request)
        return web.json_response(_chosen({"id": self._world.setting("META_APP_ID"), "name": APP_NAME}, request, "name"))


def _chosen(known: Json, request: web.Request, default: str) -> Json:
    """Chooses the fields that a call asks for; raises GraphError for one that does not exist."""
    wanted = parse_fields(request.query.get("fields", default))
    for name in wanted:
        if name not in known:
            raise GraphError(100, message=f"(#100) Tried accessing nonexisting field ({name})")
    return {**{name: known[name] for name in wanted}, "id": known["id"]}
