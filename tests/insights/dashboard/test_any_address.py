"""Tests that no address breaks a page, on either database: whatever is wrong with it is said, with what to mend."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from insights.dashboard import page
from insights.dashboard.asked import FIELDS, Asked
from insights.dashboard.house import House
from insights.dashboard.texts import texts
from insights.metrics.definitions import metrics
from storage.people.tables import conversations
from tests.insights.dashboard.conftest import NOW, store_with_a_past
from tests.insights.dashboard.visitor import Visitor

NAMES = (
    *("from", "to", "channel", "topic", "agent", "team", "language", "currency", "format", "by", "key", "after"),
    *("q", "customer", "order", "flow", "state", "before", "at", "read", "kind", "of", "where"),
)
DAYS = ("0001-01-01", "9999-12-31", "2000-01-01", "2026-02-30", "2026-W53-7", "-001-01-01", "2026-12-01T00:00", "99999")
NUMBERS = ("0", "-1", "24", "99", "99999", "2147483648", "99999999999", "9" * 18, "9" * 24, "1e999", "nan", "٣", "1_0")
CURSORS = ("zzz", "f" * 13, "f" * 24, "f" * 25, "0" * 25, "." + "9" * 17 + ".x", "-" + "9" * 18 + ".0.x", "1.1.")
WORDS = ("", " ", "\x00", "a\x00b", "x" * 201, "x" * 5000, "%", "\\", "\ufffd", "\U0001f600", "\u202e", "../..", "#1")
KNOWN = ("csv", "day", "week", "hour", "agent", "language", "detail", "any", "case", "order", "zh", "USD", "a_b_c_d")
CODE = ("<b>x</b>", "' OR '1'='1", "';DROP TABLE measures--", "{{7*7}}", "%(x)s", "${x}")
WRONG = (*DAYS, *NUMBERS, *CURSORS, *WORDS, *KNOWN, *CODE)
REFUSAL = re.compile(r"</h1>\s*<p>(.*?)</p>", re.DOTALL)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Builds the pages of a small store on each database, for whoever sits at this machine."""
    more: dict[str, str] = {}
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        more = {"DATABASE_URL": server.url(server.create())}
    with store_with_a_past(tmp_path_factory.mktemp("any"), NOW, 300, 20, **more) as made:
        looks = count()
        yield replace(
            made,
            door=replace(made.door, password="", redis=None),
            now=lambda: NOW + next(looks) * timedelta(milliseconds=150),  # so that nobody asks too often
        )


@pytest.fixture(scope="module")
def everywhere(either: House) -> list[str]:
    """Lists an address of each page: of numbers, one of each way to count."""
    with either.store.read() as conn:
        known = conn.scalar(select(conversations.c.id).order_by(conversations.c.id).limit(1))
    kinds = {each.of.as_: each.id for each in metrics().values()}.values()
    rules = [each.rule for each in page.found()]
    found = [rule.replace("<name>", kind) for rule in rules for kind in (kinds if "<name>" in rule else ("",))]
    return [re.sub("<[^>]*>", str(known), rule) for rule in found]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Notes which parameters pages read."""
    noted, word = set[str](), Asked.word

    def noting(asked: Asked, name: str, *more: Any) -> str:
        noted.add(name)
        return word(asked, name, *more)

    monkeypatch.setattr(Asked, "word", noting)
    return noted


def withstood(answer: TestResponse, names: set[str]) -> None:
    """Says that a page came, or a sentence that names one of these parameters."""
    assert answer.status_code in (200, 302, 303, 308, 400, 404), answer.status
    body = answer.text  # all of it: what is streamed may break off
    assert "<b>x</b>" not in body
    answer.close()
    if answer.status_code == 400:
        said = REFUSAL.search(body)
        assert said, body
        words = {texts()[f"shell.{name}"]["en"] if name in FIELDS else name for name in names}
        assert any(word in said[1] for word in words), said[1]


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_parameter_breaks_a_page(either: House, everywhere: list[str], read: set[str], data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(everywhere))
    query = data.draw(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(WRONG), min_size=1, max_size=3))
    if data.draw(st.booleans()):
        query["format"] = "csv"
    withstood(Visitor(either).get(f"{path}?{urlencode(query)}"), set(query))
    assert read <= set(NAMES)


@pytest.mark.parametrize("wrong", [each for each in (*WORDS, *CODE, "f" * 25, "9" * 24) if each.strip()])
def test_no_part_of_a_path_breaks_a_page(either: House, wrong: str) -> None:
    visitor = Visitor(either)
    for rule in (each.rule for each in page.found() if "<" in each.rule):
        answer = visitor.get(re.sub("<[^>]*>", quote(wrong, safe=""), rule))
        withstood(answer, set())
        assert answer.status_code == 404 or rule.startswith(("/trace", "/metrics/<name>"))
        assert answer.status_code == 404 or "\x00" not in wrong


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        *((f"/metrics/contacts/behind?by=hour&key={key}", 400, "is no hour") for key in ("24", "99", "-1", "9" * 24)),
        ("/metrics/contacts/behind?by=hour&key=%D9%A3", 400, "key: “٣” is no hour; write one from 0 to 23."),
        *((f"/metrics/contacts/behind?by=hour&key={key}", 200, "") for key in ("0", "07", "23")),
        ("/metrics/contacts/behind?by=hour&key=x&format=csv", 400, "is no hour"),
        ("/metrics/contacts/behind?by=day&key=x&format=csv", 400, "key: “x” is no day"),
        ("/metrics/backlog/behind?by=week&key=9999-12-31", 400, "is no day"),
        ("/metrics/backlog/behind?by=week&key=0001-01-01", 400, "is no day"),
        ("/metrics/backlog/behind?by=week&key=2027-12-01&format=csv", 200, ""),
        ("/metrics/backlog/behind?by=day&key=2000-01-01", 200, ""),
        ("/metrics/backlog/behind?by=agent&key=", 200, ""),
        ("/metrics/contacts/behind?after=zzz", 400, "after: this page of the list is not there"),
        ("/conversations?after=zzz", 400, "after: this page of the list is not there"),
        ("/conversations?format=csv&after=zzz", 400, "after: this page of the list is not there"),
        ("/conversations?q=x&after=99999999999", 400, "after: this page of the list is not there"),
        ("/conversations?q=x&after=2147483648", 400, "after: this page of the list is not there"),
        ("/conversations?q=x&after=2147483647", 200, ""),
        ("/conversations?from=2000-01-01", 200, 'value="2000-01-01"'),
        ("/conversations?from=2000-01-01&to=2026-12-01", 200, ""),
        ("/conversations?from=2027-11-01", 200, ""),
        ("/conversations?from=2026-12-01&to=2026-11-01", 400, "From, To"),
    ],
)
def test_what_is_wrong_is_said(either: House, address: str, status: int, said: str) -> None:
    answer = Visitor(either).get(address)
    assert answer.status_code == status
    assert said in answer.text


@pytest.mark.parametrize("place", ["at=" + "f" * 25, "before=0", "before=" + "0" * 24])
def test_where_nothing_was_said_is_the_end_of_the_conversation(
    either: House, everywhere: list[str], place: str
) -> None:
    path = next(each for each in everywhere if each.startswith("/conversations/"))
    visitor = Visitor(either)
    assert visitor.get(f"{path}?{place}").text.count('id="m-') == visitor.get(path).text.count('id="m-') > 0
    refused = visitor.get(f"{path}?{place}x")
    assert refused.status_code == 400
    assert f"{place.partition('=')[0]}: this page" in refused.text
