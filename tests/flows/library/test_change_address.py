"""Tests what is read of an address that somebody writes, shares or tells in pieces."""

from typing import Any

import pytest

from core.shop.orders import StreetAddress
from flows.library.change_address.reading import completed, missing, one_line, read_address, read_place

BEFORE = StreetAddress("1 Main St", "", "Springfield", "12345", "NY", "US")
POINT: dict[str, Any] = {"latitude": 30.26, "longitude": -97.74}


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("12 Oak Ave, Apt 4, Austin, TX 78701", "12 Oak Ave, Apt 4, Austin, TX 78701, US"),
        ("please send it to 12 Oak Ave, Austin, Texas, 78701", "12 Oak Ave, Austin, TX 78701, US"),
        ("12 Oak Ave\nAustin TX 78701\nUSA", "12 Oak Ave, Austin, TX 78701, US"),
        ("new address: 10 Downing Street, London, SW1A 2AA, UK", "10 Downing Street, London, SW1A2AA, GB"),
        ("改成北京市朝阳区建国路88号 100022", "北京市朝阳区建国路88号, 北京市, 100022, US"),
    ],
)
def test_an_address_in_words(said: str, read: str) -> None:
    assert one_line(read_address(said, BEFORE)).replace("SW1A 2AA", "SW1A2AA") == read


@pytest.mark.parametrize(
    ("place", "read"),
    [
        ({"address": "12 Oak Ave, Austin, TX 78701, United States"}, "12 Oak Ave, Austin, TX 78701, US"),
        (
            {"name": "Oak Hotel", "address": "12 Oak Ave, Austin, TX 78701"},
            "12 Oak Ave, Oak Hotel, Austin, TX 78701, US",
        ),
        ({"name": "12 Oak Ave", "address": "12 Oak Ave, Austin, TX 78701"}, "12 Oak Ave, Austin, TX 78701, US"),
    ],
)
def test_a_shared_place_with_an_address(place: dict[str, Any], read: str) -> None:
    shown = one_line(read_place({**POINT, **place}, BEFORE))
    assert shown == read
    assert "30.26" not in shown


@pytest.mark.parametrize("place", [POINT, {**POINT, "name": "Mom's house"}, {**POINT, "address": " "}])
def test_a_point_on_the_map_is_no_address(place: dict[str, Any]) -> None:
    assert missing(read_place(place, BEFORE)) == ["line1", "city", "postcode"]


@pytest.mark.parametrize(
    ("first", "then", "read"),
    [
        ("12 Oak Ave", "Austin, TX 78701", "12 Oak Ave, Austin, TX 78701, US"),
        ("12 Oak Ave, Austin", "78701", "12 Oak Ave, Austin, 78701, US"),
        ("12 Oak Ave, Apt 4, Austin, TX", "78701", "12 Oak Ave, Apt 4, Austin, TX 78701, US"),
        ("12 Oak Ave", "7 Elm St, Boston, MA 02108", "7 Elm St, Boston, MA 02108, US"),
        ("朝阳区建国路88号", "北京市", "北京市朝阳区建国路88号, 北京市, US"),
    ],
)
def test_what_was_missing_is_added(first: str, then: str, read: str) -> None:
    assert one_line(completed(read_address(first, BEFORE), read_address(then, BEFORE))) == read
