"""Sets how the world behaves: faults, pace, templates, verification, reset."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from sandbox.config import MAIN
from sandbox.control import clearing
from sandbox.control.answers import API, answered, json_answer, json_handler
from sandbox.control.parts import Parts
from sandbox.platforms.meta import news
from sandbox.platforms.meta.templates.registered import Template
from sandbox.platforms.twilio.contents import Content
from sandbox.wire.faults import PLATFORMS, TELLING
from sandbox.wire.gate import Platform
from sandbox.world.world import Pace

Json = dict[str, Any]


class Steering:
    """Handles the calls that change the world and not a conversation."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.world = parts.world

    def routes(self) -> list[web.RouteDef]:
        """Lists the routes: everything that can be set."""
        posts: dict[str, Callable[[web.Request, Json], Awaitable[Any]]] = {
            "/faults": self._add_fault,
            "/pace": self._set_pace,
            "/clear": self._clear,
            "/reset": self._reset,
            "/templates": self._add_template,
            "/contents": self._add_content,
            "/verify/{platform}": self._verify,
            "/webhooks": self._webhooks,
            "/media/expire": self._expire,
            "/media/redirect": self._redirect,
            "/graph/news": self._news,
            "/graph/subscription": self._subscription,
        }
        return [
            web.get(f"{API}/faults", self._faults),
            web.delete(f"{API}/faults", self._clear_faults),
            web.get(f"{API}/webhooks", self._muted),
            web.get(f"{API}/errors/{{platform}}", self._errors),
            *[web.post(API + path, json_handler(handler)) for path, handler in posts.items()],
        ]

    async def _faults(self, _request: web.Request) -> web.Response:
        return json_answer(self.world.faults.active)

    async def _clear_faults(self, request: web.Request) -> web.Response:
        wanted = request.query.get("id")
        self.world.faults.clear(int(wanted) if wanted else None)
        self._announce_faults()
        return json_answer(self.world.faults.active)

    async def _add_fault(self, _request: web.Request, body: Json) -> Any:
        fault = self.world.faults.add(
            str(body.get("platform")),
            str(body.get("kind")),
            body.get("times"),
            body.get("value"),
            str(body.get("method") or ""),
        )
        self._announce_faults()
        return fault

    def _announce_faults(self) -> None:
        self.world.feed.publish("faults", "faults", list(self.world.faults.active))

    async def _set_pace(self, _request: web.Request, body: Json) -> Pace:
        known = msgspec.to_builtins(self.world.pace)
        unknown = [name for name in body if name not in known]
        if unknown:
            raise ValueError(f"unknown pace {unknown[0]!r}; one of {', '.join(known)}")
        self.world.pace = msgspec.convert({**known, **body}, Pace)
        if body.get("looking"):
            for phone in self.world.directory.phones.values():
                if phone.looking:
                    await self.parts.receipts.look(phone)
        self.world.feed.publish("pace", "pace", self.world.pace)
        return self.world.pace

    async def _webhooks(self, _request: web.Request, body: Json) -> Json:
        platform, muted = str(body.get("platform")), self.world.courier.muted
        if platform not in PLATFORMS + TELLING:
            raise ValueError(f"unknown platform {platform!r}; one of {', '.join(PLATFORMS + TELLING)}")
        if body.get("deliver", True):
            muted.discard(platform)
            if platform == "telegram":
                self.parts.telegram.resume()
        else:
            muted.add(platform)
        return {"muted": sorted(muted)}

    async def _muted(self, _request: web.Request) -> web.Response:
        return json_answer({"muted": sorted(self.world.courier.muted)})

    async def _errors(self, request: web.Request) -> web.Response:
        platform, parts = request.match_info["platform"], self.parts
        owners: dict[str, Platform] = {
            "whatsapp": parts.graph,
            "messenger": parts.graph,
            "telegram": parts.telegram,
            "twilio": parts.twilio,
            "slack": parts.slacks,
            "store": parts.asked,
            "shopify": parts.shopify,
            "woocommerce": parts.woocommerce,
        }
        if platform not in owners:
            return json_answer({"error": f"no platform {platform!r}; one of {', '.join(owners)}"}, 404)
        return json_answer(owners[platform].errors(platform))

    async def _expire(self, _request: web.Request, body: Json) -> Json:
        return {"closed": self.world.media.expire(str(body.get("id", "")))}

    async def _redirect(self, _request: web.Request, body: Json) -> Json:
        media = self.world.media
        media.redirect, media.origin = str(body.get("to") or ""), str(body.get("origin") or "").rstrip("/")
        return {"to": media.redirect, "origin": media.origin}

    async def _news(self, _request: web.Request, body: Json) -> Json:
        account, graph = str(body.get("account", MAIN)), self.parts.graph
        field, value = str(body["field"]), body.get("value") or {}
        if body.get("platform") == "messenger":
            return answered(await news.of_page(graph.pages[account], field, value))
        return answered(await news.of_business(graph.numbers[account], field, value))

    async def _subscription(self, _request: web.Request, body: Json) -> Json:
        """Unsubscribes the app as Meta does after an hour of failures, or subscribes it again."""
        account, graph, on = str(body.get("account", MAIN)), self.parts.graph, bool(body.get("subscribed"))
        if body.get("platform") == "messenger":
            subscription = graph.pages[account].subscription
            subscription.set(body.get("fields")) if on else subscription.off()
            return {"fields": subscription.fields}
        graph.numbers[account].subscribed = on
        return {"subscribed": on}

    async def _reset(self, _request: web.Request, _body: Json) -> Json:
        """Makes the sandbox as it was at the start, whatever the product thinks of it."""
        self.world.clear_chats()
        for phone in self.world.directory.phones.values():
            phone.last_in, phone.blocked, phone.opted_out, phone.looking, phone.held = None, False, False, True, False
        parts = self.parts
        shops = (parts.shopify, parts.woocommerce, parts.tracking)
        for owner in (parts.slacks, parts.graph, parts.telegram, parts.twilio, *shops):
            owner.reset()
        self.world.media.redirect = self.world.media.origin = ""
        self.world.log.clear()
        clearing.restore_pace(self.parts)
        self.world.feed.publish("reload", "reload", None)
        return {"ok": True}

    async def _clear(self, _request: web.Request, _body: Json) -> Json:
        return {"ok": True, "resolved": await clearing.clear(self.parts)}

    async def _add_template(self, _request: web.Request, body: Json) -> Json:
        account, graph = str(body.get("account", MAIN)), self.parts.graph
        owners = graph.pages if body.get("platform") == "messenger" else graph.numbers
        templates = owners[account].templates
        if "strict" in body:
            templates.strict = bool(body["strict"])
        if "name" in body:
            about = {name: value for name, value in body.items() if name not in {"strict", "platform", "account"}}
            templates.add(msgspec.convert({"language": "en", **about}, Template))
        return {"data": templates.listing()}

    async def _add_content(self, _request: web.Request, body: Json) -> Content:
        kept = self.parts.twilio.messages.contents
        known = kept.get(str(body.get("sid")))
        content = msgspec.convert({**(msgspec.structs.asdict(known) if known else {}), **body}, Content)
        kept[content.sid] = content
        return content

    async def _verify(self, request: web.Request, body: Json) -> Json:
        platform = request.match_info["platform"]
        if platform == "slack":
            return {"ok": await self.parts.slack.desk.outlet.verification()}
        token = self.world.setting(f"{platform.upper()}_VERIFY_TOKEN")
        challenge = uuid.uuid4().hex
        query = f"hub.mode=subscribe&hub.verify_token={body.get('token', token)}&hub.challenge={challenge}"
        answer = await self.world.courier.get(f"{self.world.config.product}/webhooks/{platform}?{query}")
        return {"ok": answer.ok and answer.body.decode() == challenge, "status": answer.status}
