"""Tests that conversations are listed and found, that a list names nobody, and that wrong words do no harm."""

import csv
from datetime import datetime
from io import StringIO

import pytest
from sqlalchemy import select

from core.ids import EPOCH
from insights.dashboard.house import House
from storage.people.tables import customers
from storage.search import index
from tests.insights.dashboard.visitor import Visitor

LINK = '<th scope="row"><a href='


def rows(text: str) -> int:
    return text.count(LINK)


def test_the_list_goes_on_page_by_page(visitor: Visitor) -> None:
    first = visitor.get("/conversations").text
    assert rows(first) == 50
    after = first.split("after=")[1].split('"')[0]
    second = visitor.get(f"/conversations?after={after}").text
    assert rows(second) > 0
    shown = [{line.split("?")[0].split("#")[0] for line in page.split(LINK)[1:]} for page in (first, second)]
    assert not {line.split('"')[1] for line in shown[0]} & {line.split('"')[1] for line in shown[1]}


def test_nobody_is_learned_from_it(visitor: Visitor, house: House) -> None:
    page = visitor.get("/conversations").text + visitor.get("/conversations?format=csv").text
    with house.store.read() as conn:
        known = conn.execute(select(customers.c.name, customers.c.phone, customers.c.email)).all()
    assert len(known) > 20
    told = {word for row in known for word in row if word}
    assert [word for word in told if word in page] == []


@pytest.mark.parametrize(
    "query", ["state=agent", "channel=sms", "topic=order_status", "flow=returns", "from=2026-11-30"]
)
def test_it_is_narrowed_down(query: str, visitor: Visitor) -> None:
    whole, narrowed = (list(file(visitor, each)) for each in ("", query))
    assert 0 < len(narrowed) < len(whole)


def file(visitor: Visitor, query: str) -> list[list[str]]:
    answer = visitor.get(f"/conversations?{query}&format=csv")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.reader(StringIO(answer.text.removeprefix("\ufeff"))))[1:]


def test_words_are_found_and_stand_out(visitor: Visitor, house: House, searched: None) -> None:
    page = visitor.get("/conversations?q=delivered").text
    assert "<mark>delivered</mark>" in page
    assert "#m-" in page
    assert "<mark>订单</mark>" in visitor.get("/conversations?q=订单").text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("q=<script>alert(1)</script>", 200),
        ("q='; DROP TABLE messages; --", 200),
        ("customer=<b>&order=<i>", 200),
        ("topic=" + "x" * 200, 200),
        ("flow=%00%00", 400),
        ("q=" + "x" * 201, 400),
        ("state=anything", 400),
        ("from=yesterday", 400),
        ("from=2026-12-01&to=2026-11-01", 400),
        ("from=0001-01-01", 400),
        ("after=nonsense", 400),
        ("lang=zh&q=\u202e👍🏽مرحبا", 200),
    ],
)
def test_wrong_words_do_no_harm(query: str, status: int, visitor: Visitor) -> None:
    answer = visitor.get(f"/conversations?{query}")
    assert answer.status_code == status
    assert "<script>alert" not in answer.text
    assert "<b>" not in answer.text


def test_nothing_is_found_and_says_what_to_do(visitor: Visitor) -> None:
    assert "Take a filter away" in visitor.get("/conversations?order=none").text
    assert "请去掉一个筛选条件" in visitor.get("/conversations?order=none&lang=zh").text


@pytest.fixture
def searched(house: House) -> None:
    """Makes all that was said be found."""
    since: datetime | None = EPOCH
    while since is not None:
        with house.store.write() as conn:
            since = index.add_new(conn, house.store, since, 2000)
