"""Tests that a customer's card number is in no row and no post, and that what they ask is answered all the same."""

import pytest

from core.content.payment_secrets import ACCOUNT, CARD, CODE
from core.desk.posts import PostCustomer
from core.messages.inbound import Edited
from storage.desk.tables import cases
from storage.engine.schema import metadata
from storage.engine.store import Store
from storage.people.tables import messages
from storage.queues.tables import inbox
from tests.hub.house import WHATSAPP, House

NUMBER = "4111 1111 1111 1111"


def kept(house: House) -> str:
    """Writes out every row of every table."""
    return " ".join(str(row) for table in metadata.sorted_tables for row in house.rows(table))


def test_no_row_and_no_post_has_it(store: Store) -> None:
    house = House(store)
    house.hear("agent")
    house.posts()
    said = house.hear(f"charge {NUMBER} cvv 123 please")
    house.accept(Edited(house.fresh("edit"), WHATSAPP, house.clock(), said, f"charge {NUMBER} now"))
    house.drain()
    posts = str(house.posts())
    assert f"charge {CARD} cvv {CODE} please" in posts
    assert f"charge {CARD} now" in posts
    assert NUMBER not in posts
    assert f"charge {CARD} now" in [row.text for row in house.rows(messages)]
    assert not any(each in kept(house) for each in (NUMBER, NUMBER.replace(" ", ""), "cvv 123"))


def test_a_sentence_with_one_is_understood(store: Store) -> None:
    house = House(store)
    house.hear(f"I want to talk to a person, my card is {NUMBER}")
    assert house.row(cases).reason == "asked_human"


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("pieces", "sign"),
    [
        (("my card is 4111 1111", "1111 1111 please"), CARD),
        (("4242", "4242", "4242", "4242"), CARD),
        (("DE89 3704 0044", "0532 0130 00"), ACCOUNT),
    ],
)
def test_the_end_of_one_in_pieces_is_in_no_row_and_no_post(
    store: Store, pieces: tuple[str, ...], sign: str, at_once: bool
) -> None:
    house = House(store)
    house.hear("agent")
    house.posts()
    for piece in pieces:
        house.say(piece)
        house.later(seconds=1 if at_once else 20)
        if not at_once:
            house.drain()
    house.drain()
    *_, last = house.rows(inbox)
    assert sign in last.payload
    assert [row.text for row in house.rows(messages) if row.author == "customer"][-1].startswith(sign)
    said = str([post.text for post in house.posts() if isinstance(post, PostCustomer)])
    assert sign in said
    assert said.count(pieces[-1][:9]) == " ".join(pieces[:-1]).count(pieces[-1][:9])


def test_what_comes_later_is_a_number_of_its_own(store: Store) -> None:
    house = House(store)
    house.hear("4111 1111")
    house.later(minutes=3)
    house.hear("1111 1111")
    assert "1111 1111" in [row.text for row in house.rows(messages)]
