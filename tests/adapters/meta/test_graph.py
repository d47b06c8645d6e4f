"""Tests the calls to Graph, the reading of its errors, and the words that reach operators."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from adapters.meta.graph import Graph, error_of, failure, load_error_table, scrub
from adapters.transport.http import Http, HttpReply
from core.content.capabilities import ErrorTable
from core.errors import Outcome, SendError
from tests.adapters.channels.provider import Asked, Provider, Reply

TABLE = ErrorTable(
    codes={
        "10/7": Outcome.WINDOW_CLOSED,
        "10": Outcome.MISCONFIGURED,
        "133016": Outcome.PACE,
        "130429": Outcome.PACE,
        "http_404": Outcome.MISCONFIGURED,
    }
)


def fail(status: int, error: Any = None, headers: dict[str, str] | None = None) -> tuple[Outcome, str, float | None]:
    made = failure(HttpReply(status, headers or {}, b""), {} if error is None else {"error": error}, TABLE)
    return made.outcome, made.code, made.retry_after


@pytest.mark.parametrize(
    ("status", "error", "outcome", "code"),
    [
        (400, {"code": 10, "error_subcode": 7}, Outcome.WINDOW_CLOSED, "10/7"),
        (400, {"code": 10, "error_subcode": 8}, Outcome.MISCONFIGURED, "10"),
        (400, {"code": 300}, Outcome.CONTENT_REJECTED, "300"),
        (400, {"code": 133016}, Outcome.PACE, "133016"),
        (400, {"code": 5, "is_transient": True}, Outcome.RETRY, "5"),
        (400, {"code": 10, "is_transient": True}, Outcome.MISCONFIGURED, "10"),
        (400, {"code": 5, "is_transient": False}, Outcome.CONTENT_REJECTED, "5"),
        (503, {"code": 5}, Outcome.RETRY, "5"),
        (429, {"code": 5}, Outcome.PACE, "5"),
        (500, None, Outcome.RETRY, "http_500"),
        (429, None, Outcome.PACE, "http_429"),
        (404, None, Outcome.MISCONFIGURED, "http_404"),
        (400, None, Outcome.CONTENT_REJECTED, "http_400"),
        (302, "elsewhere", Outcome.CONTENT_REJECTED, "http_302"),
        (200, {"code": 130429}, Outcome.PACE, "130429"),
    ],
)
def test_what_decides(status: int, error: Any, outcome: Outcome, code: str) -> None:
    assert fail(status, error)[:2] == (outcome, code)


def test_a_family_stands_for_its_members_that_are_not_listed(tmp_path: Path) -> None:
    path = tmp_path / "errors.yaml"
    path.write_text("codes:\n  misconfigured: [2xx, 133xxx, 190]\n  pace: [133016]\n")
    table = load_error_table(path)
    assert {table.outcome(code) for code in ("200", "299", "133000", "133999", "190")} == {Outcome.MISCONFIGURED}
    assert table.outcome("133016") is Outcome.PACE
    assert {table.outcome(code) for code in ("199", "300", "20", "134000", "133")} == {Outcome.CONTENT_REJECTED}


def test_a_family_has_one_scope_but_for_members_with_their_own(tmp_path: Path) -> None:
    path = tmp_path / "errors.yaml"
    path.write_text("codes:\n  content_rejected: [132xxx]\nscopes:\n  132xxx: template\n  '132015': suspended\n")
    table = load_error_table(path)
    assert [table.scopes.get(code) for code in ("132000", "132999", "132015", "133000")] == [
        "template",
        "template",
        "suspended",
        None,
    ]


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"X-Business-Use-Case-Usage": '{"1": [{"type": "messenger", "estimated_time_to_regain_access": 5}]}'}, 300.0),
        ({"X-Business-Use-Case-Usage": '{"1": [{"estimated_time_to_regain_access": 0}]}'}, None),
        ({"X-Business-Use-Case-Usage": "{"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], wait: float | None) -> None:
    assert fail(400, {"code": 130429}, headers)[2] == wait
    assert fail(400, {"code": 10}, headers)[2] is None


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Message failed to send because more than 24 hours have passed", None),
        ("This person isn't here, that's all", None),
        ("Unexpected value 'Jane Doe' here", "Unexpected value … here"),
        ("(#131030) Recipient phone number not in allowed list", None),
        ("No such user +1 (202) 555-0101 here", "No such user … here"),
        ('Unexpected value "Jane Doe" in parameter', "Unexpected value … in parameter"),
        ("Malformed access token EAAGm0PX4ZCpsBAKZCabcdefgh", "Malformed access token …"),
    ],
)
def test_what_operators_read(said: str, kept: str | None) -> None:
    assert scrub(said) == (said if kept is None else kept)


def test_words_that_repeat_ours_are_dropped_whole() -> None:
    assert scrub("cannot send: Hello Jane", ("Hello Jane",)) == ""
    assert scrub("cannot send", ("", "Hello Jane")) == "cannot send"


@pytest.mark.parametrize("junk", [None, [], "131047", [None], [[]], {}])
def test_errors_of_a_webhook_may_be_junk(junk: Any) -> None:
    assert error_of(junk) == ("", "")


def test_errors_of_a_webhook() -> None:
    listed = [{"code": 131026, "title": "Undeliverable"}, {"code": 1}]
    assert error_of(msgspec.json.decode(msgspec.json.encode(listed))) == ("131026", "Undeliverable")


def call(made: Callable[[Graph], Awaitable[Any]], *replies: Reply) -> tuple[Any, list[Asked]]:
    """Returns what the call gives, or its SendError, and what was asked; each request gets the next reply."""
    asked: list[Asked] = []

    def answer(request: Asked) -> Reply:
        asked.append(request)
        return replies[len(asked) - 1]

    async def run() -> Any:
        http = Http()
        async with Provider(Reply(), answer) as provider:
            try:
                return await made(Graph(http, f"{provider.url}/v26.0/", "EAAGtoken", TABLE))
            except SendError as error:
                return error
            finally:
                await http.close()

    return asyncio.run(run()), asked


def upload(
    *replies: Reply, filename: str = "boots.jpg", content: bytes = b"JPEG", **more: str
) -> tuple[Any, list[Asked]]:
    fields = {"messaging_product": "whatsapp", "type": "image/jpeg"}
    return call(lambda graph: graph.upload("1/media", fields, filename, "image/jpeg", content, **more), *replies)


def test_an_upload_is_a_form_with_a_file() -> None:
    answer, (asked,) = upload(Reply(200, {"id": "44"}))
    assert answer == {"id": "44"}
    assert (asked.method, asked.path) == ("POST", "/v26.0/1/media")
    assert asked.headers["Authorization"] == "Bearer EAAGtoken"
    assert asked.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    head, body = asked.body.split(b"JPEG")[0], asked.body
    assert b'name="messaging_product"\r\n\r\nwhatsapp\r\n' in body
    assert b'name="file"; filename="boots.jpg"' in head
    assert b"Content-Type: image/jpeg" in head


def test_an_upload_may_name_its_file_otherwise() -> None:
    _, (asked,) = upload(Reply(200, {"attachment_id": "1"}), part="filedata")
    assert b'name="filedata"; filename="boots.jpg"' in asked.body


@pytest.mark.parametrize(
    ("filename", "sent"),
    [("靴 ブーツ.jpg", "靴 ブーツ.jpg"), ('a"b\\c\r\nX-Evil: 1.jpg', "a_b_c__X-Evil: 1.jpg"), ("", "file")],
)
def test_a_file_name_stays_in_its_place(filename: str, sent: str) -> None:
    _, (asked,) = upload(Reply(200, {}), filename=filename)
    assert f'filename="{sent}"'.encode() in asked.body


def test_a_large_file_goes_out_whole() -> None:
    content = bytes(range(256)) * 3_000
    _, (asked,) = upload(Reply(200, {}), content=content)
    assert content in asked.body


def test_an_upload_and_a_look_are_never_ambiguous() -> None:
    lost, _ = upload(Reply(drop=True))
    assert (lost.outcome, lost.code) == (Outcome.RETRY, "connection_lost")
    unread, _ = call(lambda graph: graph.get("1"), Reply(drop=True))
    assert unread.outcome is Outcome.RETRY
    sent, _ = call(lambda graph: graph.post("1/messages", {}), Reply(drop=True))
    assert sent.outcome is Outcome.AMBIGUOUS


def test_an_upload_that_is_refused_says_why_and_nothing_of_ours() -> None:
    refused, _ = upload(Reply(400, {"error": {"code": 10, "message": "boots.jpg is no picture"}}))
    assert (refused.outcome, refused.detail) == (Outcome.MISCONFIGURED, "")


def test_a_list_is_read_to_its_last_page() -> None:
    first = {
        "data": [{"id": 1}, "junk"],
        "paging": {"cursors": {"after": "a=&b"}, "next": "https://evil.example/?token"},
    }
    second = {"data": [{"id": 2}], "paging": {"cursors": {"after": "c"}}}
    found, asked = call(lambda graph: graph.listed("1/apps?limit=2"), Reply(200, first), Reply(200, second))
    assert found == [{"id": 1}, {"id": 2}]
    assert [each.path for each in asked] == ["/v26.0/1/apps?limit=2", "/v26.0/1/apps?limit=2&after=a%3D%26b"]


@pytest.mark.parametrize(
    "page", [{}, {"data": None}, {"data": [], "paging": {"next": "x"}}, {"data": [], "paging": []}]
)
def test_a_list_may_be_junk(page: Any) -> None:
    found, asked = call(lambda graph: graph.listed("1/apps"), Reply(200, page))
    assert found == []
    assert len(asked) == 1


def test_a_list_that_never_ends_is_left() -> None:
    page = {"data": [{"id": 1}], "paging": {"cursors": {"after": "a"}, "next": "x"}}
    found, _ = call(lambda graph: graph.listed("1/apps"), *[Reply(200, page)] * 60)
    assert len(found) == 50
