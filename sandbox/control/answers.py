"""Reads and writes the JSON of the control API."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from sandbox.platforms.slack.errors import SlackError
from sandbox.wire.gate import PlatformError
from sandbox.wire.webhooks import Answer

Json = dict[str, Any]
API = "/sandbox/api"


def json_handler(
    handler: Callable[[web.Request, Json], Awaitable[Any]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Makes a handler of JSON bodies; LookupError becomes 404, other refusals 400 with {"error"}."""

    async def handle(request: web.Request) -> web.Response:
        try:
            body = await request.json() if await request.read() else {}
            return json_answer(await handler(request, body))
        except LookupError as error:
            return json_answer({"error": str(error)}, 404)
        except SlackError as error:
            return json_answer({"error": error.error, **error.extra}, 400)
        except (json.JSONDecodeError, ValueError, TypeError, PlatformError) as error:
            return json_answer({"error": str(error)}, 400)

    return handle


def answered(answer: Answer) -> Json:
    """Describes what the product said to a webhook."""
    return {"ok": answer.ok, "status": answer.status, "answer": answer.body.decode(errors="replace")[:4000]}


def json_answer(value: Any, status: int = 200) -> web.Response:
    """Answers with any value as JSON."""
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")
