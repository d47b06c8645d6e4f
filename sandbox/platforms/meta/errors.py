"""Writes Meta's error bodies."""

from typing import Any

from aiohttp import web

from sandbox.platforms.meta.error_tables import MESSENGER, RECEIPTS, TITLES, WHATSAPP
from sandbox.wire.gate import PlatformError
from sandbox.world import ids

Json = dict[str, Any]


class GraphError(PlatformError):
    """An error object of the Graph API; `details` goes to error_data, `subcode` to error_subcode."""

    def __init__(self, code: int, details: str = "", subcode: int | None = None, message: str = "") -> None:
        self.code = code
        self.details = details
        self.subcode = subcode
        self.status, title = TITLES.get(code, (400, "Unknown error"))
        self.message = message or f"(#{code}) {title}"
        super().__init__(self.message)

    def body(self, product: str = "whatsapp") -> dict[str, Any]:
        """Writes the `error` object."""
        error: dict[str, Any] = {"message": self.message, "type": "OAuthException", "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.details:
            error["error_data"] = {"messaging_product": product, "details": self.details}
        return {"error": {**error, "fbtrace_id": ids.trace_id()}}

    def response(self) -> web.Response:
        """Answers as Meta does."""
        headers = (
            {"WWW-Authenticate": f'OAuth "Facebook Platform" "invalid_token" "{self.message}"'}
            if self.status == 401
            else {}
        )
        return web.json_response(self.body(), status=self.status, headers=headers)


def status_error(code: int, details: str = "") -> dict[str, Any]:
    """Writes an error as it stands in a `failed` status webhook."""
    title = TITLES.get(code, (400, "Unknown error"))[1]
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": details or title},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    }


def invalid(details: str) -> GraphError:
    """Makes error 131009: a parameter has a wrong value."""
    return GraphError(131009, details)


def missing(name: str) -> GraphError:
    """Makes error 131008: a required parameter is not there."""
    return GraphError(131008, f"Parameter '{name}' is mandatory.")


def no_object(owner: str, verb: str = "get") -> GraphError:
    """Makes error 100/33: there is no such node, or this token may not see it."""
    text = (
        f"Unsupported {verb} request. Object with ID '{owner}' does not exist, "
        "cannot be loaded due to missing permissions, or does not support this operation."
    )
    return GraphError(100, subcode=33, message=text)


def armed(value: Any) -> GraphError:
    """Makes the error of a fault's value: a code, or {"code", "subcode", "details"}."""
    if not isinstance(value, dict):
        return GraphError(int(value))
    subcode, details = value.get("subcode"), str(value.get("details", ""))
    title = MESSENGER.get((int(value["code"]), subcode))
    message = f"(#{value['code']}) {title}" if title else ""
    return GraphError(int(value["code"]), details, subcode, message)


def catalogue(platform: str) -> list[Json]:
    """Lists every error of "whatsapp" or "messenger" that a fault can arm."""
    if platform == "whatsapp":
        return [
            {"value": code, "status": TITLES[code][0], "title": TITLES[code][1], "receipt": code in RECEIPTS}
            for code in WHATSAPP
        ]
    return [
        {
            "value": code if subcode is None else {"code": code, "subcode": subcode},
            "status": TITLES.get(code, (400, ""))[0],
            "title": title,
            "receipt": False,
        }
        for (code, subcode), title in MESSENGER.items()
    ]
