"""Tests that a digest comes into the channel that it names, or, where that is closed to us, into the desk's."""

from core.desk.digest import DigestLine, DigestPart, DigestView
from core.desk.posts import PostDigest
from hub.delivery.postings import post_to_desk
from storage.accounts.tables import incidents
from storage.engine.store import Store
from tests.fakes import NOW, PLACE
from tests.hub.house import House

VIEW = DigestView("Northwind: Nov 23 – 29", (DigestPart("Numbers", (DigestLine("Contacts: 12"),)),))
OTHER = "C0REPORTS1"


def post(house: House, place: str) -> None:
    with house.store.write() as conn:
        post_to_desk(house.hub, conn, PostDigest(VIEW, place), "", NOW)
    house.send()


def test_it_comes_into_the_channel_that_it_names(store: Store) -> None:
    house = House(store)
    post(house, OTHER)
    post(house, "")
    assert house.desk.places == [OTHER, PLACE]


def test_where_that_is_closed_to_us_the_desk_has_it_and_goes_on(store: Store) -> None:
    house = House(store)
    house.desk.closed.add(OTHER)
    post(house, OTHER)
    assert house.desk.places == [PLACE]
    assert house.desk.posts == [PostDigest(VIEW, refused=OTHER)]
    assert house.rows(incidents) == []
