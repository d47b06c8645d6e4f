"""Tests that a carrier is known by each of its names, and that each name is of one carrier."""

import pytest

from core.shop import carriers
from core.shop.orders import Shipment


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dhl", "DHL Express"),
        ("DHL", "dhl-germany"),
        ("usps", "USPS"),
        ("FedExSmartPost", "fedex"),
        ("UPS Ground", "UPS"),
        ("顺丰速运", "sf-express"),
        ("", "UPS"),
        ("Standard shipping", "ups"),  # the shop's own word, and a long number
        ("A Carrier", "a-carrier"),
    ],
)
def test_names_of_one_carrier(one: str, other: str) -> None:
    assert carriers.agree(one, other, "1z9999999")
    assert carriers.agree(other, one, "1z9999999")


@pytest.mark.parametrize(("one", "other"), [("DHL", "UPS"), ("usps", "FedEx"), ("china-post", "japan-post")])
def test_names_of_two_carriers(one: str, other: str) -> None:
    assert not carriers.agree(one, other, "1z9999999")


def test_a_short_number_and_a_name_that_nobody_knows_are_not_enough() -> None:
    assert not carriers.agree("Bike messenger", "ups", "1001")


@pytest.mark.parametrize(
    ("name", "shown"), [("usps", "USPS"), ("royal-mail", "Royal Mail"), (" Kiwi Couriers ", "Kiwi Couriers")]
)
def test_the_name_that_customers_read(name: str, shown: str) -> None:
    assert carriers.named(name) == shown


def test_a_carrier_by_its_number_at_17track() -> None:
    assert (carriers.coded(100002), carriers.coded(21051), carriers.coded(7)) == ("UPS", "USPS", "")


def test_a_page_for_a_parcel_without_one() -> None:
    assert (
        carriers.link(Shipment("s", carrier="ups", tracking_number="1Z 999"))
        == "https://www.ups.com/track?tracknum=1Z%20999"
    )
    assert carriers.link(Shipment("s", carrier="ups", tracking_number="1Z", tracking_url="https://x")) == "https://x"
    assert carriers.link(Shipment("s", carrier="Kiwi Couriers", tracking_number="1Z")) == ""
    assert carriers.link(Shipment("s", carrier="ups")) == ""


def test_the_page_of_a_company_of_a_carrier_and_one_that_asks_for_a_postcode() -> None:
    assert carriers.page("dpd-uk", "155") == "https://track.dpd.co.uk/parcels/155"
    assert carriers.page("DPD", "155") == "https://www.dpd.com/tracking?parcelNumber=155"
    assert carriers.page("bpost", "155", "1000 B").endswith("itemCode=155&postalCode=1000%20B")
    assert carriers.page("bpost", "155") == ""


@pytest.mark.parametrize("slug", ["la-poste-colissimo", "new-zealand-post", "swiss-post", "evri-hermes", "postnord-se"])
def test_the_names_that_plugins_of_woocommerce_write(slug: str) -> None:
    assert carriers.named(slug) != slug
    assert carriers.page(slug, "1").startswith("https://")


def test_each_name_is_of_one_carrier_only() -> None:
    names = [
        carriers._form(name)
        for key, each in carriers._table().items()
        for name in {carriers._form(n) for n in (key, each.name, *each.aliases)}
    ]
    assert sorted(names) == sorted(set(names))
    codes = [code for each in carriers._table().values() for code in each.codes]
    assert len(codes) == len(set(codes))
    for each in carriers._table().values():
        assert all("{number}" in link for link in (each.link, *each.links.values()) if link)
        assert set(each.links) <= set(each.aliases)
