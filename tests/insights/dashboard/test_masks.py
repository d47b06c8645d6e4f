"""Tests that of a customer nothing that the store knows is learned from any page, file, report or digest until somebody
asks for it; whoever does is in the log."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest
from sqlalchemy import select

from core.content.text import plain_spaces
from core.ids import EPOCH
from core.messages.inbound import ReceiptStatus
from core.messages.pieces import Attachment
from core.shop.orders import Buyer, StreetAddress
from insights.dashboard import page
from insights.dashboard.house import House as Pages
from insights.measuring.increments import measure_all
from insights.measuring.measurer import Shop
from insights.reports import files, terminal
from insights.reports.gathering import Said
from insights.reports.making import Asks, make
from insights.reports.posting import digest
from insights.reports.words import Words
from notifications.store.opening import Desk
from notifications.store.support_hours import SupportHours
from storage.desk import audit
from storage.desk.tables import cases
from storage.engine.store import Store
from storage.people import customers as customer_rows
from storage.people import merges
from storage.people.tables import conversations, messages
from storage.queues.tables import outbox
from storage.search import index
from tests.fakes import NOW, PHONE
from tests.hub.house import House
from tests.insights.dashboard.visitor import Visitor
from tests.insights.month import ZONE
from tests.storage.orders_sample import saved_order

NAMES = ("Zacharias Quellbrunn", "QUELLBRUNN, Zacharias", "欧阳明月", "明月", "Sternwarte Optik")
PHONES = (PHONE, "(202) 555-0101", "001 202.555.0101", "２０２５５５０１０１")
STREETS = ("Rosenhof hinterhaus", "rosenhof, Hinterhaus", "阳光花园小区3栋", "阳光花园小区", "Elm Grove")
PLACES = (*STREETS, "AB1 2CD", "ab12cd", "zach@example.com")
ALL = (*NAMES, *PHONES, *PLACES)
# What no page may have of it, without case: the words by themselves.
TOLD = (
    *("zacharias", "quellbrunn", "欧阳", "明月", "sternwarte", "optik"),
    *("rosenhof", "hinterhaus", "阳光花园", "grove", "ab1 2cd", "ab12cd", "zach@"),
    *("2025550101", "555-0101", "555.0101", "５５５０１０１"),
)
SOUP = "do you know a good recipe for soup?"
METRICS = ("contacts", "fallback", "handoffs", "cases", "texts_misread")


@pytest.fixture
def talk(store: Store) -> House:
    """Knows a customer by two orders, a company's among them, and by a merge; all of it was said by everybody."""
    buyer = Buyer(id="c1", name="Zacharias Quellbrunn", phone=PHONE, email="zach@example.com")
    id_ = saved_order(store, buyer, shipping=StreetAddress("Rosenhof hinterhaus", "", "Wien", "AB1 2CD", "", "AT"))
    firm = msgspec.structs.replace(buyer, name="Sternwarte Optik")
    saved_order(store, firm, number="1002", shipping=StreetAddress("12 Elm Grove", "阳光花园小区3栋", "London"))
    with store.write() as conn:
        merges.merge(conn, id_, customer_rows.add(conn, NOW, name="欧阳明月"), "operator", NOW)
    house, everything = House(store), "; ".join(ALL)
    house.hear("hi", attachments=(Attachment("image", ref="m1", mime="image/jpeg", filename=f"{NAMES[0]}.jpg"),))
    for _ in range(3):
        house.later(minutes=1)
        house.hear(f"{SOUP} {everything}")
        house.later(minutes=1)
        house.hear("hi")
    house.later(minutes=1)
    house.hear("agent")
    house.send()
    house.presses("case_claim")
    house.writes(f"hello, {everything}")
    house.writes(f"knows {everything}", note=True)
    house.send()
    house.receipt(ReceiptStatus.FAILED, provider_id=house.parts()[0].provider_id, code="131026")
    house.later(minutes=1)
    house.hear(f"last of all: {everything}")
    with store.write() as conn:
        conn.execute(cases.update().values(summary=everything))
        conn.execute(outbox.update().where(outbox.c.code.is_not(None)).values(detail=f"to {everything}"))
    searched(store)
    measured(house)
    return house


def searched(store: Store) -> None:
    since: datetime | None = EPOCH
    while since is not None:
        with store.write() as conn:
            since = index.add_new(conn, store, since, 2000)


def measured(house: House) -> None:
    shop = Shop(ZONE, lambda team: Desk(SupportHours(), ZONE.key, team))
    later = house.clock() + timedelta(days=2)
    measure_all(house.store, shop, NOW - timedelta(days=1), later, later)


@pytest.fixture
def pages(filled: Pages, talk: House) -> Pages:
    """Puts the pages over this store."""
    door = replace(filled.door, password="", redis=None)
    return replace(filled, store=talk.store, now=talk.clock, door=door, file_link=lambda id_: f"/media/{id_}")


@pytest.fixture
def place(talk: House) -> str:
    """Returns the address of the conversation's page."""
    return f"/conversations/{talk.row(conversations).id}"


def learned(text: str) -> list[str]:
    said = plain_spaces(text).casefold()
    return [word for word in TOLD if word in said]


def addresses(talk: House) -> Iterator[str]:
    """Lists every page there is, each with what there is to be seen on it."""
    with talk.store.read() as conn:
        said, numbers = conn.scalars(select(messages.c.id)).all(), conn.scalars(select(cases.c.number)).all()
    known = {
        "/conversations/<id_>": [talk.row(conversations).id],
        "/cases/<id_>/thread": [talk.row(cases).id],
        "/trace/<path:id_>": [*said, *map(str, numbers), "1001"],
        "/metrics/<name>": METRICS,
        "/metrics/<name>/behind": METRICS,
    }
    for each in page.found():
        begin, _, rest = each.rule.partition("<")
        end = rest.partition(">")[2]
        assert not rest or each.rule in known, f"{each.rule} is new: say here what there is to be seen on it"
        yield from (f"{begin}{name}{end}" for name in known.get(each.rule, [""]))


def looks(store: Store) -> list[str]:
    with store.read() as conn:
        return [entry.object for entry in audit.listed(conn, action="reveal")]


def test_nobody_is_learned_from_any_page_or_file(pages: Pages, talk: House) -> None:
    visitor, days = Visitor(pages), f"from={NOW.date()}&to={talk.clock().date()}"
    told = {}
    for path in addresses(talk):
        for query in ("lang=en", "lang=zh", "format=csv", f"{days}&read=1", f"{days}&format=csv"):
            with visitor.get(f"{path}?{query}") as answer:
                assert answer.status_code < 400 or path.endswith("/thread"), (path, query, answer.status_code)
                if found := learned(answer.text):
                    told[f"{path}?{query}"] = found
    assert told == {}
    assert looks(talk.store) == []


def test_what_was_asked_for_is_there_and_in_the_log(pages: Pages, place: str, talk: House) -> None:
    visitor = Visitor(pages)
    visitor.get(place)
    shown = visitor.follow(visitor.post(place, {"show": "details"})).text
    assert set(learned(shown)) == set(TOLD)
    assert looks(talk.store) == [f"conversation:{place.rpartition('/')[2]}"]
    assert learned(visitor.get("/conversations").text) == []
    assert learned(visitor.get(place).text) == []


def test_the_list_shows_what_was_said_last_without_who_said_it(pages: Pages) -> None:
    visitor = Visitor(pages)
    for query in ("", "format=csv"):
        text = visitor.get(f"/conversations?{query}").text
        assert "last of all: •••" in text
        assert learned(text) == []


@pytest.mark.parametrize("word", ["Rosenhof", "quellbrunn", "明月", "zach", "hinterhaus rosenhof", "阳光花园小区"])
def test_what_is_hidden_does_not_stand_out_where_it_was_looked_for(word: str, pages: Pages) -> None:
    visitor = Visitor(pages)
    text = visitor.get(f"/conversations?q={word}").text
    rows = text.partition("<tbody")[2]
    assert "•••" in rows
    assert "<mark>" not in rows
    assert learned(visitor.get(f"/conversations?q={word}&format=csv").text) == []
    assert "<mark>soup</mark>" in visitor.get(f"/conversations?q={word} soup").text


def test_what_nobody_understood_is_told_without_who_asked(pages: Pages, talk: House) -> None:
    visitor, days = Visitor(pages), f"from={NOW.date()}&to={talk.clock().date()}"
    for query in (days, f"{days}&format=csv"):
        text = visitor.get(f"/questions?{query}").text
        assert "soup" in text
        assert learned(text) == []


def test_nobody_is_learned_from_a_report_or_its_digest(talk: House) -> None:
    flows = talk.hub.flows
    with talk.store.read() as conn:
        asks = Asks("week", "Northwind", ZONE.key, "USD", talk.clock(), talk.clock(), talk.clock().date())
        report = make(conn, msgspec.structs.replace(asks, said=Said(flows.responses, flows.flows)))
    assert any("soup" in str(each.numbers.get("example")) for each in report.findings)
    for language in ("en", "zh"):
        words = Words(language, {})
        post = msgspec.json.encode(msgspec.to_builtins(digest(report, words, "https://shop.example"))).decode()
        data = json.dumps(msgspec.to_builtins(files.data(report, words)), ensure_ascii=False)
        told = [post, data, terminal.written(report, words, ""), *map(str, files.rows(report, words))]
        assert learned("\n".join(told)) == []
