"""Tests the words of an agent's own page, and links to threads."""

from datetime import UTC, datetime, timedelta

import pytest

from core.desk.home import Numbers, numbers_text, wait_text
from core.desk.links import has_links, moment, resolve_times, thread_link, without_links

NOON = datetime(2026, 12, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (11100, "3 h 5 min")]
)
def test_a_wait_in_words(seconds: int, words: str) -> None:
    assert wait_text(timedelta(seconds=seconds)) == words


def test_numbers_in_words() -> None:
    told = numbers_text(Numbers(NOON, 4, 3, 2, 5, timedelta(minutes=12)))
    assert told == "Opened 4 · resolved 3 · waiting 2 · with agents 5 · first reply 12 min on average"
    assert "no first reply yet" in numbers_text(Numbers(NOON))


@pytest.mark.parametrize(("place", "thread"), [("", ""), ("C1", ""), ("C1", "x](http"), ("C 1", "1.2")])
def test_what_is_no_thread_is_no_link(place: str, thread: str) -> None:
    assert thread_link(7, place, thread) == "#7"


def test_a_link_has_a_label() -> None:
    text = f"• {thread_link(7, 'C0SUPPORT', '1796119280.445566')} Jane"
    assert has_links(text)
    assert without_links(text) == "• #7 Jane"


def test_a_time_is_every_readers_own() -> None:
    text = f"since {moment(NOON)}"
    assert resolve_times(text, lambda at: at.isoformat()) == "since 2026-12-02T12:00:00+00:00"
    assert without_links(text) == "since 02 Dec 12:00 UTC"
    assert not has_links(text)
