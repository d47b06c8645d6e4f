"""Tests that an agent answers one message of the customer's, which the customer sees quoted."""

from typing import Any

import pytest

from core.desk.events import Pressed
from core.desk.forms import Passage
from core.desk.posts import PostCustomer, PostMark, PostNote
from core.messages.inbound import ReceiptStatus
from hub.desk.forms.quote import IS_A_NOTE
from storage.desk.tables import cases, desk_messages
from storage.engine.store import Store
from storage.queues.tables import outbox, outbox_parts
from tests.fakes import PLACE
from tests.hub.desk.agents_words import told
from tests.hub.desk.test_forms import reader
from tests.hub.house import ANNA, House


@pytest.fixture
def house(store: Store) -> House:
    """Makes a house with a claimed case, in which the customer wrote two things."""
    house = House(store)
    house.hear("agent")
    house.texts()
    house.presses("case_claim")
    house.texts()
    for text in ("my boots are broken", "and where is my refund?"):
        house.hear(text)
        house.later(minutes=1)
        house.send()
    house.texts()
    return house


def shortcut(house: House, words: str = "", of: str = "my boots are broken") -> Pressed:
    """Makes the press of the shortcut on the post with these words, filled in."""
    posts = {row.id: row for row in house.rows(outbox) if of in row.payload and row.lane == "desk"}
    part = next(row for row in house.rows(outbox_parts) if row.outbox_id in posts)
    values: dict[str, Any] = {"words": words} if words else {}
    case = house.row(cases)
    name = house.fresh("ev")
    value = case.id if words else ""
    return Pressed(name, PLACE, case.thread, part.provider_id, ANNA, "case_quote", value, house.clock(), values)


def test_the_form_shows_what_is_quoted(house: House) -> None:
    form = reader(house).form(shortcut(house))
    assert form is not None
    assert form.items[0] == Passage("“my boots are broken”")
    assert reader(house).check(shortcut(house, "note: she lies")) == {"words": IS_A_NOTE}
    assert reader(house).check(shortcut(house, "We send a new pair")) == {}


def test_the_answer_quotes_and_the_team_sees_it(house: House) -> None:
    house.desk.posts.clear()
    house.act(shortcut(house, "We send a new pair"))
    house.send()
    (sent,) = house.channels["whatsapp"].sent
    assert (sent.text, sent.part.payload["reply_to"]) == ("We send a new pair", "in-4")
    (note,) = [post for post in house.desk.posts if isinstance(post, PostNote)]
    assert "Anna to the customer, on “my boots are broken”:\nWe send a new pair" in note.text


def test_its_marks_stand_on_the_post_that_shows_it(house: House) -> None:
    house.act(shortcut(house, "We send a new pair"))
    house.send()
    house.receipt(ReceiptStatus.DELIVERED, provider_id=house.parts()[-1].provider_id)
    house.send()
    (kept,) = house.rows(desk_messages)
    marks = [post for post in house.desk.posts if isinstance(post, PostMark)]
    assert {post.message for post in marks} == {kept.message}
    assert kept.message != kept.id
    assert kept.shown == "mailbox_with_mail"


def test_what_reads_like_a_note_is_held(house: House) -> None:
    house.desk.posts.clear()
    house.act(shortcut(house, "[internal] she lies"))
    assert "reads like a note" in told(house)[-1].text
    assert house.texts() == []


def test_a_post_that_is_no_message_of_the_customers_is_not_quoted(house: House) -> None:
    pressed = shortcut(house)
    other = Pressed(house.fresh("ev"), PLACE, pressed.thread, pressed.thread, ANNA, "case_quote", "", house.clock())
    assert reader(house).form(other) is None
    house.desk.posts.clear()
    house.act(other)
    assert "Nothing was sent" in told(house)[-1].text
    assert [post for post in house.desk.posts if isinstance(post, PostCustomer)] == []
