"""Tests who is believed to be Shopify."""

import msgspec
import pytest

from adapters.shops.shopify.inbound.headers import verify
from core.errors import SignatureInvalid
from tests.adapters.shops.shopify.payloads import SECRET, SHOP, payload, webhook


@pytest.mark.parametrize("prefix", ["x-shopify-", "shopify-"])
@pytest.mark.parametrize("secret", [SECRET, "shpss_before"])
def test_both_families_of_headers_and_both_secrets_are_taken(prefix: str, secret: str) -> None:
    verify(webhook("orders/create", payload("order"), prefix=prefix, secret=secret), SHOP, (SECRET, "shpss_before"))


@pytest.mark.parametrize(
    "changes", [{"secret": "guessed"}, {"shop": "other.myshopify.com"}, {"shop": ""}], ids=["secret", "shop", "no shop"]
)
def test_anybody_else_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(SignatureInvalid):
        verify(webhook("orders/create", payload("order"), **changes), SHOP, (SECRET,))


def test_a_body_that_was_changed_on_its_way_is_refused() -> None:
    sent = webhook("orders/create", payload("order"))
    with pytest.raises(SignatureInvalid):
        verify(msgspec.structs.replace(sent, body=sent.body + b" "), SHOP, (SECRET,))


def test_what_is_not_signed_is_refused() -> None:
    sent = webhook("orders/create", payload("order"))
    with pytest.raises(SignatureInvalid):
        verify(msgspec.structs.replace(sent, headers={"x-shopify-shop-domain": SHOP}), SHOP, (SECRET,))


def test_one_that_was_repeated_for_hours_is_still_taken() -> None:
    verify(webhook("orders/create", payload("order"), at="2020-01-01T00:00:00Z"), SHOP, (SECRET,))
