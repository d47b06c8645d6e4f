"""Tests that the way of a message is found by every id that somebody may have in hand."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from core.errors import Outcome, SendError
from core.messages.inbound import ReceiptStatus
from hub.trace import Step, story, trace
from storage.people import lookup
from storage.people.lookup import Meant
from storage.queues.tables import inbox
from tests.hub.house import House

IDS = (
    "the provider's id of the question",
    "our id of the question",
    "our id of the answer",
    "our id of its part",
    "the provider's id of its part",
)


def steps(house: House, id_: str) -> list[Step]:
    with house.store.read() as conn:
        return trace(conn, id_)


@pytest.fixture
def answered(house: House) -> dict[str, str]:
    """Makes an answer that was delivered, with the ids by which it may be asked for."""
    external_id = house.hear("menu")
    house.texts()
    (part,) = house.parts()
    house.receipt(ReceiptStatus.DELIVERED, provider_id=part.provider_id)
    (message,) = house.messages()
    came = next(row for row in house.rows(inbox) if row.external_id == f"i:{external_id}")
    return dict(zip(IDS, (external_id, came.id, message.id, part.id, part.provider_id), strict=True))


@pytest.mark.parametrize("name", IDS)
def test_a_message_is_found_by_any_of_its_ids(house: House, answered: dict[str, str], name: str) -> None:
    told = [step["what"] for step in steps(house, answered[name])]
    whats = ["call", "flow", "handled", "queued", "receipt: delivered", "received", "sent", "understood"]
    assert sorted(set(told)) == whats
    assert told[0] == "received"


@pytest.mark.parametrize(
    ("words", "outcome", "intent"),
    [("where is my order?", "accept", "order_status"), ("agent", "accept", "human"), ("gfdgfd kjhkjh", "none", "")],
)
def test_it_tells_what_a_message_was_read_as(house: House, words: str, outcome: str, intent: str) -> None:
    (read,) = (step for step in steps(house, house.hear(words)) if step["what"] == "understood")
    assert read["outcome"] == outcome
    assert read["intent"] == intent or not intent
    assert 0 < read["p"] <= 1


def test_what_nobody_knows_has_no_way(house: House, answered: dict[str, str]) -> None:
    assert steps(house, "nobody") == []


def test_a_case_leads_to_what_was_posted_about_it(house: House) -> None:
    house.hear("agent")
    house.texts()
    case_id = next(post.case_id for post in house.desk.posts)
    assert {step.get("to") for step in steps(house, case_id) if step["what"] == "queued"} == {"slack"}


def test_no_text_and_no_number_is_told(house: House) -> None:
    house.hear("my secret words")
    told = str(steps(house, house.rows(inbox)[0].id))
    assert "secret" not in told
    assert "2025550101" not in told


def whole(house: House, find: Callable[[Connection, str], Meant | None], word: str) -> list[Step]:
    with house.store.read() as conn:
        meant = find(conn, word)
        return story(conn, meant, 50) if meant else []


def test_a_phone_leads_to_every_message_with_its_state(house: House, answered: dict[str, str]) -> None:
    house.channels["whatsapp"].script.append(SendError(Outcome.CONTENT_REJECTED, "131026", "no"))
    house.hear("no way out")
    house.send()
    told = whole(house, lookup.by_phone, "(202) 555-0101")
    assert [(step["what"], step.get("by"), step["state"]) for step in told] == [
        ("conversation", None, "bot"),
        ("message", "customer", "received"),
        ("message", "bot", "delivered"),
        ("message", "customer", "received"),
        ("message", "bot", "failed"),
    ]
    assert told[-1]["reason"] == "131026"
    assert told[2]["id"] == answered["our id of the answer"]
    assert steps(house, told[2]["id"])
    assert told[0]["with"] == "+1•••••0101"
    assert "2025550101" not in str(told)
    assert "way out" not in str(told)


def test_a_case_shows_what_could_not_be_posted(house: House) -> None:
    house.hear("agent")
    house.send()
    told = whole(house, lookup.by_case, "1")
    assert {step["what"] for step in told} >= {"conversation", "message", "post"}
    assert {step["to"] for step in told if step["what"] == "post"} == {"slack"}
