"""The control API of the sandbox, under /sandbox/api/."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from sandbox.gate import PlatformError
from sandbox.graph.routes import Graph
from sandbox.graph.templates import Template
from sandbox.people import Person, Phone
from sandbox.phones import Phones
from sandbox.receipts import Receipts
from sandbox.slack.errors import SlackError
from sandbox.slack.routes import Slack
from sandbox.store import Store
from sandbox.telegram.routes import Telegram
from sandbox.twilio.messages import Content
from sandbox.twilio.routes import Twilio
from sandbox.webhooks import Answer
from sandbox.world import Pace, World, phone_card

Json = dict[str, Any]
LOG_SHOWN = 150
STREAM_PAUSE = 0.05


class Parts(msgspec.Struct):
    """Everything the control API steers."""

    world: World
    receipts: Receipts
    graph: Graph
    telegram: Telegram
    twilio: Twilio
    slack: Slack
    store: Store
    phones: Phones


class Control:
    """Handlers; each takes the request's JSON and gives JSON."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.world = parts.world

    def routes(self) -> list[web.RouteDef]:
        """All routes below /sandbox/api."""
        api = "/sandbox/api"
        posts: dict[str, Callable[[web.Request, Json], Awaitable[Any]]] = {
            "/phones/{phone}/send": self._send,
            "/phones/{phone}/look": self._look,
            "/phones/{phone}/age": self._age,
            "/phones/{phone}/block": self._block,
            "/phones/{phone}/marketing": self._marketing,
            "/people": self._add_person,
            "/faults": self._add_fault,
            "/pace": self._set_pace,
            "/reset": self._reset,
            "/templates": self._add_template,
            "/contents": self._add_content,
            "/verify/{platform}": self._verify,
            "/store/orders/{number}/{action}": self._store_act,
            "/store/events": self._store_event,
            "/store/seed": self._seed,
            "/slack/{action}": self._slack,
        }
        return [
            web.get(f"{api}/state", self._state),
            web.get(f"{api}/stream", self._stream),
            web.get(f"{api}/transcripts", self._transcripts),
            web.get(f"{api}/log", self._log),
            web.get(f"{api}/log/{{id}}", self._log_entry),
            web.get(f"{api}/faults", self._faults),
            web.delete(f"{api}/faults", self._clear_faults),
            *[web.post(api + path, _json_handler(handler)) for path, handler in posts.items()],
        ]

    async def _state(self, _request: web.Request) -> web.Response:
        world, workspace = self.world, self.parts.slack.desk.workspace
        now = world.clock()
        return _json(
            {
                "revision": world.feed.revision,
                "product": {
                    "url": world.config.product,
                    "reachable": world.reachable,
                    "seeded": self.parts.store.seeded,
                },
                "people": list(world.directory.people.values()),
                "phones": [
                    {**phone_card(phone, now), "bubbles": phone.bubbles[-200:]}
                    for phone in world.directory.phones.values()
                ],
                "slack": self._slack_state(),
                "users": list(workspace.users.values()),
                "bot_user": workspace.bot_user,
                "orders": list(self.parts.store.records.values()),
                "log": world.log.last(LOG_SHOWN),
                "faults": world.faults.active,
                "pace": world.pace,
            }
        )

    def _slack_state(self) -> Json:
        workspace, views = self.parts.slack.desk.workspace, self.parts.slack.views
        main = self.world.setting("SLACK_CHANNEL")
        channels = [
            {
                "id": channel.id,
                "name": channel.name,
                "direct": channel.direct,
                "messages": list(channel.messages.values())[-500:],
            }
            for channel in workspace.channels.values()
        ]
        return {"main": main, "channels": channels, "modals": views.modals, "homes": views.homes}

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        )
        await response.prepare(request)
        await response.write(b": hello\n\n")
        with self.world.feed.subscription() as subscriber:
            while request.transport is not None and not request.transport.is_closing():
                changes = await subscriber.take(15)
                text = b"data: " + msgspec.json.encode(changes) + b"\n\n" if changes else b": still here\n\n"
                try:
                    await response.write(text)
                except ConnectionError:
                    break
                await asyncio.sleep(STREAM_PAUSE)
        return response

    async def _transcripts(self, request: web.Request) -> web.Response:
        since = int(request.query.get("since", 0))
        wanted = request.query.get("phone")
        phones = [phone for phone in self.world.directory.phones.values() if wanted in {None, phone.id}]
        fresh = {phone.id: [bubble for bubble in phone.bubbles if bubble.rev > since] for phone in phones}
        return _json(
            {
                "revision": self.world.feed.revision,
                "phones": {name: bubbles for name, bubbles in fresh.items() if bubbles},
            }
        )

    async def _log(self, request: web.Request) -> web.Response:
        return _json(self.world.log.last(int(request.query.get("limit", 500))))

    async def _log_entry(self, request: web.Request) -> web.Response:
        detail = self.world.log.detail(int(request.match_info["id"]))
        return _json(detail) if detail else _json({"error": "no such entry"}, 404)

    async def _faults(self, _request: web.Request) -> web.Response:
        return _json(self.world.faults.active)

    async def _clear_faults(self, request: web.Request) -> web.Response:
        wanted = request.query.get("id")
        self.world.faults.clear(int(wanted) if wanted else None)
        self._announce_faults()
        return _json(self.world.faults.active)

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
        return _answered(answer)

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

    async def _store_act(self, request: web.Request, _body: Json) -> Json:
        number = request.match_info["number"]
        if number not in self.parts.store.records:
            raise LookupError(f"no order {number!r}")
        return _answered(await self.parts.store.act(number, request.match_info["action"]))

    async def _store_event(self, _request: web.Request, body: Json) -> Json:
        return _answered(await self.parts.store.report(str(body["type"]), body["data"]))

    async def _seed(self, _request: web.Request, body: Json) -> Json:
        if body.get("renew"):
            self.parts.store.renew()
        return {"ok": await self.parts.store.seed()}

    async def _slack(self, request: web.Request, body: Json) -> Any:
        agents = self.parts.slack.agents
        instant: dict[str, Callable[[Json], Any]] = {
            "reply": agents.reply,
            "edit": agents.edit,
            "delete": agents.delete,
            "react": agents.react,
            "home": agents.home,
        }
        slow: dict[str, Callable[[Json], Awaitable[Any]]] = {
            "press": agents.press,
            "submit": agents.submit,
            "close": agents.close,
            "options": agents.suggest,
            "command": agents.command,
            "shortcut": agents.shortcut,
        }
        action = request.match_info["action"]
        if action in instant:
            return instant[action](body) or {"ok": True}
        if action not in slow:
            raise LookupError(f"no Slack action {action!r}")
        result = await slow[action](body)
        return _answered(result) if isinstance(result, Answer) else result or {"ok": True}

    def _phone(self, request: web.Request) -> Phone:
        phone = self.world.directory.phones.get(request.match_info["phone"])
        if phone is None:
            raise LookupError(f"no phone {request.match_info['phone']!r}")
        return phone


def _json_handler(
    handler: Callable[[web.Request, Json], Awaitable[Any]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            body = await request.json() if await request.read() else {}
            return _json(await handler(request, body))
        except LookupError as error:
            return _json({"error": str(error)}, 404)
        except SlackError as error:
            return _json({"error": error.error, **error.extra}, 400)
        except (json.JSONDecodeError, ValueError, TypeError, PlatformError) as error:
            return _json({"error": str(error)}, 400)

    return handle


async def _contained(work: Awaitable[Answer]) -> Answer | ValueError:
    try:
        return await work
    except ValueError as error:
        return error


def _answered(answer: Answer) -> Json:
    return {"ok": answer.ok, "status": answer.status, "answer": answer.body.decode(errors="replace")[:4000]}


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")
