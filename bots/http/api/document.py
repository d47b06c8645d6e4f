"""Writes down all calls as OpenAPI 3.1, from the routes and their types."""

from collections.abc import Sequence
from typing import Any

import msgspec

from bots.http.api.route import COMPONENT, PREFIX, Refusal, Route, Schema

ABOUT = (
    "What a store tells Doorstep, and what it may ask. Lists are pages, newest first; phones are E.164, times RFC 3339 "
    "in UTC, amounts of money text. A request that is wrong says what to mend."
)
SECURITY: Schema = {
    "key": {"type": "http", "scheme": "bearer", "description": "`STORE_API_KEY`."},
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Standard Webhooks by `STORE_WEBHOOK_SECRET`, with `webhook-id` and `webhook-timestamp`.",
    },
}
COMMON = {401: "The key or signature is wrong, or missing.", 413: "The body is too large.", 500: "A fault of ours."}
UNREADABLE = "A parameter is wrong; `path` names it."


def document(routes: Sequence[Route]) -> Schema:
    """Makes the document. It says nothing that depends on the installation."""
    answers = [each.returns for each in routes]
    named = COMPONENT.format(model="{name}")
    shown, components = msgspec.json.schema_components([Refusal, *answers], ref_template=named)
    schemas: dict[str, Any] = dict(components)
    paths: dict[str, Schema] = {}
    for route, answer in zip(routes, shown[1:], strict=True):
        operation = _operation(route, answer, shown[0])
        if route.body is not None:
            body, parts = route.body()
            schemas |= parts
            examples = {name: {"value": value} for name, value in (route.examples() if route.examples else {}).items()}
            content = {"schema": body, **({"examples": examples} if examples else {})}
            operation["requestBody"] = {"required": True, "content": {"application/json": content}}
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Doorstep", "version": "1", "description": ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"key": []}, {"signature": []}],
        "paths": {path: paths[path] for path in sorted(paths)},
        "components": {"securitySchemes": SECURITY, "schemas": {name: schemas[name] for name in sorted(schemas)}},
    }


def _operation(route: Route, answer: Schema, refusal: Schema) -> Schema:
    refusals = {**COMMON, **({400: UNREADABLE} if route.parameters else {}), **route.refusals}
    refusals = {} if route.is_open else refusals
    told = {route.status: {"description": "Done.", "content": _json(answer)}}
    told |= {status: {"description": words, "content": _json(refusal)} for status, words in refusals.items()}
    made: Schema = {"operationId": _named(route), "summary": route.summary}
    if route.is_open:
        made["security"] = []
    if route.parameters:
        made["parameters"] = [
            {
                "name": each.name,
                "in": "path" if f"{{{each.name}}}" in route.path else "query",
                "description": each.says,
                "required": each.is_required,
                "schema": each.schema,
            }
            for each in route.parameters
        ]
    return {**made, "responses": {str(status): told[status] for status in sorted(told)}}


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _named(route: Route) -> str:
    """Names a call: getNotices, postEvents, getCustomersWho."""
    words = route.path.removeprefix(PREFIX).translate(str.maketrans("./", "//", "{}")).split("/")
    return route.method.lower() + "".join(word.capitalize() for word in words)
