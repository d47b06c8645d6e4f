"""Finds out who asks, and for which account, by token, body and id."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.platforms.meta.errors import GraphError, no_object
from sandbox.platforms.meta.messenger.page import Messenger
from sandbox.platforms.meta.whatsapp.number import WhatsApp
from sandbox.world.world import World

Json = dict[str, Any]
OWNER = "/graph/{version:v[0-9.]+}/{owner}"
APP_NAME = "Doorstep"
ACCOUNT_IDS = ("WHATSAPP_PHONE_NUMBER_ID", "WHATSAPP_BUSINESS_ID")
SETTINGS = ("WHATSAPP_ACCESS_TOKEN", "MESSENGER_ACCESS_TOKEN")


class Access:
    """Knows the numbers and pages by account name, and which token opens which."""

    def __init__(self, world: World, numbers: Mapping[str, WhatsApp], pages: Mapping[str, Messenger]) -> None:
        self.world = world
        self.numbers = numbers
        self.pages = pages

    def platform(self, owner: str) -> str:
        """Tells what a path below this id is about: "whatsapp" or "messenger"."""
        page = owner == "me" or any(page.setting("MESSENGER_PAGE_ID") == owner for page in self.pages.values())
        person = any(self.world.directory.find("messenger", owner, account) for account in self.pages)
        return "messenger" if page or person or owner.startswith(("t_", "m_")) else "whatsapp"

    def is_account(self, owner: str) -> bool:
        """Tells whether a path below this id asks about an account or the app, not about a person or a file."""
        ids = {number.setting(name) for number in self.numbers.values() for name in ACCOUNT_IDS}
        pages = {page.setting("MESSENGER_PAGE_ID") for page in self.pages.values()}
        return owner in ids | pages | {
            "me",
            "app",
            "debug_token",
            "message_template_library",
            self.world.setting("META_APP_ID"),
        }

    def number(self, request: web.Request) -> WhatsApp | None:
        """Finds the business number whose id is in the path, if it is one; raises GraphError when the token may not."""
        return self._whatsapp(request, "WHATSAPP_PHONE_NUMBER_ID")

    def business(self, request: web.Request) -> WhatsApp | None:
        """Finds the number of the WhatsApp business account whose id is in the path."""
        return self._whatsapp(request, "WHATSAPP_BUSINESS_ID")

    def page(self, request: web.Request) -> Messenger | None:
        """Finds the page whose id is in the path, or the token's own for "me"."""
        owner, token = request.match_info["owner"], self.token(request)
        for page in self.pages.values():
            own = token == page.setting("MESSENGER_ACCESS_TOKEN")
            if owner == "me" and own:
                return page
            if owner == page.setting("MESSENGER_PAGE_ID"):
                if not own:
                    raise no_object(owner, request.method.lower())
                return page
        return None

    def whatsapp(self, request: web.Request) -> WhatsApp:
        """Finds the number whose token this is; raises GraphError."""
        token = self.token(request)
        for number in self.numbers.values():
            if token == number.setting("WHATSAPP_ACCESS_TOKEN"):
                return number
        raise no_object(request.match_info.get("owner", ""), request.method.lower())

    def messenger(self, request: web.Request) -> Messenger:
        """Finds the page whose token this is; raises GraphError."""
        token = self.token(request)
        for page in self.pages.values():
            if token == page.setting("MESSENGER_ACCESS_TOKEN"):
                return page
        raise no_object(request.match_info.get("owner", ""), request.method.lower())

    def token(self, request: web.Request) -> str:
        """Reads the token of the call; raises GraphError 190 when there is none or nobody gave it out."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        given = token if scheme.lower() in {"bearer", "oauth"} else request.query.get("access_token", "")
        if not given:
            raise GraphError(190, message="An access token is required to request this resource.")
        if given not in self.tokens():
            raise GraphError(190)
        return given

    def tokens(self) -> set[str]:
        """Lists all tokens that open anything."""
        settings = {number.setting(SETTINGS[0]) for number in self.numbers.values()}
        return settings | {page.setting(SETTINGS[1]) for page in self.pages.values()}

    def _whatsapp(self, request: web.Request, name: str) -> WhatsApp | None:
        owner = request.match_info["owner"]
        for number in self.numbers.values():
            if owner == number.setting(name):
                if self.token(request) != number.setting("WHATSAPP_ACCESS_TOKEN"):
                    raise no_object(owner, request.method.lower())
                return number
        return None


async def fields(request: web.Request) -> Json:
    """Reads the body as an object, from JSON or a form (whose values may be JSON); raises GraphError."""
    if request.content_type != "application/json":
        form = await request.post()
        return {name: _decoded(value) for name, value in form.items()}
    try:
        body = await request.json() if await request.read() else {}
    except json.JSONDecodeError as error:
        raise GraphError(100, message="(#100) The request body is not valid JSON.") from error
    if not isinstance(body, dict):
        raise GraphError(100, message="(#100) The request body is not an object.")
    return body


def _decoded(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"{", "["}:
        return json.loads(value)
    return value
