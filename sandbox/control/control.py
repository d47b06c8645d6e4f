"""Lets the store and its agents act, by calls of the control API."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.control.answers import API, answered, json_handler
from sandbox.control.parts import Parts
from sandbox.platforms.slack.hooks import answer_object
from sandbox.wire.webhooks import Answer

Json = dict[str, Any]


class Control:
    """Handles calls about the demo store and Slack; each takes the request's JSON and gives JSON."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def routes(self) -> list[web.RouteDef]:
        """Lists the routes: everything that the store and its agents can do."""
        posts: dict[str, Callable[[web.Request, Json], Awaitable[Any]]] = {
            "/store/orders/{number}/{action}": self._store_act,
            "/store/events": self._store_event,
            "/store/seed": self._seed,
            "/slack/{action}": self._slack,
        }
        told = web.get(f"{API}/store/orders/{{number}}/notices", json_handler(self._told))
        return [told, *[web.post(API + path, json_handler(handler)) for path, handler in posts.items()]]

    async def _store_act(self, request: web.Request, _body: Json) -> Json:
        sent, answer = await self.parts.store.act(self._number(request), request.match_info["action"])
        return {**answered(answer), "sent": sent}

    async def _told(self, request: web.Request, _body: Json) -> Json:
        """Answers with the product's notices about an order; `known` false when the product has no such answer."""
        answer = await self.parts.store.told(self._number(request))
        notices = answer_object(answer.body).get("notices") if answer.ok else None
        return {"known": notices is not None, "notices": notices or []}

    def _number(self, request: web.Request) -> str:
        number = request.match_info["number"]
        if number not in self.parts.store.records:
            raise LookupError(f"no order {number!r}")
        return number

    async def _store_event(self, _request: web.Request, body: Json) -> Json:
        return answered(await self.parts.store.report(str(body["type"]), body["data"]))

    async def _seed(self, _request: web.Request, body: Json) -> Json:
        if body.get("renew"):
            self.parts.store.renew()
        return {"ok": await self.parts.store.seed()}

    async def _slack(self, request: web.Request, body: Json) -> Any:
        slack = self.parts.slacks.of(body)
        agents, interactions, admins = slack.agents, slack.interactions, slack.admins
        instant: dict[str, Callable[[Json], Any]] = {
            "reply": agents.reply,
            "edit": agents.edit,
            "delete": agents.delete,
            "react": agents.react,
            "home": agents.home,
            "archive": admins.archive,
            "unarchive": admins.unarchive,
            "rename": admins.rename,
            "delete_channel": admins.delete,
            "remove_bot": admins.remove_bot,
            "invite_bot": admins.invite_bot,
            "uninstall": admins.uninstall,
            "install": admins.install,
            "event": admins.event,
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
