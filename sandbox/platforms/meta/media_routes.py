"""Serves media over the Graph API: uploads, WhatsApp's five-minute links, Messenger's attachments and its CDN."""

from typing import Any

from aiohttp import web

from sandbox.platforms.meta import links, media_rules
from sandbox.platforms.meta.access import OWNER, Access, fields
from sandbox.platforms.meta.errors import GraphError, no_object
from sandbox.world.media import Stored

Json = dict[str, Any]
UPLOAD_DAYS = 30


class MediaRoutes:
    """Handles calls about files."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._world = access.world

    def routes(self) -> list[web.RouteDef]:
        """Lists the routes that lead to files."""
        return [
            web.post(f"{OWNER}/media", self._upload),
            web.post(f"{OWNER}/message_attachments", self._attachment),
            web.get("/graph/lookaside/{media}", self._download),
            web.get("/graph/cdn/{media}", self._cdn),
            web.delete(OWNER, self._delete),
        ]

    async def _upload(self, request: web.Request) -> web.Response:
        number = self._access.number(request)
        if number is None:
            raise no_object(request.match_info["owner"], "post")
        form = await request.post()
        file = form.get("file")
        if form.get("messaging_product") != "whatsapp" or not isinstance(file, web.FileField):
            raise GraphError(100, "messaging_product and file are required.")
        mime, content = str(form.get("type") or file.content_type), file.file.read()
        media_rules.check_upload(mime, content)
        stored = self._world.media.add(mime, content, file.filename, UPLOAD_DAYS)
        stored.owner = number.account
        return web.json_response({"id": stored.id})

    async def _attachment(self, request: web.Request) -> web.Response:
        page = self._access.page(request)
        if page is None:
            raise no_object(request.match_info["owner"], "post")
        body = await fields(request)
        return await page.keep_attachment(body.get("message") or {}, self.uploaded(body))

    def uploaded(self, body: Json) -> Stored | None:
        """Reads the file in the part `filedata` of a multipart call."""
        file = body.get("filedata")
        if not isinstance(file, web.FileField):
            return None
        return self._world.media.add(file.content_type, file.file.read(), file.filename, UPLOAD_DAYS)

    def address(self, request: web.Request) -> Json:
        """Answers GET /{media} with a link for five minutes; raises GraphError."""
        number, media_id = self._access.whatsapp(request), request.match_info["owner"]
        stored = self._world.media.get(media_id)
        asked = request.query.get("phone_number_id", number.setting("WHATSAPP_PHONE_NUMBER_ID"))
        strange = stored is not None and stored.owner not in {"", number.account}
        if stored is None or strange or asked != number.setting("WHATSAPP_PHONE_NUMBER_ID"):
            raise no_object(media_id)
        return {
            "messaging_product": "whatsapp",
            "url": links.lookaside(self._world, stored),
            "mime_type": stored.mime,
            "sha256": stored.sha256,
            "file_size": len(stored.content),
            "id": stored.id,
        }

    async def _download(self, request: web.Request) -> web.Response:
        if self._access.token(request) not in self._access.tokens():
            raise GraphError(190)
        return self._file(request, request.query.get("hash", ""))

    async def _cdn(self, request: web.Request) -> web.Response:
        return self._file(request, request.query.get("oh", ""))

    def _file(self, request: web.Request, token: str) -> web.Response:
        media = self._world.media
        if media.redirect:
            return web.Response(status=302, headers={"Location": media.redirect})
        stored = media.redeem(request.match_info["media"], token, self._world.clock())
        if stored is None:
            return web.Response(status=404)
        return web.Response(body=stored.content, headers={"Content-Type": stored.mime})

    async def _delete(self, request: web.Request) -> web.Response:
        self._access.whatsapp(request)
        if not self._world.media.forget(request.match_info["owner"]):
            raise no_object(request.match_info["owner"], "delete")
        return web.json_response({"success": True})
