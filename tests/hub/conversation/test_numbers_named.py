"""Tests what it costs to find the order that a message names, and that one of another customer stays theirs."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest

from core.shop.orders import Buyer
from storage.people.tables import proof_attempts
from tests.fakes import PHONE
from tests.hub.house import House
from tests.statements import listening
from tests.storage.orders_sample import PARCEL, saved_order

JANE = Buyer(id="c1", name="Jane", email="jane@example.com", phone=PHONE)
ZOE = Buyer(id="c2", name="Zoe", email="zoe@example.com", phone="+12025550199")


@pytest.fixture
def known(house: House) -> House:
    """A house in which Jane has two orders and somebody else has one."""
    saved_order(house.store, JANE, number="#Ab-1001", shipments=())
    saved_order(house.store, JANE, number="1002", shipments=())
    parcel = msgspec.structs.replace(PARCEL, tracking_number="JD 0003")
    saved_order(house.store, ZOE, number="129", shipments=(parcel,))
    house.hear("hello")
    house.texts()
    return house


@contextmanager
def searches() -> Iterator[list[str]]:
    """Collects the statements that look for orders by the forms of numbers."""
    found: list[str] = []
    with listening(lambda sql, _values: found.append(sql) if "number_form IN" in sql else None):
        yield found


def test_no_statement_looks_for_a_number_that_is_not_there_or_that_is_their_own(known: House) -> None:
    with searches() as asked:
        for said in ("where is my order ab1001", "我的订单AB-1001到哪了", "where is my order #aB 1001?"):
            known.hear(said)
            assert "#Ab-1001" in known.texts()[-1]
        known.hear("where is my order?")
        assert "Which order" in known.texts()[-1]
        known.hear("cancel")
        known.hear("where is my order? I paid 129.80 on 20261120, and 129 for the other")
        assert "Which order" in known.texts()[-1]
    assert asked == []


def test_one_statement_looks_for_all_numbers_that_may_be_meant(known: House) -> None:
    with searches() as asked:
        known.hear("where is order 129")
    assert "To keep order #129 private" in known.texts()[-1]
    assert len(asked) == 1
    with searches() as asked:
        known.hear("zoe@example.com")
    assert "129" in known.texts()[-1]
    assert len(asked) == 1
    assert [row.ok for row in known.rows(proof_attempts)] == [True]


def test_a_tracking_number_is_found_however_it_is_written(known: House) -> None:
    known.hear("where is my parcel jd-0003")
    known.hear("zoe@example.com")
    assert "#129" in known.texts()[-1]
