"""Tests that the way of a message is told in words, with the time between, and leads on."""

import csv
import html
import io
import re
from dataclasses import replace

import pytest

from core.messages.inbound import ReceiptStatus
from core.shop.orders import Buyer
from hub.trace import story, trace
from insights.dashboard.house import House as Pages
from storage.desk.tables import cases
from storage.engine.store import Store
from storage.people.tables import conversations, messages
from tests.fakes import PHONE
from tests.hub.house import House
from tests.insights.dashboard.visitor import Visitor
from tests.storage.orders_sample import saved_order


@pytest.fixture
def talk(store: Store) -> House:
    """Jane asked where her order is, and read the answer five seconds later."""
    saved_order(store, Buyer(id="c1", name="Jane Doe", phone=PHONE))
    house = House(store)
    house.hear("where is order 1001?", external_id="wamid.HBgL=/+1")
    house.send()
    house.later(seconds=5)
    house.receipt(ReceiptStatus.READ, provider_id=house.parts()[0].provider_id)
    return house


@pytest.fixture
def visitor(filled: Pages, talk: House) -> Visitor:
    """Somebody who looks at this store."""
    door = replace(filled.door, password="", redis=None)
    told = {"outcome": "accept", "intent": "order_status", "risk": None, "command": None, "also": "human"}
    told |= {"candidates": [{"intent": "order_status", "p": 0.98}]}
    pages = replace(filled, store=talk.store, now=talk.clock, door=door, trace=trace, story=story)
    return Visitor(replace(pages, understand=lambda _text: told))


def test_a_message_is_followed_from_webhook_to_receipt(visitor: Visitor, talk: House) -> None:
    page = visitor.get("/trace", query_string={"q": talk.parts()[0].provider_id}).text
    for words in (
        "Came in",
        "Was understood",
        "Read as",
        "In the flow",
        "began",
        "Was put into the queue",
        "Went to the provider",
        "Receipt: read",
        "+ 5",
        "in 5",
    ):
        assert words in page, words
    assert PHONE not in page
    assert "order 1001?" not in page
    chinese = visitor.get("/trace", query_string={"q": talk.parts()[0].provider_id, "lang": "zh"}).text
    assert "回执：已读" in chinese


def test_a_way_is_told_in_the_readers_language(visitor: Visitor, talk: House) -> None:
    words = set[str]()
    for query in ({"q": talk.parts()[0].provider_id}, {"q": "1001", "by": "order"}, {"q": "wamid.HBgL=/+1"}):
        page = visitor.get("/trace", query_string={**query, "lang": "zh"}).text
        assert "<dd>" in page
        words |= set(re.findall(r"<d[dt]>([^<]*[A-Za-z]{2}[^<]*)</d[dt]>", page))
    assert words <= {"WhatsApp"}


def test_what_a_channel_did_to_a_message_is_told_in_the_readers_language(filled: Pages) -> None:
    steps = [{"at": "2026-12-01T12:00:00+00:00", "what": "fitted", "lost": ["buttons_to_list", "text_split:2"]}]
    steps += [{"at": "2026-12-01T12:00:00+00:00", "what": "promised", "by": "notice:shipped", "about": "parcel s1"}]
    door = replace(filled.door, password="", redis=None)
    looking = Visitor(replace(filled, door=door, trace=lambda _conn, _id: steps))
    english, chinese = (looking.get(f"/trace?q=x&lang={language}").text for language in ("en", "zh"))
    assert "the buttons became a list; the text became 2 messages" in english
    assert "按钮改为列表；文字分成 2 条消息" in chinese
    assert ("Notice: Shipped" in english, "通知：已发货" in chinese) == (True, True)
    assert ("Parcel s1" in english, "包裹 s1" in chinese) == (True, True)


def test_what_a_rule_read_and_did_is_told_in_the_readers_language(filled: Pages) -> None:
    at = "2026-12-01T12:00:00+00:00"
    facts = {"order.total": 700.0, "customer.is_vip": True, "order.tags": []}
    did = [{"notice": "shipped", "left_out": "told_already"}, {"case": 12, "added_to": True}, {"tag": "stuck"}]
    did += [{"case": None, "left_out": "nowhere_to_write"}, {"event": "vip_stuck", "left_out": "nobody_hears"}]
    steps = [{"at": at, "what": "rule fired", "rule": "dear", "because": facts, "did": did}]
    steps += [{"at": at, "what": "rule held", "rule": "dear", "reason": "at_most", "because": {}, "did": []}]
    door = replace(filled.door, password="", redis=None)
    looking = Visitor(replace(filled, door=door, trace=lambda _conn, _id: steps))
    english, chinese = (html.unescape(looking.get(f"/trace?q=x&lang={each}").text) for each in ("en", "zh"))
    assert "order.total = 700.0, customer.is_vip = true, order.tags = none" in english
    assert (
        "Notice: Shipped (the customer was told already); Case: 12 (added to the one that was open); Tag: stuck; "
        "Case (there is nowhere to write to them); Event for the store's systems: vip_stuck (nobody hears of it)"
    ) in english
    assert "A rule was kept from firing" in english
    assert "it fires no more often than that" in english
    assert "通知：已发货（客户已收到过）；工单：12（并入已打开的工单）；标签：stuck" in chinese
    assert "已达触发次数上限" in chinese


def test_a_customers_message_leads_to_its_place_and_is_read_anew(visitor: Visitor, talk: House) -> None:
    line = next(row for row in talk.rows(messages) if row.author == "customer")
    link = f"/conversations/{line.conversation_id}?at={line.id}#m-{line.id}"
    for path in ("/trace?q=wamid.HBgL%3D%2F%2B1", "/trace/wamid.HBgL=/+1"):
        page = visitor.get(path).text
        assert link in page
        assert "How would it be understood now?" in page
    page = visitor.get("/trace?q=wamid.HBgL%3D%2F%2B1&read=1").text
    assert "98%" in page
    assert "As it would be understood now" in page


@pytest.mark.parametrize(
    ("word", "by"), [("1001", "any"), ("#1001", "order"), (PHONE, "phone"), ("202 555 0101", "any"), (PHONE, "any")]
)
def test_what_there_is_to_follow_is_listed(word: str, by: str, visitor: Visitor, talk: House) -> None:
    page = visitor.get("/trace", query_string={"q": word, "by": by}).text
    assert f"/conversations/{talk.row(conversations).id}" in page
    assert "Message" in page


def test_a_case_is_followed_by_its_number(visitor: Visitor, talk: House) -> None:
    talk.hear("agent")
    talk.presses("case_claim")
    page = visitor.get(f"/trace?q={talk.row(cases).number}&by=case").text
    assert "Posted to the desk" in page


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("?q=<script>alert(1)</script>", 200),
        ("?q='; DROP TABLE outbox; --&by=phone", 200),
        ("?q=x&by=anything", 400),
        ("?q=" + "9" * 301, 400),
        ("/" + "9" * 400, 200),
        ("?q=%00", 400),
        ("?q=1001&by=message", 200),
    ],
)
def test_wrong_words_do_no_harm(query: str, status: int, visitor: Visitor) -> None:
    answer = visitor.get(f"/trace{query}")
    assert answer.status_code == status
    assert "<script>alert" not in answer.text


def test_the_steps_are_a_file_too(visitor: Visitor, talk: House) -> None:
    query = {"q": talk.parts()[0].provider_id, "lang": "en"}
    assert "format=csv" in visitor.get("/trace", query_string=query).text
    answer = visitor.get("/trace", query_string={**query, "format": "csv"})
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    steps = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    told = [each["what"] for each in steps]
    assert told.index("Came in") < told.index("Went to the provider") < told.index("Receipt: read")
    assert steps[told.index("Receipt: read")]["seconds_after"] == "5.0"
    assert PHONE not in answer.text
    for path in ("/trace?format=csv", "/trace?q=nothing&format=csv", "/trace/nothing?format=csv"):
        assert visitor.get(path).text.splitlines() == ["\ufeffat,seconds_after,what,details,conversation"]
