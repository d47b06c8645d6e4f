"""Tests who is believed to be a tracking service."""

import msgspec
import pytest

from adapters.carriers.easypost import verify as easypost
from core.errors import SignatureInvalid
from tests.adapters.carriers.webhooks import DOOR, FIXTURES, SECRET, SERVICES, _base64, raw, signed

BODY = '{"event": "tracking_update", "says": "送达"}'.encode()


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("secret", [SECRET, "the one before"])
def test_both_secrets_are_taken_while_one_replaces_the_other(service: str, secret: str) -> None:
    DOOR[service].verify(signed(service, BODY, secret), (SECRET, "the one before"))


@pytest.mark.parametrize("service", SERVICES)
def test_anybody_else_is_refused(service: str) -> None:
    good = signed(service, BODY)
    ((header, signature),) = good.headers.items()
    for bad in (
        signed(service, BODY, "guessed"),
        msgspec.structs.replace(good, body=good.body + b" "),
        msgspec.structs.replace(good, body=BODY.decode().encode("utf-16")),
        raw(BODY),
        raw(BODY, {header: ""}),
        raw(BODY, {header: signature[:-1]}),
        raw(BODY, {header: signature + "0"}),
        raw(BODY, {header: "签名"}),
        raw(BODY, {"authorization": signature}),
    ):
        with pytest.raises(SignatureInvalid):
            DOOR[service].verify(bad, (SECRET,))


@pytest.mark.parametrize("service", SERVICES)
def test_without_a_secret_nobody_is_believed(service: str) -> None:
    with pytest.raises(SignatureInvalid):
        DOOR[service].verify(signed(service, BODY, ""), ())


@pytest.mark.parametrize(
    ("header", "prefix"),
    [
        ("aftership-hmac-sha256", ""),
        ("as-signature-hmac-sha256", ""),
        ("am-webhook-signature", "hmac-sha256="),
        ("am-webhook-signature", ""),
    ],
)
def test_each_product_of_aftership_has_a_header_of_its_own(header: str, prefix: str) -> None:
    signature = _base64(BODY, SECRET)
    DOOR["aftership"].verify(raw(BODY, {header: prefix + signature}), (SECRET,))


def test_what_the_official_client_of_easypost_accepts_is_accepted() -> None:
    body = (FIXTURES / "easypost.json").read_bytes()
    # As `easypost.util.validate_webhook` of 10.7.0 takes it for "sécret", which it normalizes.
    given = "hmac-sha256-hex=044558adfe9c4781bc7c72cd65c57c7185673ac9c03669d3a493caafaff2ef44"
    for secret in ("s\u00e9cret", "se\u0301cret"):
        easypost.verify(raw(body, {"x-hmac-signature": given}), (secret,))
