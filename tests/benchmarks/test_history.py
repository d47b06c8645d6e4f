"""Tests that a long history is copied from what the product wrote for one customer, whatever it wrote."""

import sqlite3
from contextlib import closing
from pathlib import Path

from benchmarks import history
from benchmarks.people import phone
from core.messages.inbound import ReceiptStatus
from core.messages.pieces import Profile
from core.people.addresses import Address
from storage.engine import migrate
from storage.engine.store import Store
from tests.hub.house import House

FIRST = Address("whatsapp", "main", phone(0))
HIDDEN = Address("whatsapp", "main", "US.1349000000000000")


def test_every_copied_customer_has_addresses_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "doorstep.db"
    store = Store(f"sqlite:///{path}")
    migrate.upgrade(store)
    _one_turn(House(store))
    store.close()
    history.fill(path, messages=200, people=30)
    stored = history.rows(path)
    assert stored["messages"] == 200
    with closing(sqlite3.connect(path)) as conn:
        addresses = conn.execute("SELECT value, customer_id, home FROM addresses").fetchall()
    assert stored["conversations"] == len({customer for _, customer, _ in addresses})
    assert len(addresses) == 2 * stored["conversations"]
    assert len({value for value, _, _ in addresses}) == len(addresses)
    assert all(home.endswith(phone(0)) == (value == HIDDEN.value) for value, _, home in addresses if home)


def _one_turn(house: House) -> None:
    """Writes one turn, asked, answered and read, by a customer of whom the channel tells two addresses."""
    house.hear("menu", FIRST, profile=Profile("Jane", aliases=(HIDDEN,)))
    house.send()
    (part,) = house.parts()
    house.receipt(ReceiptStatus.READ, FIRST, provider_id=part.provider_id)
