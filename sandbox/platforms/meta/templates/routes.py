"""Answers calls about templates: what an account has, what Meta's library offers, and a new one."""

import re
from typing import Any

import msgspec
from aiohttp import web

from sandbox.platforms.meta.access import OWNER, Access, fields
from sandbox.platforms.meta.errors import GraphError, no_object
from sandbox.platforms.meta.messenger.page import Messenger
from sandbox.platforms.meta.templates.parameters import HOLE, Button
from sandbox.platforms.meta.templates.registered import Template
from sandbox.platforms.meta.whatsapp.number import WhatsApp
from sandbox.platforms.wordings.library import ENTRIES
from sandbox.world import ids

Json = dict[str, Any]
NAME = re.compile(r"[a-z0-9_]{1,512}")
EXAMPLES = 2388043  # subcode
EXISTS = 2388024  # subcode: content in this language is there already
BUTTON_INPUTS = (
    "Please give the same number of button inputs to match the library buttons with input parameters. "
    "Retry template creation after fixing the button input params."
)


class TemplateRoutes:
    """Handles calls about the templates of business accounts and pages."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._world = access.world

    def routes(self) -> list[web.RouteDef]:
        """Lists the routes."""
        return [
            web.get("/graph/{version:v[0-9.]+}/message_template_library", self._library),
            web.get(f"{OWNER}/message_templates", self._list),
            web.post(f"{OWNER}/message_templates", self._create),
        ]

    async def _library(self, request: web.Request) -> web.Response:
        self._access.token(request)
        query = request.query
        found = [
            _offered(entry, language)
            for entry in ENTRIES
            for language in entry["texts"]
            if query.get("language") in {None, language}
            and query.get("name") in {None, entry["name"]}
            and query.get("usecase") in {None, entry["usecase"]}
            and query.get("search", "") in f"{entry['name']} {' '.join(entry['texts'][language][:2])}"
        ]
        return web.json_response({"data": found, "paging": {}})

    async def _list(self, request: web.Request) -> web.Response:
        query = request.query
        listing = [
            item
            for item in self._owner(request).templates.listing()
            if query.get("name") in {None, item["name"]} and query.get("status") in {None, item["status"]}
        ]
        wanted = {"id", *query["fields"].split(",")} if "fields" in query else None
        start, limit = int(query.get("after", "0") or 0), int(query.get("limit", 25))
        shown = [
            {name: item[name] for name in item if not wanted or name in wanted} for item in listing[start:][:limit]
        ]
        end = start + len(shown)
        paging: Json = {"cursors": {"before": str(start), "after": str(end)}} if shown else {}
        if end < len(listing):
            paging["next"] = f"{self._world.setting('GRAPH_API_URL')}{request.path_qs}"
        return web.json_response({"data": shown, "paging": paging})

    async def _create(self, request: web.Request) -> web.Response:
        """Makes a template; one of the library is approved at once (Meta, "Template library")."""
        owner, body = self._owner(request), await fields(request)
        name, language = str(body.get("name", "")), str(body.get("language", ""))
        if not NAME.fullmatch(name) or not language:
            raise GraphError(100, message="(#100) Param name and language are required.")
        if owner.templates.get(name, language):
            raise GraphError(100, subcode=EXISTS, message="(#100) Content in this language already exists")
        template = _cloned(body) if body.get("library_template_name") else _written(body)
        owner.templates.add(template)
        made = {"id": template.id, "status": template.status, "category": template.category}
        return web.json_response(made)

    def _owner(self, request: web.Request) -> WhatsApp | Messenger:
        owner = self._access.business(request) or self._access.page(request)
        if owner is None:
            raise no_object(request.match_info["owner"], request.method.lower())
        return owner


def _offered(entry: Json, language: str) -> Json:
    header, body, titles = entry["texts"][language]
    offered: Json = {
        "name": entry["name"],
        "language": language,
        "category": "UTILITY",
        "topic": "ORDER_MANAGEMENT",
        "usecase": entry["usecase"],
        "industry": ["E_COMMERCE"],
        "body": body,
        "body_params": [example for _, example in entry["params"]],
        "body_param_types": [kind for kind, _ in entry["params"]],
        "id": ids.numeric(f"library/{entry['name']}/{language}", 16),
    }
    if header:
        offered["header"] = header
    if titles:
        offered["buttons"] = [{"type": "URL", "text": title, "url": "https://www.example.com/"} for title in titles]
    return offered


def _cloned(body: Json) -> Template:
    name, language = str(body["library_template_name"]), str(body["language"])
    entry = next((each for each in ENTRIES if each["name"] == name and language in each["texts"]), None)
    if entry is None:
        raise GraphError(100, message=f"(#100) There is no library template {name} in {language}")
    if body.get("components"):
        raise GraphError(100, message="(#100) The content of a library template cannot be changed")
    if str(body.get("category")) != "UTILITY":
        raise GraphError(100, message="(#100) Param category must be UTILITY")
    header, text, titles = entry["texts"][language]
    inputs = body.get("library_template_button_inputs") or []
    urls = [str((each.get("url") or {}).get("base_url", "")) for each in inputs]
    if len(urls) != len(titles) or not all(url.startswith("https://") for url in urls):
        raise GraphError(100, message=f"(#100) {BUTTON_INPUTS}")
    buttons: list[str | Button] = [Button("URL", *pair) for pair in zip(titles, urls, strict=True)]
    return Template(str(body["name"]), language, body=text, header=header, buttons=buttons, library=name)


def _written(body: Json) -> Template:
    parts = {str(part.get("type", "")).upper(): part for part in body.get("components") or []}
    text = str((parts.get("BODY") or {}).get("text", ""))
    if not text:
        raise GraphError(100, message="(#100) Param components must hold a BODY with text.")
    if HOLE.match(text) or re.search(r"\}\}\s*$", text):
        raise GraphError(100, subcode=2388299, message="(#100) Leading or trailing params not allowed")
    _require_examples(text, parts["BODY"].get("example") or {})
    header = parts.get("HEADER") or {}
    listed = (parts.get("BUTTONS") or {}).get("buttons") or []
    return Template(
        str(body["name"]),
        str(body["language"]),
        str(body.get("category", "UTILITY")),
        "PENDING",
        text,
        [msgspec.convert({"type": "QUICK_REPLY", **each}, Button) for each in listed],
        str(header.get("text", "")),
        str(header.get("format", "TEXT")).upper(),
        str(body.get("parameter_format", "POSITIONAL")).upper(),
        str((parts.get("FOOTER") or {}).get("text", "")),
    )


def _require_examples(text: str, given: Json) -> None:
    """Refuses a body with values and without an example of each, as Meta's review does."""
    names = set(HOLE.findall(text))
    told = {str(each.get("param_name")) for each in given.get("body_text_named_params") or [] if each.get("example")}
    rows = given.get("body_text") or [[]]
    told |= {str(place) for place, value in enumerate(rows[0], 1) if value}
    if names - told:
        raise GraphError(100, subcode=EXAMPLES, message="(#100) Param components[0].example is missing a value.")
