"""Tests the traps of Twilio's signature (reference: Twilio, "Webhooks security")."""

import hashlib

import msgspec
import pytest

from adapters.channels.twilio.inbound.verify import verifier
from adapters.channels.twilio.settings import AccountSettings
from core.errors import SignatureInvalid
from core.ports.webhooks import RawRequest
from tests.adapters.channels.twilio.signing import PUBLIC_URL, form, posted, signature

TOKENS = ("primary", "secondary")
URL = f"{PUBLIC_URL}/webhooks/twilio"
FIELDS = form(MessageSid="SM1", From="+12025550101", To="+12025550100", Body="Hi & bye=1 ü👢", Empty="")
verify = verifier((AccountSettings("AC1", TOKENS, "+12025550100"), AccountSettings("AC2", ("other",), "+12025550111")))


def changed(raw: RawRequest, **changes: object) -> RawRequest:
    return msgspec.structs.replace(raw, **changes)


@pytest.mark.parametrize("token", [*TOKENS, "other"])
def test_every_token_of_every_account_proves(token: str) -> None:
    verify(posted(FIELDS, token, URL))


def test_every_field_is_covered_known_or_not() -> None:
    raw = posted(FIELDS, "primary", URL)
    verify(posted(FIELDS + b"&FieldOfTomorrow=x", "primary", URL))
    for body in (FIELDS + b"&FieldOfTomorrow=x", FIELDS.replace(b"Hi", b"Ho"), FIELDS.replace(b"&Empty=", b"&Full=")):
        with pytest.raises(SignatureInvalid):
            verify(changed(raw, body=body))


def test_the_url_is_the_public_one_not_the_proxys() -> None:
    raw = posted(FIELDS, "primary", URL)
    for inner in (
        "http://10.0.0.7:8000/webhooks/twilio",
        "http://desk.shop.example/webhooks/twilio",
        f"{URL}/",
        f"{URL}?a=1",
    ):
        with pytest.raises(SignatureInvalid):
            verify(changed(raw, url=inner))


def test_the_query_is_covered() -> None:
    raw = posted(FIELDS, "primary", f"{URL}/status?d=part-0001")
    verify(raw)
    with pytest.raises(SignatureInvalid):
        verify(changed(raw, url=f"{URL}/status?d=part-0002"))


def test_the_standard_port_may_be_signed_or_not() -> None:
    verify(changed(posted(FIELDS, "primary", "https://desk.shop.example:443/webhooks/twilio"), url=URL))


@pytest.mark.parametrize("port", [443, 8443])
def test_a_port_of_ours_may_be_left_out_of_what_is_signed(port: int) -> None:
    verify(changed(posted(FIELDS, "primary", URL), url=f"https://desk.shop.example:{port}/webhooks/twilio"))


@pytest.mark.parametrize(
    "query", ["name=William+O'hara", "name=William%20O%27hara", "a=1&a=2", "q=%E8%AE%A2%E5%8D%95", "a="]
)
def test_a_query_is_signed_as_it_is_written(query: str) -> None:
    raw = posted(FIELDS, "primary", f"{URL}?{query}")
    verify(raw)
    with pytest.raises(SignatureInvalid):
        verify(changed(raw, url=f"{URL}?{query}&b=1"))


def test_a_field_given_twice_is_covered_with_both_values() -> None:
    raw = posted(FIELDS + b"&MediaUrl=b&MediaUrl=a&MediaUrl=a", "primary", URL)
    verify(raw)
    with pytest.raises(SignatureInvalid):
        verify(changed(raw, body=FIELDS + b"&MediaUrl=b&MediaUrl=c"))
    with pytest.raises(SignatureInvalid):
        verify(changed(raw, body=FIELDS + b"&MediaUrl=a"))


def json_request(body: bytes, url: str) -> RawRequest:
    """Makes a JSON body: the signature covers the URL, which carries the body's hash."""
    headers = {"content-type": "application/json", "x-twilio-signature": signature(url, (), "primary")}
    return RawRequest("POST", url, headers, body)


def test_a_json_body_is_proven_by_its_hash() -> None:
    body = '{"Body": "ü"}'.encode()
    raw = json_request(body, f"{URL}?bodySHA256={hashlib.sha256(body).hexdigest()}")
    verify(raw)
    with pytest.raises(SignatureInvalid):
        verify(changed(raw, body=b'{"Body": "tampered"}'))


def test_a_json_body_without_a_hash_is_refused() -> None:
    with pytest.raises(SignatureInvalid):
        verify(json_request(b'{"Body": "anything"}', URL))


def test_a_form_cannot_pass_as_json_by_its_hash_alone() -> None:
    url = f"{URL}?bodySHA256={hashlib.sha256(FIELDS).hexdigest()}"
    with pytest.raises(SignatureInvalid):
        verify(changed(posted(b"", "primary", url), body=FIELDS))


@pytest.mark.parametrize("body", [b"\xff\xfe", b"Body=%FF"])
def test_a_body_that_cannot_be_read_proves_nothing(body: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        verify(changed(posted(FIELDS, "primary", URL), body=body))


def test_an_algorithm_that_nobody_knows_is_refused() -> None:
    raw = posted(FIELDS, "primary", URL)
    with pytest.raises(SignatureInvalid):
        verify(changed(raw, headers={**raw.headers, "x-twilio-webhooks-signature-settings": "algorithm=HMAC_NONE"}))


@pytest.mark.parametrize("named", ["algorithm=MD5", "key=1,algorithm=none", "algorithm=HMAC_SHA256"])
def test_an_algorithm_that_does_not_fit_is_refused(named: str) -> None:
    raw = posted(FIELDS, "primary", URL)
    with pytest.raises(SignatureInvalid):
        verify(changed(raw, headers={**raw.headers, "x-twilio-webhooks-signature-settings": named}))
