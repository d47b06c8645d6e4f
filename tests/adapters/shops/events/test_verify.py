import base64
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from adapters.shops.events import verify
from core.errors import ConfigurationError, SignatureInvalid
from core.ports.webhooks import RawRequest

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
OLD, NEW = (f"whsec_{base64.b64encode(bytes([n]) * 24).decode()}" for n in (1, 2))
BODY = '{"naïve": "é"}'.encode()


def request(headers: dict[str, str], body: bytes = BODY) -> RawRequest:
    return RawRequest("POST", "https://desk.example/api/v1/events", headers, body)


def signed(secret: str, at: datetime = NOW) -> dict[str, str]:
    signature = Webhook(secret).sign("msg_1", at, BODY.decode())
    stamp = str(int(at.timestamp()))
    return {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": f"v1a,xyz {signature}"}


@pytest.mark.parametrize("header", ["Bearer one", "bearer two", "Bearer  two "])
def test_a_key(header: str) -> None:
    verify(request({"authorization": header}), ["one", "two"], [], NOW)


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_a_signature(secret: str) -> None:
    verify(request(signed(secret)), [], [NEW, OLD], NOW)
    verify(request(signed(secret, NOW - timedelta(minutes=5))), [], [NEW, OLD], NOW)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer three"},
        {"authorization": "Bearer "},
        {"authorization": "Bearer schlüssel"},
        {"authorization": "Basic one"},
        {"authorization": "one"},
        signed("whsec_" + base64.b64encode(b"3" * 24).decode()),
        signed(OLD, NOW - timedelta(minutes=6)),
        signed(OLD, NOW + timedelta(minutes=6)),
        signed(OLD) | {"webhook-id": "msg_2"},
        signed(OLD) | {"webhook-id": ""},
        signed(OLD) | {"webhook-signature": ""},
        signed(OLD) | {"webhook-signature": "v1"},
        signed(OLD) | {"webhook-timestamp": "soon"},
        signed(OLD) | {"webhook-timestamp": "9" * 40},
        signed(OLD) | {"webhook-timestamp": "²"},
    ],
)
def test_anything_else_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(SignatureInvalid):
        verify(request(headers), ["one", "two"], [OLD, NEW], NOW)


def test_another_body_is_refused() -> None:
    for body in (BODY + b" ", b"\xff"):
        with pytest.raises(SignatureInvalid):
            verify(request(signed(OLD), body), [], [OLD], NOW)


def test_without_keys_and_secrets_nothing_is_accepted() -> None:
    for headers in (signed(OLD), {"authorization": "Bearer one"}, {"authorization": "Bearer "}):
        with pytest.raises(SignatureInvalid):
            verify(request(headers), [], [], NOW)


@pytest.mark.parametrize("secret", ["whsec_", "whsec_a", ""])
def test_an_unreadable_secret_is_a_fault_of_the_settings(secret: str) -> None:
    with pytest.raises(ConfigurationError, match="STORE_WEBHOOK_SECRET"):
        verify(request(signed(OLD)), [], [secret], NOW)
