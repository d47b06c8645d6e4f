"""Tests that a store can list conversations, search them, and read one with what became of each message."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bots.wiring.intake import Intake
from core.ids import new_id
from core.people.addresses import Address
from core.shop.orders import Buyer
from hub.timers.kinds.search import KIND
from storage.conversations import timeline
from storage.people.tables import messages
from tests.bots.http.api.caller import ask, installed, pages
from tests.fakes import NOW, PHONE
from tests.hub.house import House
from tests.storage.orders_sample import saved_order

PATH = "/api/v1/conversations"


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    """Knows Jane, who asked on WhatsApp for a person and has a note, and somebody who wrote by SMS."""
    with installed(tmp_path) as made:
        saved_order(made.store, Buyer(id="c1", name="Jane Doe", phone=PHONE))
        house = House(made.store)
        house.hear("my boots are too small")
        house.texts()
        house.hear("agent")
        house.texts()
        house.writes("a good customer", note=True)
        house.hear("杯子碎了", Address("sms", "main", "+12025550177"))
        KIND.handle(house.hub, "", house.hub.now())
        yield made


def test_the_one_last_spoken_in_comes_first_page_by_page(intake: Intake) -> None:
    found = pages(intake, f"{PATH}?limit=1")
    assert [[each["channel"] for each in page] for page in found] == [["sms"], ["whatsapp"]]
    jane = found[1][0]
    assert (jane["state"], jane["customer"]["phone"], jane["case"], jane["orders"]) == ("agent", PHONE, 1, ["1001"])
    assert (jane["messages"], jane["found"]) == (None, None)
    assert jane["customer"]["id"] == "c1"
    unknown = found[0][0]["customer"]  # to the store
    assert unknown["id"] == unknown["our_id"]


def test_a_customer_is_found_by_either_id(intake: Intake) -> None:
    customer = pages(intake, f"{PATH}?channel=whatsapp")[0][0]["customer"]
    for id_ in (customer["id"], customer["our_id"]):
        assert [each["channel"] for each in pages(intake, f"{PATH}?customer={id_}")[0]] == ["whatsapp"]


@pytest.mark.parametrize(
    ("query", "channels"),
    [
        ("customer=c1", ["whatsapp"]),
        ("customer=nobody", []),
        ("order=1001", ["whatsapp"]),
        ("customer=c1&order=9", []),
        ("state=agent", ["whatsapp"]),
        ("channel=sms&state=bot", ["sms"]),
        ("flow=main", []),
        ("topic=order_status", []),
        ("flow='%3B%20DROP%20TABLE%20messages%20--", []),
        ("q=boot%20small", ["whatsapp"]),
        ("q=杯子", ["sms"]),
        ("q=good%20customer", ["whatsapp"]),
        ("q=boots&channel=sms", []),
        ("q='%3B%20DROP%20TABLE%20messages%20--", []),
        ("q=%3Cscript%3E", []),
    ],
)
def test_what_is_looked_for(intake: Intake, query: str, channels: list[str]) -> None:
    status, body = ask(intake, f"{PATH}?{query}")
    assert (status, [each["channel"] for each in body["items"]]) == (200, channels)


def test_a_search_shows_what_it_found(intake: Intake) -> None:
    (item,) = ask(intake, f"{PATH}?q=good")[1]["items"]
    assert (item["found"]["by"], item["found"]["text"]) == ("note", "a good customer")


def test_one_conversation_is_shown_whole(intake: Intake) -> None:
    (listed,) = ask(intake, f"{PATH}?order=1001")[1]["items"]
    status, shown = ask(intake, f"{PATH}/{listed['id']}")
    assert (status, {**shown, "messages": None}) == (200, listed)
    said = [(each["by"], each["state"]) for each in shown["messages"]]
    assert [each for each in said if each[0] == "customer"] == [("customer", "received")] * 2
    assert said[-1] == ("note", "note")
    assert ("bot", "sent") in said


def test_what_another_program_answered_is_told_as_a_bots(intake: Intake) -> None:
    (listed,) = ask(intake, f"{PATH}?order=1001")[1]["items"]
    line = timeline.row(new_id(NOW), listed["id"], "", timeline.PROGRAM, "we are closed", NOW)
    with intake.store.write() as conn:
        conn.execute(messages.insert(), line)
    shown = ask(intake, f"{PATH}/{listed['id']}")[1]["messages"]
    assert [each["by"] for each in shown if each["text"] == "we are closed"] == ["bot"]


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("?state=agnt", 400, "did you mean 'agent'?"),
        ("?cursor=nonsense", 400, "this is no cursor"),
        ("?q=boots&cursor=MTphYmM", 400, "this is no cursor"),
        ("?search=boots", 400, "there is no parameter 'search'"),
        ("?q=%00", 400, "nothing that can be read"),
        ("?customer=%00", 400, "nothing that can be read"),
        ("?customer=%20&order=1001", 400, "nothing that can be read"),
        ("/nobody", 404, "there is no conversation"),
    ],
)
def test_what_is_refused_says_why(intake: Intake, path: str, status: int, says: str) -> None:
    answered, body = ask(intake, PATH + path)
    assert (answered, says in body["error"]) == (status, True), body
    assert ask(intake, PATH, key="wrong")[0] == 401
