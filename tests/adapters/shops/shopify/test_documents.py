"""Every document that we send is one that Shopify's schema of this version takes."""

import pytest

from adapters.shops.shopify.settings import VERSION
from sandbox.platforms.shopify.operations import OPERATIONS
from tests.adapters.shops.shopify.answers import SCHEMA, Checker
from tests.adapters.shops.shopify.documents import documents


@pytest.mark.parametrize("name", sorted(documents()))
def test_document_is_valid(name: str) -> None:
    assert Checker().valid(documents()[name]) == []


def test_schema_is_of_the_version_that_we_ask() -> None:
    assert VERSION.replace("-", "_") in SCHEMA.name


def test_stand_in_answers_each_document() -> None:
    assert set(documents()) == set(OPERATIONS)


def test_mistakes_are_found() -> None:
    wrong = documents()["CancelOrder"].replace("staffNote", "staffNotes")
    assert "staffNotes" in Checker().valid(wrong)[0]


def test_answer_without_a_field_is_found() -> None:
    with pytest.raises(AssertionError, match=r"myshopifyDomain|currentAppInstallation"):
        Checker().check(documents()["Installation"], {}, {"data": {"shop": {"name": "Northwind"}}})
