"""Verifies that a webhook is from Twilio: `X-Twilio-Signature` over the public URL and every field of the form."""

# mypy: disable-error-code="import-untyped"
# (the library has annotations, but not the marker that says so)

import hmac
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator, get_signature_algorithm

from adapters.channels.twilio.inbound.form import fields_of
from adapters.channels.twilio.settings import AccountSettings
from core.errors import SignatureInvalid
from core.ports.webhooks import RawRequest

SIGNATURE = "x-twilio-signature"
ALGORITHM = "x-twilio-webhooks-signature-settings"
ALGORITHMS = (HMAC_SHA1, HMAC_SHA256)  # the validator raises for any other
BODY_HASH = "bodySHA256"


class _Form(dict[str, list[str]]):
    """Holds all values of each field, in the form that the validator asks for first."""

    def getall(self, name: str) -> list[str]:
        return self[name]


def verifier(accounts: Sequence[AccountSettings]) -> Callable[[RawRequest], None]:
    """Makes a check against every account's tokens: one path serves them all. The check raises SignatureInvalid.

    `url` must be the public one, as it is registered at Twilio: scheme, host, path and query.
    """
    validators = [RequestValidator(token) for settings in accounts for token in settings.auth_tokens]

    def verify(raw: RawRequest) -> None:
        signature = raw.headers.get(SIGNATURE, "")
        algorithm = get_signature_algorithm(raw.headers.get(ALGORITHM))
        params = _params(raw)
        if algorithm.upper() not in ALGORITHMS:
            raise SignatureInvalid("the signature names an algorithm that is not known")
        fits = any(_fits(each, raw.url, params, signature, algorithm) for each in validators)
        if not fits and not any(each.validate(raw.url, params, signature, algorithm) for each in validators):
            raise SignatureInvalid(
                "X-Twilio-Signature is missing or wrong, or PUBLIC_URL is not the address Twilio calls"
            )

    return verify


def _fits(validator: Any, url: str, params: _Form | str, signature: str, algorithm: str) -> bool:
    """Checks the usual case in half the time: `validate` computes every signature with the URL's port and without."""
    if isinstance(params, str):
        return False
    return hmac.compare_digest(
        validator.compute_signature(url, params, algorithm).encode(), signature.encode("utf-8", "replace")
    )


def _params(raw: RawRequest) -> _Form | str:
    """Reads what the signature covers beside the URL: the fields of a form, or the text of another body.

    The validator never looks at a body that it is given as a dict, and skips the hash where the URL has none: so a body
    that is no form must come with its hash.
    """
    try:
        text = raw.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SignatureInvalid("the body is not UTF-8, so no signature can cover it") from error
    if _is_form(raw):
        return _form(text)
    if BODY_HASH not in dict(parse_qsl(urlsplit(raw.url).query)):
        raise SignatureInvalid("a body that is no form needs its bodySHA256 in the URL")
    return text


def _is_form(raw: RawRequest) -> bool:
    kind = raw.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in ("", "application/x-www-form-urlencoded")


def _form(text: str) -> _Form:
    form = _Form()
    for name, value in fields_of(text):
        form.setdefault(name, []).append(value)
    return form
