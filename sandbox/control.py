"""What people do, as calls of the control API: customers, agents, the store."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from sandbox.answers import API, answered, json_handler
from sandbox.parts import Parts
from sandbox.people import Person, Phone
from sandbox.webhooks import Answer
from sandbox.world import phone_card

Json = dict[str, Any]


class Control:
    """Handlers of the people; each takes the request's JSON and gives JSON."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.world = parts.world

    def routes(self) -> list[web.RouteDef]:
        """What can be done."""
        posts: dict[str, Callable[[web.Request, Json], Awaitable[Any]]] = {
            "/phones/{phone}/send": self._send,
            "/phones/{phone}/look": self._look,
            "/phones/{phone}/age": self._age,
            "/phones/{phone}/block": self._block,
            "/phones/{phone}/marketing": self._marketing,
            "/people": self._add_person,
            "/store/orders/{number}/{action}": self._store_act,
            "/store/events": self._store_event,
            "/store/seed": self._seed,
            "/slack/{action}": self._slack,
        }
        return [web.post(API + path, json_handler(handler)) for path, handler in posts.items()]

    async def _send(self, request: web.Request, body: Json) -> Json:
        phone = self._phone(request)
        before = len(phone.bubbles)
        work = self.world.spawn(_contained(self.parts.phones.send(phone, body)))
        await asyncio.sleep(0)
        if body.get("wait") or work.done():
            answer = await work
            if isinstance(answer, ValueError):
                raise answer
            return {"bubbles": phone.bubbles[before:], "status": answer.status}
        return {"bubbles": phone.bubbles[before:], "status": None}

    async def _look(self, request: web.Request, body: Json) -> Json:
        phone = self._phone(request)
        if body.get("looking", True):
            await self.parts.receipts.look(phone)
        else:
            phone.looking = False
        self.world.touch_phone(phone)
        return phone_card(phone, self.world.clock())

    async def _age(self, request: web.Request, body: Json) -> Json:
        phone = self._phone(request)
        phone.last_in = None if body.get("hours") is None else self.world.clock() - float(body["hours"]) * 3600
        self.world.touch_phone(phone)
        return phone_card(phone, self.world.clock())

    async def _block(self, request: web.Request, body: Json) -> Json:
        phone = self._phone(request)
        await self.parts.phones.block(phone, bool(body.get("blocked", True)))
        self.world.touch_phone(phone)
        return phone_card(phone, self.world.clock())

    async def _marketing(self, request: web.Request, body: Json) -> Json:
        phone = self._phone(request)
        answer = await self.parts.phones.prefer(phone, bool(body.get("stop", True)))
        self.world.touch_phone(phone)
        return answered(answer)

    async def _add_person(self, _request: web.Request, body: Json) -> Json:
        directory = self.world.directory
        channels = [str(channel) for channel in body.pop("channels", ["whatsapp"])]
        started, hidden = bool(body.pop("started", False)), bool(body.pop("hidden_number", False))
        given = {"id": f"p-{uuid.uuid4().hex[:8]}", "name": "Test Person", "number": "", **body}
        given["number"] = given["number"] or directory.free_number()
        person = msgspec.convert(given, Person)
        phones = directory.add(person, channels)
        for phone in phones:
            phone.hidden_number = hidden
            phone.last_in = self.world.clock() if started else None
            self.world.touch_phone(phone)
        self.world.feed.publish("person", person.id, person)
        now = self.world.clock()
        return {"person": person, "phones": [phone_card(phone, now) for phone in phones]}

    async def _store_act(self, request: web.Request, _body: Json) -> Json:
        number = request.match_info["number"]
        if number not in self.parts.store.records:
            raise LookupError(f"no order {number!r}")
        return answered(await self.parts.store.act(number, request.match_info["action"]))

    async def _store_event(self, _request: web.Request, body: Json) -> Json:
        return answered(await self.parts.store.report(str(body["type"]), body["data"]))

    async def _seed(self, _request: web.Request, body: Json) -> Json:
        if body.get("renew"):
            self.parts.store.renew()
        return {"ok": await self.parts.store.seed()}

    async def _slack(self, request: web.Request, body: Json) -> Any:
        agents, interactions = self.parts.slack.agents, self.parts.slack.interactions
        instant: dict[str, Callable[[Json], Any]] = {
            "reply": agents.reply,
            "edit": agents.edit,
            "delete": agents.delete,
            "react": agents.react,
            "home": agents.home,
        }
        slow: dict[str, Callable[[Json], Awaitable[Any]]] = {
            "press": interactions.press,
            "submit": interactions.submit,
            "close": interactions.close,
            "options": interactions.suggest,
            "command": interactions.command,
            "shortcut": interactions.shortcut,
        }
        action = request.match_info["action"]
        if action in instant:
            return instant[action](body) or {"ok": True}
        if action not in slow:
            raise LookupError(f"no Slack action {action!r}")
        result = await slow[action](body)
        return answered(result) if isinstance(result, Answer) else result or {"ok": True}

    def _phone(self, request: web.Request) -> Phone:
        phone = self.world.directory.phones.get(request.match_info["phone"])
        if phone is None:
            raise LookupError(f"no phone {request.match_info['phone']!r}")
        return phone


async def _contained(work: Awaitable[Answer]) -> Answer | ValueError:
    try:
        return await work
    except ValueError as error:
        return error
