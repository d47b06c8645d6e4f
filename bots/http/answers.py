"""Words answers: JSON for the store's own calls, whatever went wrong; a line of text for everybody else."""

from typing import Any

import msgspec
from flask import Response
from werkzeug.exceptions import HTTPException

API = "/api/"
_WORDS = {
    404: "There is no such path here, or the channel behind it is switched off.",
    413: "The body is too large.",
    500: "Something went wrong here; it is in the log.",
}


def as_json(status: int, body: Any) -> Response:
    """Answers with a value."""
    return Response(msgspec.json.encode(body), status, mimetype="application/json")


def as_text(status: int, text: str) -> Response:
    """Answers with text."""
    return Response(text, status, mimetype="text/plain")


def refusal(path: str, status: int, words: str = "") -> Response:
    """Says why a request to `path` came to nothing."""
    said = words or _WORDS[status]
    return as_json(status, {"error": said}) if path.startswith(API) else as_text(status, f"{said}\n")


def refused(path: str, error: HTTPException) -> Response:
    """Words what Flask refuses; its headers stay (`Allow` tells which methods there are)."""
    headers = error.get_response().headers
    allowed = headers.get("Allow", "")
    words = f"Not by this method; use {allowed.replace('OPTIONS', '').strip(', ')}." if allowed else ""
    code = error.code or 500
    answer = refusal(path, code, words or _WORDS.get(code) or str(error.description))
    answer.headers.extend({name: value for name, value in headers.items() if name not in answer.headers})
    return answer


def unavailable() -> Response:
    """Says that nothing was stored."""
    answer = as_json(503, {"error": "Nothing was stored; send it again."})
    answer.headers["Retry-After"] = "1"
    return answer
