"""Serves the plain POST of a webhook straight from the WSGI environment; passes whatever is unusual to Flask.

A customer's message is such a POST nine times of ten, and Flask's request, context and routing cost more CPU than
proving, reading and storing it. Flask has a route for the same views: it answers what has a query, another method, no
length or too large a body.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from flask import Response

from bots.http.answers import refusal
from core.ports.webhooks import RawRequest

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WSGIApplication = Callable[[Environ, StartResponse], Iterable[bytes]]
View = Callable[[RawRequest], Response]


class Webhooks:
    """Answers as WSGI middleware in front of `flask`: `views` by path, for bodies of at most `limit` bytes.

    `failed` answers what a view raised for a path.
    """

    def __init__(
        self,
        flask: WSGIApplication,
        views: Mapping[str, View],
        base_url: str,
        limit: int,
        failed: Callable[[Exception, str], Response],
    ) -> None:
        self._flask = flask
        self._views = views
        self._base_url = base_url
        self._limit = limit
        self._failed = failed

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request (PEP 3333)."""
        view = self._views.get(environ.get("PATH_INFO", ""))
        if view is None or not self._is_plain(environ):
            return self._flask(environ, start_response)
        return self._answer(view, environ)(environ, start_response)

    def _is_plain(self, environ: Environ) -> bool:
        if environ["REQUEST_METHOD"] != "POST" or environ.get("QUERY_STRING") or environ.get("SCRIPT_NAME"):
            return False
        length = environ.get("CONTENT_LENGTH") or ""
        return length.isascii() and length.isdigit() and int(length) <= self._limit

    def _answer(self, view: View, environ: Environ) -> Response:
        length, path = int(environ["CONTENT_LENGTH"]), environ["PATH_INFO"]
        body = environ["wsgi.input"].read(length) if length else b""
        if len(body) != length:
            return refusal(path, 400, "The body is shorter than its Content-Length.")
        try:
            return view(RawRequest("POST", self._base_url + path, headers(environ), body))
        except Exception as error:  # noqa: BLE001 - as Flask does for its own views
            return self._failed(error, path)


def headers(environ: Environ) -> dict[str, str]:
    """Reads the request's headers, names in lower case: straight from the environment, which costs least."""
    found = {_name(key): value for key, value in environ.items() if key.startswith("HTTP_")}
    found["content-type"] = environ.get("CONTENT_TYPE", "")
    return found


@lru_cache(maxsize=256)
def _name(key: str) -> str:
    return key[5:].replace("_", "-").lower()
