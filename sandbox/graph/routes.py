"""The HTTP side of the Graph stand-in: who is called, with which token."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.gate import Call, PlatformError
from sandbox.graph.errors import GraphError
from sandbox.graph.messenger import Messenger
from sandbox.graph.whatsapp import WhatsApp
from sandbox.receipts import Receipts
from sandbox.world import World

Json = dict[str, Any]
MEDIA_URL_SECONDS = 300


class Graph:
    """Both of Meta's products behind one address."""

    def __init__(self, world: World, receipts: Receipts) -> None:
        self.world = world
        self.whatsapp = WhatsApp(world, receipts)
        self.messenger = Messenger(world, receipts)

    def describe(self, request: web.Request, body: bytes) -> Call:
        """WhatsApp or Messenger, by the id in the path."""
        page = {"me", self.world.setting("MESSENGER_PAGE_ID")}
        parts = request.path.split("/")
        to_page = len(parts) > 3 and (parts[3] in page or bool(self.world.directory.find("messenger", parts[3])))
        is_send = request.method == "POST" and request.path.endswith("/messages")
        quiet = b"sender_action" in body or (b'"status"' in body and b'"message_id"' in body and b'"to"' not in body)
        return Call("messenger" if to_page else "whatsapp", is_send and not quiet)

    def failure(self, value: Any) -> PlatformError:
        """The Graph error with this code; {"code", "subcode"} for one with a subcode."""
        if isinstance(value, dict):
            return GraphError(int(value["code"]), value.get("details", ""), value.get("subcode"))
        return GraphError(int(value))

    def limited(self, status: int, retry_after: float) -> web.Response:
        """A bare status; 429 as error 80007."""
        error = GraphError(4 if status == 429 else 2)
        headers = {"Retry-After": f"{retry_after:g}"} if status == 429 else {}
        return web.json_response(error.body(), status=status, headers=headers)

    def routes(self) -> list[web.RouteDef]:
        """All routes below /graph."""
        owner = "/graph/{version:v[0-9.]+}/{owner}"
        return [
            web.post(f"{owner}/messages", self._messages),
            web.post(f"{owner}/media", self._upload),
            web.get(f"{owner}/message_templates", self._templates),
            web.route("*", f"{owner}/subscribed_apps", self._subscribed),
            web.get("/graph/lookaside/{media}", self._download),
            web.get(owner, self._object),
            web.delete(owner, self._delete),
            web.route("*", "/graph/{rest:.*}", self._unknown),
        ]

    async def _messages(self, request: web.Request) -> web.Response:
        owner = request.match_info["owner"]
        if owner == self.world.setting("WHATSAPP_PHONE_NUMBER_ID"):
            self._authorize(request, "WHATSAPP_ACCESS_TOKEN")
            return await self.whatsapp.post_message(await _fields(request))
        if owner in {"me", self.world.setting("MESSENGER_PAGE_ID")}:
            self._authorize(request, "MESSENGER_ACCESS_TOKEN")
            return await self.messenger.post_message(await _fields(request))
        raise _no_object(owner)

    async def _upload(self, request: web.Request) -> web.Response:
        self._authorize(request, "WHATSAPP_ACCESS_TOKEN")
        form = await request.post()
        file = form.get("file")
        if form.get("messaging_product") != "whatsapp" or not isinstance(file, web.FileField):
            raise GraphError(100, "messaging_product and file are required.")
        stored = self.world.media.add(str(form.get("type") or file.content_type), file.file.read(), file.filename)
        return web.json_response({"id": stored.id})

    async def _templates(self, request: web.Request) -> web.Response:
        self._authorize(request, "WHATSAPP_ACCESS_TOKEN")
        listing = self.whatsapp.templates.listing()
        name = request.query.get("name")
        return web.json_response({"data": [item for item in listing if name in {None, item["name"]}], "paging": {}})

    async def _subscribed(self, request: web.Request) -> web.Response:
        self._authorize(request, "MESSENGER_ACCESS_TOKEN")
        if request.method == "GET":
            app = {
                "id": self.world.config.extra["meta_app_id"],
                "name": "Doorstep",
                "subscribed_fields": ["messages", "messaging_postbacks"],
            }
            return web.json_response({"data": [app] if self.messenger.subscribed else []})
        self.messenger.subscribed = request.method == "POST"
        return web.json_response({"success": True})

    async def _object(self, request: web.Request) -> web.Response:
        owner = request.match_info["owner"]
        readers: dict[str, Callable[[web.Request], Awaitable[web.Response]]] = {
            self.world.setting("WHATSAPP_PHONE_NUMBER_ID"): self._number,
            self.world.setting("MESSENGER_PAGE_ID"): self._page,
            "me": self._page,
        }
        if owner in readers:
            return await readers[owner](request)
        if self.world.media.get(owner):
            return await self._media_address(request)
        return await self._profile(request)

    async def _number(self, request: web.Request) -> web.Response:
        self._authorize(request, "WHATSAPP_ACCESS_TOKEN")
        number = self.world.config.extra["whatsapp_number"]
        display = f"+{number[0]} {number[1:4]}-{number[4:7]}-{number[7:]}"
        return web.json_response(
            {
                "verified_name": "Northwind",
                "display_phone_number": display,
                "quality_rating": "GREEN",
                "id": request.match_info["owner"],
            }
        )

    async def _page(self, request: web.Request) -> web.Response:
        self._authorize(request, "MESSENGER_ACCESS_TOKEN")
        return web.json_response({"name": "Northwind", "id": self.world.setting("MESSENGER_PAGE_ID")})

    async def _media_address(self, request: web.Request) -> web.Response:
        self._authorize(request, "WHATSAPP_ACCESS_TOKEN")
        stored = self.world.media.get(request.match_info["owner"])
        if stored is None:
            raise _no_object(request.match_info["owner"])
        stored.url_made = self.world.clock()
        url = f"{self.world.config.base}/graph/lookaside/{stored.id}?ext={int(stored.url_made)}"
        body = {
            "messaging_product": "whatsapp",
            "url": url,
            "mime_type": stored.mime,
            "sha256": stored.sha256,
            "file_size": len(stored.content),
            "id": stored.id,
        }
        return web.json_response(body)

    async def _download(self, request: web.Request) -> web.Response:
        self._authorize(request, "WHATSAPP_ACCESS_TOKEN")
        stored = self.world.media.get(request.match_info["media"])
        if stored is None or self.world.clock() - stored.url_made > MEDIA_URL_SECONDS:
            return web.Response(status=404)
        return web.Response(body=stored.content, content_type=stored.mime)

    async def _delete(self, request: web.Request) -> web.Response:
        self._authorize(request, "WHATSAPP_ACCESS_TOKEN")
        return web.json_response({"success": True})

    async def _profile(self, request: web.Request) -> web.Response:
        self._authorize(request, "MESSENGER_ACCESS_TOKEN")
        phone = self.world.directory.find("messenger", request.match_info["owner"])
        if phone is None:
            raise _no_object(request.match_info["owner"])
        first, _, last = phone.name.partition(" ")
        known = {
            "first_name": first,
            "last_name": last,
            "name": phone.name,
            "locale": "zh_CN" if phone.locale.startswith("zh") else "en_US",
        }
        wanted = request.query.get("fields", "first_name,last_name").split(",")
        return web.json_response({**{name: known[name] for name in wanted if name in known}, "id": phone.address})

    async def _unknown(self, request: web.Request) -> web.Response:
        raise GraphError(2500, message="Unknown path components: " + request.path)

    def _authorize(self, request: web.Request, setting: str) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        given = token if scheme.lower() in {"bearer", "oauth"} else request.query.get("access_token", "")
        if not given:
            raise GraphError(190, message="An access token is required to request this resource.")
        if given != self.world.setting(setting):
            raise GraphError(190)


async def _fields(request: web.Request) -> Json:
    if request.content_type != "application/json":
        form = await request.post()
        return {name: _decoded(value) for name, value in form.items()}
    try:
        body = await request.json()
    except json.JSONDecodeError as error:
        raise GraphError(100, message="(#100) The request body is not valid JSON.") from error
    if not isinstance(body, dict):
        raise GraphError(100, message="(#100) The request body is not an object.")
    return body


def _decoded(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"{", "["}:
        return json.loads(value)
    return value


def _no_object(owner: str) -> GraphError:
    text = (
        f"Unsupported request. Object with ID '{owner}' does not exist, "
        "cannot be loaded due to missing permissions, or does not support this operation."
    )
    return GraphError(100, subcode=33, message=text)
