"""Tests whom we believe, and that a ping is no webhook."""

import pytest

from adapters.shops.woocommerce.inbound.headers import is_ping, verify
from core.errors import SignatureInvalid
from core.ports.webhooks import RawRequest
from tests.adapters.shops.woocommerce.payloads import SECRET, payload, webhook

URL = "https://desk.example/webhooks/woocommerce"


def test_either_secret_is_believed_while_one_replaces_the_other() -> None:
    told = webhook("order.created", payload("order"))
    verify(told, (SECRET,))
    verify(told, ("the-new-one", SECRET))


@pytest.mark.parametrize("given", ["", "AAAA", "not base64"])
def test_a_signature_that_is_missing_or_wrong(given: str) -> None:
    told = webhook("order.created", payload("order"))
    with pytest.raises(SignatureInvalid):
        verify(RawRequest("POST", URL, {**told.headers, "x-wc-webhook-signature": given}, told.body), (SECRET,))


def test_a_body_that_was_changed_on_the_way() -> None:
    told = webhook("order.created", payload("order"))
    with pytest.raises(SignatureInvalid):
        verify(RawRequest("POST", URL, told.headers, told.body.replace(b"727", b"728")), (SECRET,))


def test_a_ping_is_known_by_what_it_says_and_nothing_else_passes_for_one() -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert is_ping(RawRequest("POST", URL, form, b"webhook_id=12"))
    assert is_ping(RawRequest("POST", URL, {"content-type": "application/json"}, b'{"webhook_id":"12"}'))
    assert not is_ping(RawRequest("POST", URL, form, b'{"webhook_id":12,"id":1}'))
    assert not is_ping(RawRequest("POST", URL, form, b"webhook_id=12&id=1"))
    assert not is_ping(RawRequest("POST", URL, form, b'{"id": 1}'))
    assert not is_ping(webhook("order.created", b"webhook_id=12"))
