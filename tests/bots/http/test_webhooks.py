"""Tests the short way of a webhook: the same answers as Flask's, and Flask for all that is unusual."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Response, request
from werkzeug.test import Client

from bots.http.webhooks import View, Webhooks, headers
from core.ports.webhooks import RawRequest

PATH, LIMIT = "/webhooks/pigeon", 100


class Served:
    """Serves one view behind both ways, and keeps which way each request took."""

    def __init__(self, view: View | None = None) -> None:
        self.ways: list[str] = []
        self.seen: list[RawRequest] = []
        app = Flask(__name__, static_folder=None)
        app.config["MAX_CONTENT_LENGTH"] = LIMIT
        app.add_url_rule(PATH, view_func=self._by_flask, methods=["GET", "POST"])
        middleware = Webhooks(app.wsgi_app, {PATH: view or self._view}, "https://shop.example", LIMIT, _failed)
        self.web = Client(middleware)

    def _view(self, raw: RawRequest) -> Response:
        self.ways.append("short")
        self.seen.append(raw)
        return Response("kept", 200)

    def _by_flask(self) -> Response:
        self.ways.append("flask")
        return Response(request.get_data(), 200)


def _failed(error: Exception, path: str) -> Response:
    return Response(type(error).__name__, 500)


def test_a_plain_post_takes_the_short_way() -> None:
    served = Served()
    answer = served.web.post(PATH, data=b"{}", headers={"X-Hub-Signature-256": "sha256=1"}, content_type="text/x")
    assert (answer.status_code, answer.data, served.ways) == (200, b"kept", ["short"])
    (raw,) = served.seen
    assert (raw.method, raw.url, raw.body, raw.query) == ("POST", f"https://shop.example{PATH}", b"{}", {})
    assert (raw.headers["x-hub-signature-256"], raw.headers["content-type"]) == ("sha256=1", "text/x")


@pytest.mark.parametrize(
    "ask",
    [
        lambda web: web.post(f"{PATH}?d=part-1", data=b"x"),
        lambda web: web.get(PATH),
        lambda web: web.post(PATH, data=b"x", environ_overrides={"CONTENT_LENGTH": ""}),
        lambda web: web.post(PATH, data=b"x", environ_overrides={"CONTENT_LENGTH": "²"}),
    ],
    ids=["a query", "another method", "no length", "no number as length"],
)
def test_what_is_unusual_goes_on_to_flask(ask: Callable[[Client], Any]) -> None:
    served = Served()
    assert ask(served.web).status_code == 200
    assert served.ways == ["flask"]


def test_a_body_that_is_too_large_is_refused_and_not_read() -> None:
    served = Served()
    assert served.web.post(PATH, data=b"x" * LIMIT).status_code == 200
    assert served.web.post(PATH, data=b"x" * (LIMIT + 1)).status_code == 413
    assert served.ways == ["short", "flask"]


def test_other_paths_are_flasks() -> None:
    assert Served().web.post("/elsewhere", data=b"x").status_code == 404


def test_half_a_body_reaches_no_view() -> None:
    served = Served()
    answer = served.web.post(PATH, data=b"half", environ_overrides={"CONTENT_LENGTH": "8"})
    assert (answer.status_code, served.ways) == (400, [])


def test_a_view_that_fails_is_answered() -> None:
    def fail(_: RawRequest) -> Response:
        raise KeyError

    answer = Served(fail).web.post(PATH, data=b"x")
    assert (answer.status_code, answer.data) == (500, b"KeyError")


def test_headers_have_the_names_that_providers_document() -> None:
    assert headers({"HTTP_X_TWILIO_SIGNATURE": "s", "SERVER_NAME": "n"}) == {
        "x-twilio-signature": "s",
        "content-type": "",
    }
