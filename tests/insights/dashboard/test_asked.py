"""Tests what pages read of a request, and what they say of one that is wrong."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from insights.dashboard import app as application
from insights.dashboard.asked import LONGEST, Asked
from insights.dashboard.house import House
from insights.dashboard.mistakes import NotThere
from insights.dashboard.page import Page
from tests.insights.dashboard.visitor import Visitor


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=yesterday", "From: “yesterday” is no day; write one like 2026-12-01."),
        ("from=2026-02-30", "From: “2026-02-30” is no day"),
        ("to=99999-01-01", "To: “99999-01-01” is no day"),
        ("from=0001-01-01", "is no day; write"),
        ("to=9999-12-31", "is no day; write"),
        ("to=20261201", "is no day; write"),
        ("channel=%00", "nothing of that can be read"),
        ("from=2026-12-01&to=2026-11-01", "From, To: the first day (2026-12-01) is later than the last (2026-11-01)"),
        ("from=2024-01-01&to=2026-11-01", f"From, To: at most {LONGEST} days"),
        ("from=2024-01-01", f"From, To: at most {LONGEST} days"),
        ("from=1%27%20OR%20%271%27=%271", "is no day; write"),
        ("from=%3Cscript%3Ealert(1)%3C/script%3E", "From: “&lt;script&gt;alert(1)&lt;/script&gt;” is no day"),
        ("from=" + "x" * 300, "From: that is too long; at most 200 characters."),
    ],
)
def test_a_wrong_parameter_is_a_sentence_on_the_page(visitor: Visitor, query: str, words: str) -> None:
    answer = visitor.get(f"/?{query}")
    assert answer.status_code == 400
    assert words in answer.text
    assert 'href="/dashboard/"' in answer.text
    assert "<script>" not in answer.text


def test_the_sentence_is_in_their_language(visitor: Visitor) -> None:
    assert "不是日期" in visitor.get("/?from=x&lang=zh").text
    assert "不是日期" in visitor.get("/?from=x").text  # kept


@pytest.mark.parametrize(
    "query",
    ["channel=';DROP TABLE measures--", "topic=<b>x</b>", "agent=%00%ff", "team=a&team=b", "language=%F0%9F%98%80"],
)
def test_a_filter_of_what_there_is_not_breaks_nothing(visitor: Visitor, query: str) -> None:
    answer = visitor.get(f"/?{query}")
    assert answer.status_code == 200
    assert "<b>x</b>" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/nothing", 404, "There is nothing here"),
        ("GET", "/../etc/passwd", 404, "There is nothing here"),
        ("PUT", "/", 405, "Not in this way"),
        ("POST", "/", 403, "Nothing was changed"),
    ],
)
def test_what_is_not_there_is_a_page_too(visitor: Visitor, method: str, path: str, status: int, words: str) -> None:
    answer = visitor.send(method, path)
    assert answer.status_code == status
    assert words in answer.text
    assert "<nav" in answer.text


def test_a_body_that_is_too_large_is_refused(visitor: Visitor) -> None:
    answer = visitor.post("/", {"x": "y" * 300_000})
    assert answer.status_code == 413
    assert "nothing was changed" in answer.text


def test_what_fails_is_a_page_and_in_the_log(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(_house: House, asked: Asked) -> str:
        if asked.word("gone"):
            raise NotThere("x")
        raise RuntimeError("of the page")

    monkeypatch.setattr(application.page, "found", lambda: [Page("/failing", failing, nav="overview")])
    visitor = Visitor(house)
    answer = visitor.get("/failing", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert answer.status_code == 500
    assert "出了点问题" in answer.text
    assert "of the page" not in answer.text
    assert "a page failed" in caplog.text
    assert visitor.get("/failing?gone=1").status_code == 404


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("de,en;q=0.5", "en"), ("fr", "en"), ("", "en"), ("zh-TW", "zh")],
)
def test_the_language_is_what_the_browser_asks_for(visitor: Visitor, accepted: str, language: str) -> None:
    assert f'<html lang="{language}"' in visitor.get("/", headers={"Accept-Language": accepted}).text


def test_a_language_or_theme_that_there_is_not_changes_nothing(visitor: Visitor) -> None:
    text = visitor.get("/?lang=xx&theme=<b>").text
    assert '<html lang="en" data-theme="auto">' in text
    assert "<b>" not in text


def test_days_and_filters_go_along_from_page_to_page(visitor: Visitor) -> None:
    text = visitor.get("/?from=2026-11-01&to=2026-11-07&channel=sms&after=x&theme=dark").text
    assert 'href="/dashboard/?from=2026-11-01&amp;to=2026-11-07&amp;channel=sms" aria-current="page"' in text
    assert "after=x&amp;theme=light" in text  # the same page in another light
    assert '<option value="sms" selected>' in text


def test_the_days_are_the_shops(house: House) -> None:
    """At three in the morning by UTC it is the day before in New York."""
    text = Visitor(replace(house, now=lambda: datetime(2026, 12, 1, 3, 0, tzinfo=UTC))).get("/").text
    assert 'href="/dashboard/?from=2026-11-30&amp;to=2026-11-30"' in text
