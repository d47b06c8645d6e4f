"""Tests that a customer's card number is in no row and no post, and that what they ask is answered all the same."""

from core.content.payment_secrets import CARD, CODE
from core.messages.inbound import Edited
from storage.desk.tables import cases
from storage.engine.schema import metadata
from storage.engine.store import Store
from storage.people.tables import messages
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
