"""Tests the one form of numbers, and which order a number names."""

import pytest

from core.shop.order_numbers import ascii_digits, named, normal_form
from tests.storage.orders_sample import PARCEL, order


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("#343395", "343395"),
        ("ab-133339", "AB133339"),
        ("ＡＢ－１", "ab1"),
        ("2026/12/0001", "2026 12 0001"),
        ("WC_2024_99", "wc2024.99"),
        ("R\u200b12", "r12"),
        ("Straße-1", "STRASSE 1"),
        ("२००२", "2002"),
        ("№ 2002", "2002"),
        ("ORD#2002", "ord-2002"),
    ],
)
def test_a_number_has_one_form_however_it_is_written(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("1001.1", "10011"), ("10.001", "10001"), ("1001", "01001"), ("1001-A", "1001"), ("AB1", "A1"), ("2-12", "21-2")],
)
def test_other_numbers_have_other_forms(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


def test_the_digits_of_every_script_are_digits() -> None:
    assert ascii_digits("٢ २ ２ ๒ 二 2 x") == "2 2 2 2 二 2 x"


def test_the_first_number_that_exists_names_the_order_its_own_before_a_parcel_s() -> None:
    first = order(number="#1001", shipments=())
    second = order(number="JD0001", shipments=())
    third = order(number="1003", shipments=(PARCEL,))  # its parcel is JD0001
    orders = [third, second, first]
    assert named(["9999", "1001", "1003"], orders) == first
    assert named(["jd0001"], orders) == second
    assert named(["jd0001"], [third, first]) == third
    assert named(["", "#", "100"], orders) is None


def test_of_two_that_look_alike_it_is_the_one_written_so_or_none() -> None:
    dashed, plain = order(number="DS-1"), order(number="DS1")
    assert named(["ds-1"], [dashed, plain]) == dashed
    assert named(["DS1"], [dashed, plain]) == plain
    assert named(["ds 1"], [dashed, plain]) is None
