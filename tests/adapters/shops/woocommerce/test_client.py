"""Tests how a call proves who makes it, and what an answer that is none of WooCommerce's means."""

import asyncio
import base64
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.shops.woocommerce.rest.client import Rest
from adapters.shops.woocommerce.rest.oauth import signature
from adapters.shops.woocommerce.settings import WooSettings
from adapters.transport.http import HttpReply
from core.errors import Outcome, SendError
from tests.adapters.shops.woocommerce.payloads import FIXTURES

NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)


class FakeHttp:
    """Answers each call with the same."""

    def __init__(self, status: int = 200, body: bytes = b"[]", **headers: str) -> None:
        self.reply = HttpReply(status, headers, body)
        self.calls: list[tuple[str, str, dict[str, Any]]] = []

    async def request(self, method: str, url: str, **more: Any) -> HttpReply:
        self.calls.append((method, url, more))
        return self.reply


def asked(http: FakeHttp, url: str = "https://shop.example", path: str = "orders", **query: Any) -> Any:
    rest = Rest(http, WooSettings(url, ("s",), "ck_1", "cs_1"), lambda: NOW)  # type: ignore[arg-type]
    return asyncio.run(rest.get(path, **query))


def test_with_tls_the_key_goes_as_a_header_and_nothing_of_it_in_the_address() -> None:
    http = FakeHttp()
    asked(http, modified_after=NOW, dates_are_gmt=True)
    (method, url, more) = http.calls[0]
    assert (method, url) == (
        "GET",
        "https://shop.example/wp-json/wc/v3/orders?modified_after=2026-12-01T10%3A00%3A00&dates_are_gmt=true",
    )
    assert base64.b64decode(more["headers"]["Authorization"].removeprefix("Basic ")) == b"ck_1:cs_1"


def test_without_tls_the_secret_stays_here() -> None:
    http = FakeHttp()
    asked(http, "http://127.0.0.1:8001", per_page=1)
    (_, url, more) = http.calls[0]
    told = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert "Authorization" not in more["headers"]
    assert "cs_1" not in url
    given = told.pop("oauth_signature")
    assert given == signature("GET", "http://127.0.0.1:8001/wp-json/wc/v3/orders", told, "cs_1")


def test_a_signature_is_as_the_standard_makes_it() -> None:
    # RFC 5849, 3.4.1.1 has these parameters and this base string; the secret is ours.
    told = {"b5": "=%3D", "a3": "a", "c@": "", "a2": "r b", "c2": ""}
    assert (
        signature("post", "http://example.com/request", told, "cs_1") == "3YK3y0UkZb+tihu57ZjYDJEMUKWYStS843YLvymPsr0="
    )


@pytest.mark.parametrize(
    ("status", "body", "outcome", "code"),
    [
        (200, b"<html>Checking your browser", Outcome.AMBIGUOUS, "unreadable_answer"),
        (200, b"\n<b>Notice</b>: Undefined index in plugin.php\n[]", Outcome.AMBIGUOUS, "unreadable_answer"),
        (200, b"true", Outcome.AMBIGUOUS, "unreadable_answer"),
        (301, b"", Outcome.MISCONFIGURED, "http_301"),
        (401, (FIXTURES / "error_view.json").read_bytes(), Outcome.MISCONFIGURED, "woocommerce_rest_cannot_view"),
        (403, b"<html>Forbidden", Outcome.MISCONFIGURED, "http_403"),
        (404, b"<html>Not Found", Outcome.MISCONFIGURED, "http_404"),
        (404, b'{"code": "rest_no_route", "message": "x"}', Outcome.MISCONFIGURED, "rest_no_route"),
        (
            400,
            b'{"code": "rest_invalid_param", "message": "Invalid parameter(s): x"}',
            Outcome.CONTENT_REJECTED,
            "rest_invalid_param",
        ),
        (500, (FIXTURES / "error_critical.json").read_bytes(), Outcome.AMBIGUOUS, "http_500"),
        (502, b"<html>Bad Gateway", Outcome.AMBIGUOUS, "http_502"),
        (503, b"<html>Briefly unavailable for scheduled maintenance.", Outcome.RETRY, "http_503"),
        (503, b'{"code": "woocommerce_rest_x", "message": "x"}', Outcome.RETRY, "woocommerce_rest_x"),
    ],
)
def test_what_an_answer_means(status: int, body: bytes, outcome: Outcome, code: str) -> None:
    with pytest.raises(SendError) as caught:
        asked(FakeHttp(status, body))
    assert (caught.value.outcome, caught.value.code) == (outcome, code)
    assert caught.value.detail
    assert "<" not in caught.value.detail


def test_an_answer_with_nul_and_without_a_number_of_pages() -> None:
    reply = asked(FakeHttp(200, json.dumps([{"a": "x\0y"}]).encode(), **{"X-WP-TotalPages": "many"}))
    assert (reply.objects, reply.pages) == ([{"a": "xy"}], 1)
