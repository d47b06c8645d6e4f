"""How the world behaves: faults, pace, templates, verification, reset."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from sandbox.answers import API, json_answer, json_handler
from sandbox.graph.templates import Template
from sandbox.parts import Parts
from sandbox.twilio.messages import Content
from sandbox.world import Pace

Json = dict[str, Any]


class Steering:
    """The part of the control API that changes the world and not a conversation."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.world = parts.world

    def routes(self) -> list[web.RouteDef]:
        """What can be set."""
        posts: dict[str, Callable[[web.Request, Json], Awaitable[Any]]] = {
            "/faults": self._add_fault,
            "/pace": self._set_pace,
            "/reset": self._reset,
            "/templates": self._add_template,
            "/contents": self._add_content,
            "/verify/{platform}": self._verify,
        }
        return [
            web.get(f"{API}/faults", self._faults),
            web.delete(f"{API}/faults", self._clear_faults),
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

    async def _reset(self, _request: web.Request, _body: Json) -> Json:
        for phone in self.world.directory.phones.values():
            phone.bubbles.clear()
            phone.last_in, phone.blocked, phone.opted_out, phone.looking, phone.typing = None, False, False, True, False
        self.parts.slack.reset()
        self.parts.graph.whatsapp.reset()
        self.parts.graph.messenger.reset()
        self.parts.telegram.bot.reset()
        self.parts.twilio.messages.all.clear()
        self.world.faults.clear()
        self.world.log.clear()
        self.world.pace = Pace()
        self.world.feed.publish("reload", "reload", None)
        return {"ok": True}

    async def _add_template(self, _request: web.Request, body: Json) -> Json:
        templates = self.parts.graph.whatsapp.templates
        if "strict" in body:
            templates.strict = bool(body["strict"])
        if "name" in body:
            templates.add(
                msgspec.convert(
                    {"language": "en", **{name: value for name, value in body.items() if name != "strict"}}, Template
                )
            )
        return {"data": templates.listing()}

    async def _add_content(self, _request: web.Request, body: Json) -> Content:
        content = msgspec.convert(body, Content)
        self.parts.twilio.messages.contents[content.sid] = content
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
