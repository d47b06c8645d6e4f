"""Tests what is kept of a customer's account, and that the newest word of points counts."""

from datetime import date, timedelta

import pytest

from core.shop.buyers import AccountFacts, BuyerRecord, Expiring
from core.shop.orders import StreetAddress
from storage.engine.store import Store
from storage.people import accounts, customers, merges, privacy
from tests.fakes import NOW, PHONE

HOME = StreetAddress("1 Main St", city="Springfield")
LOST = Expiring(20, date(2026, 12, 31))


def test_an_account_comes_back_with_the_newest_of_each_fact(store: Store) -> None:
    with store.write() as conn:
        jane = customers.add(conn, NOW, store_id="c1", name="Jane", phone=PHONE, tier="vip")
        assert accounts.record(conn, jane) == BuyerRecord("c1", "Jane", "", PHONE, "vip")
        assert accounts.told_at(conn, jane) is None
        whole = AccountFacts(points=100, birthday=date(1990, 5, 17), addresses=(HOME,))
        accounts.tell(conn, jane, whole, NOW, whole=True)
        accounts.tell(conn, jane, AccountFacts(points=120, expiring=LOST), NOW + timedelta(hours=2), whole=False)
        accounts.tell(conn, jane, AccountFacts(points=5), NOW + timedelta(hours=1), whole=True)
        known = accounts.record(conn, jane)
        assert known == BuyerRecord("c1", "Jane", "", PHONE, "vip", 120, LOST, date(1990, 5, 17), (HOME,))
        assert accounts.told_at(conn, jane) == NOW + timedelta(hours=1)
        accounts.tell(conn, jane, AccountFacts(points=0, addresses=()), NOW + timedelta(hours=3), whole=True)
        known = accounts.record(conn, jane)
    assert known
    assert (known.points, known.expiring, known.birthday, known.addresses) == (0, None, date(1990, 5, 17), ())


def test_a_stranger_has_no_account(store: Store) -> None:
    with store.write() as conn:
        assert accounts.record(conn, customers.add(conn, NOW, name="Somebody")) is None
        assert accounts.record(conn, "nobody") is None


@pytest.mark.parametrize("parted", [False, True])
def test_an_account_goes_along_with_its_customer(store: Store, parted: bool) -> None:
    with store.write() as conn:
        stranger, jane = customers.add(conn, NOW), customers.add(conn, NOW, store_id="c1", email="j@example.com")
        accounts.tell(conn, jane, AccountFacts(points=7, birthday=date(1990, 5, 17)), NOW, whole=True)
        merge = merges.merge(conn, stranger, jane, "proof", NOW)
        known = accounts.record(conn, stranger)
        assert known
        assert (known.id, known.points, known.birthday) == ("c1", 7, date(1990, 5, 17))
        if parted:
            merges.unmerge(conn, merge, NOW)
            assert accounts.record(conn, stranger) is None
            assert (accounts.record(conn, jane) or known).points == 7


def test_an_erased_customer_has_no_account(store: Store) -> None:
    with store.write() as conn:
        jane = customers.add(conn, NOW, store_id="c1", phone=PHONE)
        accounts.tell(conn, jane, AccountFacts(points=7, addresses=(HOME,)), NOW, whole=True)
        assert "Main St" in str(privacy.export(conn, jane)["customer"])
        privacy.erase(conn, jane, NOW)
        assert accounts.record(conn, jane) is None
        assert "Main St" not in str(privacy.export(conn, jane))
