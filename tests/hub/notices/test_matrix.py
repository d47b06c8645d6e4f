"""Tests a part of the planner's matrix on the hub, on both databases: what rows say leads to what the rules say."""

from datetime import timedelta
from itertools import product

import msgspec

from core.people.addresses import Address
from core.shop.store_events import OrderEvent, ShipmentEvent
from storage.notices.tables import notices
from storage.people import consents
from storage.people.tables import consents as ledger
from tests.fakes import NOW
from tests.hub.house import House
from tests.hub.notices.test_lifecycle import BARE, JANE
from tests.notifications.test_matrix import Case, expected
from tests.storage.orders_sample import PARCEL

CELLS = list(product(("whatsapp", "sms"), ("open", "closed", "never"), ("nothing", "service", "stop")))


def test_every_cell_of_a_number_comes_out_as_the_rules_say(house: House) -> None:
    whose = {cell: f"+1202555{n:04d}" for n, cell in enumerate(CELLS, 100)}
    _write(house, whose, "closed")
    house.later(hours=30)
    _write(house, whose, "open")
    for (channel, _, consent), phone in whose.items():
        if consent != "nothing":
            entry = consents.row(channel, phone, "service", consent == "service", "test", house.clock())
            with house.store.write() as conn:
                conn.execute(ledger.insert(), entry)
    for n, (cell, phone) in enumerate(whose.items()):
        _tell(house, f"m{n}", phone)
        house.send()
        found = next(each for each in house.notices() if each[0] == f"shipped:m{n}:s1")
        case = Case("shipped", *cell, "en", night=False, capped=False, template="approved")
        wanted = expected(case, timedelta(days=3))
        sent = [each for each in house.channels[cell[0]].sent if each.to.value == phone]
        if wanted.startswith("skip"):
            row = next(each for each in house.rows(notices) if each.business_key == found[0])
            assert found[1] == "skipped", (cell, found)
            assert f"{cell[0]}: {wanted.partition(':')[2]}" in row.trace, (cell, row.trace)
        else:
            assert found[1:] == ("sent", ""), (cell, found)
            assert sent[-1].part.call == wanted, cell


def _write(house: House, whose: dict[tuple[str, str, str], str], window: str) -> None:
    for (channel, when, _), phone in whose.items():
        if when == window:
            house.hear("hello", Address(channel, "main", phone))
    house.send()


def _tell(house: House, number: str, phone: str) -> None:
    """Tells of an order and its parcel; nobody agreed to anything with it."""
    buyer = msgspec.structs.replace(JANE, id=number, phone=phone, email=f"{number}@example.com", notify=())
    order = msgspec.structs.replace(BARE, number=number, buyer=buyer)
    at = house.clock() - timedelta(minutes=5)
    house.told(
        OrderEvent(external_id=f"{number}-o", source="shop", at=at, kind="created", order=order),
        ShipmentEvent(
            external_id=f"{number}-p", source="shop", at=at, kind="updated", order_number=number, shipment=PARCEL
        ),
    )
    assert at > NOW
