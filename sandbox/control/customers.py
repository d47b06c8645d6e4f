"""Lets customers act, by calls of the control API: people and their phones."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from sandbox.config import MAIN
from sandbox.control.answers import API, answered, json_handler
from sandbox.control.parts import Parts
from sandbox.wire.webhooks import Answer
from sandbox.world.people import Person, Phone
from sandbox.world.world import phone_card

Json = dict[str, Any]


class Customers:
    """Handles calls about people and phones; each takes the request's JSON and gives JSON."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.world = parts.world

    def routes(self) -> list[web.RouteDef]:
        """Lists the routes: everything that customers can do."""
        posts: dict[str, Callable[[web.Request, Json], Awaitable[Any]]] = {
            "/people": self._add_person,
            "/people/{person}/phones": self._add_phones,
            "/phones/{phone}/send": self._send,
            "/phones/{phone}/look": self._look,
            "/phones/{phone}/age": self._age,
            "/phones/{phone}/block": self._block,
            "/phones/{phone}/marketing": self._marketing,
            "/phones/{phone}/hide": self._hide,
            "/phones/{phone}/number": self._number,
            "/batches": self._batch,
        }
        return [web.post(API + path, json_handler(handler)) for path, handler in posts.items()]

    async def _send(self, request: web.Request, body: Json) -> Json:
        phone = self._phone(request.match_info["phone"])
        before = len(phone.bubbles)
        answer = await self._worked(self.parts.phones.send(phone, body), bool(body.get("wait")))
        return {"bubbles": phone.bubbles[before:], "status": answer.status if answer else None}

    async def _batch(self, _request: web.Request, body: Json) -> Json:
        items = [(self._phone(str(item.get("phone"))), item) for item in body.get("items") or []]
        answer = await self._worked(self.parts.phones.batch(items), bool(body.get("wait")))
        return {"status": answer.status if answer else None}

    async def _worked(self, work: Awaitable[Answer], wait: bool) -> Answer | None:
        """Returns the answer if it is there at once or is waited for; raises ValueError."""
        task = self.world.spawn(_contained(work))
        await asyncio.sleep(0)
        if not wait and not task.done():
            return None
        answer: Answer | ValueError = await task
        if isinstance(answer, ValueError):
            raise answer
        return answer

    async def _look(self, request: web.Request, body: Json) -> Json:
        phone = self._phone(request.match_info["phone"])
        if body.get("looking", True):
            await self.parts.receipts.look(phone)
        else:
            phone.looking = False
        return self._card(phone)

    async def _age(self, request: web.Request, body: Json) -> Json:
        phone = self._phone(request.match_info["phone"])
        phone.last_in = None if body.get("hours") is None else self.world.clock() - float(body["hours"]) * 3600
        return self._card(phone)

    async def _block(self, request: web.Request, body: Json) -> Json:
        phone = self._phone(request.match_info["phone"])
        await self.parts.phones.block(phone, bool(body.get("blocked", True)))
        return self._card(phone)

    async def _hide(self, request: web.Request, body: Json) -> Json:
        phone = self._phone(request.match_info["phone"])
        self.parts.phones.hide(phone, bool(body.get("hidden", True)))
        return self._card(phone)

    async def _number(self, request: web.Request, body: Json) -> Json:
        phone = self._phone(request.match_info["phone"])
        answer = await self.parts.phones.renumber(phone, str(body.get("to", "")))
        return {**answered(answer), "phone": self._card(phone)}

    async def _marketing(self, request: web.Request, body: Json) -> Json:
        phone = self._phone(request.match_info["phone"])
        stop, signup = bool(body.get("stop", True)), bool(body.get("signup"))
        answer = await self.parts.phones.prefer(phone, stop and not signup, signup)
        self.world.touch_phone(phone)
        return answered(answer)

    async def _add_person(self, _request: web.Request, body: Json) -> Json:
        directory = self.world.directory
        channels = [str(channel) for channel in body.pop("channels", ["whatsapp"])]
        account = str(body.pop("account", MAIN))
        started, hidden = bool(body.pop("started", False)), bool(body.pop("hidden_number", False))
        given = {"id": f"p-{uuid.uuid4().hex[:8]}", "name": "Test Person", "number": "", **body}
        given["number"] = given["number"] or directory.free_number()
        person = msgspec.convert(given, Person)
        return self._opened(person, directory.add(person, channels, account), started, hidden)

    async def _add_phones(self, request: web.Request, body: Json) -> Json:
        person = self.world.directory.people.get(request.match_info["person"])
        if person is None:
            raise LookupError(f"no person {request.match_info['person']!r}")
        channels = [str(channel) for channel in body.get("channels", ["whatsapp"])]
        phones = self.world.directory.more(person, channels, str(body.get("account", MAIN)))
        return self._opened(person, phones, bool(body.get("started")), bool(body.get("hidden_number")))

    def _opened(self, person: Person, phones: list[Phone], started: bool, hidden: bool) -> Json:
        for phone in phones:
            phone.hidden_number = phone.hidden_number or hidden
            if started:
                phone.last_in = self.world.clock()
        self.world.feed.publish("person", person.id, person)
        return {"person": person, "phones": [self._card(phone) for phone in phones]}

    def _card(self, phone: Phone) -> Json:
        self.world.touch_phone(phone)
        return phone_card(phone, self.world.clock())

    def _phone(self, name: str) -> Phone:
        phone = self.world.directory.phones.get(name)
        if phone is None:
            raise LookupError(f"no phone {name!r}")
        return phone


async def _contained(work: Awaitable[Answer]) -> Answer | ValueError:
    try:
        return await work
    except ValueError as error:
        return error
