"""Tests that both of Twilio's channels keep what every channel promises."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from adapters.channels.spec import Site
from adapters.channels.twilio.kit import build
from adapters.channels.twilio.settings import PATH, STATUS_PATH, AccountSettings
from adapters.transport.http import Http
from core.people.addresses import Address
from core.ports.calls import Part
from core.ports.channel import Kit
from core.ports.webhooks import Endpoint, RawRequest
from tests.adapters.channels.contract import CORRELATION, SECRETS, ChannelContract
from tests.adapters.channels.files import KeptFiles
from tests.adapters.channels.provider import Reply
from tests.adapters.channels.twilio.signing import PUBLIC_URL, form, posted

FIXTURES = Path(__file__).parent / "fixtures"
ACCOUNT_SID = "AC0123456789abcdef0123456789abcdef"
SMS_FROM, WHATSAPP_FROM = "+12025550100", "+14155550123"


def refused(status: int, code: int, message: str, headers: Mapping[str, str] | None = None) -> Reply:
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    return Reply(status, {"code": code, "message": message, "more_info": more_info, "status": status}, headers)


def accepted(sender: str, to: str) -> Reply:
    return Reply(201, {"sid": "SM" + "1" * 32, "status": "queued", "from": sender, "to": to, "num_segments": "1"})


REPLIES = {
    "pace": refused(429, 20429, "Too Many Requests", {"Retry-After": "7"}),
    "broken": Reply(503, b"<html>Service Unavailable</html>"),
    "opted_out": refused(400, 21610, "Attempt to send to unsubscribed recipient +12025550101"),
    "bad_token": refused(401, 20003, "Authenticate"),
    "unknown_code": refused(400, 29999, "A code of tomorrow"),
}


class TwilioContract(ChannelContract):
    settings: ClassVar[AccountSettings]

    def build(self, url: str, http: Http) -> Kit:
        return build((self.settings,), Site(url, http, KeptFiles(), PUBLIC_URL))

    def request(self, body: bytes, secret: str | None, path: str) -> RawRequest:
        query = f"?d={CORRELATION}" if path == STATUS_PATH else ""
        return posted(body, secret, f"{PUBLIC_URL}{path}{query}")

    def body_of(self, fixture: Path) -> bytes:
        fields: dict[str, str] = json.loads(fixture.read_text())
        return form(**fields)

    def endpoint_of(self, kit: Kit, case: str) -> Endpoint:
        path = STATUS_PATH if case.startswith("status_") else PATH
        return next(endpoint for endpoint in kit.endpoints if endpoint.path == path)

    def option_ids(self, part: Part) -> list[tuple[str, str]]:
        return []

    def check_limits(self, part: Part) -> None:
        assert part.call == "messages"
        assert part.payload["Body"].strip()
        assert len(part.payload["Body"].encode("utf-16-le")) <= 2 * 1600


class TestSms(TwilioContract):
    name = "sms"
    fixtures = FIXTURES / "sms"
    settings = AccountSettings(ACCOUNT_SID, SECRETS, sms_from=SMS_FROM)
    to = Address("sms", SMS_FROM, "+12025550101")
    replies: ClassVar[Mapping[str, Reply]] = {**REPLIES, "accepted": accepted(SMS_FROM, "+12025550101")}


class TestWhatsApp(TwilioContract):
    name = "whatsapp"
    fixtures = FIXTURES / "whatsapp"
    settings = AccountSettings(ACCOUNT_SID, SECRETS, whatsapp_from=WHATSAPP_FROM)
    to = Address("whatsapp", f"twilio:{WHATSAPP_FROM}", "+12025550101")
    replies: ClassVar[Mapping[str, Reply]] = {
        **REPLIES,
        "accepted": accepted(f"whatsapp:{WHATSAPP_FROM}", "whatsapp:+12025550101"),
        "window_closed": refused(400, 63016, "Failed to send freeform message: outside the allowed window"),
    }


def expectations(case: str, folder: str = "sms") -> Any:
    return json.loads((FIXTURES / folder / f"{case}.expected.json").read_text())


def test_a_receipt_carries_our_part() -> None:
    assert expectations("status_delivered")[0]["correlation"] == CORRELATION
