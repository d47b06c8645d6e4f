import hashlib
import hmac
import json
from pathlib import Path
from typing import ClassVar

from adapters.channels.messenger.kit import build
from adapters.channels.messenger.settings import AccountSettings
from adapters.channels.spec import Site
from adapters.transport.http import Http
from core.people.addresses import Address
from core.ports.calls import Part
from core.ports.channel import Kit
from core.ports.webhooks import RawRequest
from tests.adapters.channels.contract import SECRETS, TEXT, ChannelContract
from tests.adapters.channels.files import KeptFiles
from tests.adapters.channels.provider import Reply

PAGE = "1911512552446543"
TOKEN = "EAAGpage0123456789abcdefghijk"


def error(status: int, code: int, message: str, subcode: int | None = None) -> Reply:
    """Refuses as the Graph API words it."""
    more = {} if subcode is None else {"error_subcode": subcode}
    return Reply(status, {"error": {"message": message, "type": "OAuthException", "code": code, **more}})


class TestMessenger(ChannelContract):
    name = "messenger"
    fixtures = Path(__file__).parent / "fixtures"
    batched = True
    json_bodies = True
    to = Address("messenger", PAGE, "6543210987654321")
    private = (TOKEN, "our-verify-token")
    replies: ClassVar = {
        "accepted": Reply(200, {"recipient_id": "6543210987654321", "message_id": "m_OUT0001"}),
        "pace": Reply(429, {"error": {"code": 613, "message": "(#613) too many calls"}}, {"Retry-After": "7"}),
        "broken": Reply(502, b"<html>bad gateway</html>"),
        "window_closed": error(403, 10, "(#10) This message is sent outside of allowed window.", 2018278),
        "bad_token": error(401, 190, f"Error validating access token {TOKEN}"),
        "unknown_code": error(400, 987654, f"cannot send {TEXT} to 6543210987654321"),
        "opted_out": error(403, 10, "(#10) This user has currently stopped notification messages", 1893015),
    }

    def build(self, url: str, http: Http) -> Kit:
        settings = AccountSettings(PAGE, TOKEN, SECRETS, "our-verify-token")
        return build([settings], Site(f"{url}/v26.0", http, KeptFiles()))

    def request(self, body: bytes, secret: str | None, path: str) -> RawRequest:
        headers = {"content-type": "application/json"}
        if secret is not None:
            digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            headers["x-hub-signature-256"] = f"sha256={digest}"
        return RawRequest("POST", f"https://shop.example{path}", headers, body)

    def option_ids(self, part: Part) -> list[tuple[str, str]]:
        return [(each["payload"], each["title"]) for each in part.payload["message"]["quick_replies"]]

    def press(self, option_id: str, title: str) -> bytes:
        body = json.loads((self.fixtures / "quick_reply.json").read_bytes())
        body["entry"][0]["messaging"][0]["message"].update(text=title, quick_reply={"payload": option_id})
        return json.dumps(body).encode()

    def check_limits(self, part: Part) -> None:
        if part.silent:
            assert part.payload in ({"sender_action": "typing_on"}, {"sender_action": "mark_seen"})
            return
        assert part.payload["messaging_type"] in ("RESPONSE", "UPDATE", "UTILITY")
        if part.call == "media":
            assert part.payload["type"] in ("image", "video", "audio", "file")
            return
        message = part.payload["message"]
        (kind,) = {"text", "attachment", "template"} & message.keys()
        LIMITS[kind](message)


def _text(message: dict) -> None:
    assert 1 <= len(message["text"]) <= 2000
    replies = message.get("quick_replies", [])
    assert len(replies) <= 13
    for reply in replies:
        if reply == {"content_type": "user_phone_number"}:
            continue
        assert 1 <= len(reply["title"]) <= 20
        assert 1 <= len(reply["payload"]) <= 1000
        assert reply["content_type"] == "text"


def _attachment(message: dict) -> None:
    payload = message["attachment"]["payload"]
    assert 1 <= len(payload["text"]) <= 640
    (button,) = payload["buttons"]
    assert 1 <= len(button["title"]) <= 20
    assert button["url"].startswith("https://")


def _template(message: dict) -> None:
    for component in message["template"]["components"]:
        for parameter in component["parameters"]:
            assert parameter["text"]
            assert not any(bad in parameter["text"] for bad in ("\n", "\t", "    "))


LIMITS = {"text": _text, "attachment": _attachment, "template": _template}
