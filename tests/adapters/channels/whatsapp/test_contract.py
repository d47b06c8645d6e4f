import hashlib
import hmac
import json
from pathlib import Path
from typing import ClassVar

from adapters.channels.spec import Site
from adapters.channels.whatsapp.kit import build
from adapters.channels.whatsapp.settings import AccountSettings
from adapters.transport.http import Http
from core.people.addresses import Address
from core.ports.calls import Part
from core.ports.channel import Kit
from core.ports.webhooks import RawRequest
from tests.adapters.channels.contract import SECRETS, TEXT, ChannelContract
from tests.adapters.channels.files import KeptFiles
from tests.adapters.channels.provider import Reply

ACCOUNT = "106540352242922"
TOKEN = "EAAGtoken0123456789abcdefghij"


def error(status: int, code: int, details: str = "", **more: object) -> Reply:
    """Refuses as the Graph API words it."""
    inner = {"message": f"(#{code}) {TOKEN}", "type": "OAuthException", "code": code, "fbtrace_id": "Ax1", **more}
    return Reply(status, {"error": {**inner, "error_data": {"messaging_product": "whatsapp", "details": details}}})


class TestWhatsApp(ChannelContract):
    name = "whatsapp"
    fixtures = Path(__file__).parent / "fixtures"
    batched = True
    json_bodies = True
    to = Address("whatsapp", ACCOUNT, "+12025550101")
    private = (TOKEN, "our-verify-token")
    replies: ClassVar = {
        "accepted": Reply(
            200,
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": "12025550101", "wa_id": "12025550101", "user_id": "US.1349"}],
                "messages": [{"id": "wamid.OUT1", "message_status": "accepted"}],
            },
        ),
        "pace": Reply(429, {"error": {"code": 130429, "message": "(#130429) Rate limit hit"}}, {"Retry-After": "7"}),
        "broken": Reply(500, b"<html>oops</html>"),
        "opted_out": error(400, 131050, "User has stopped marketing messages"),
        "window_closed": error(400, 131047, "more than 24 hours have passed"),
        "bad_token": error(401, 190, f"Malformed access token {TOKEN}"),
        "unknown_code": error(400, 987654, f"cannot send '{TEXT}' to 12025550101"),
    }

    def build(self, url: str, http: Http) -> Kit:
        settings = AccountSettings(ACCOUNT, TOKEN, SECRETS, "our-verify-token")
        return build([settings], Site(f"{url}/v26.0", http, KeptFiles()))

    def request(self, body: bytes, secret: str | None, path: str) -> RawRequest:
        headers = {"content-type": "application/json"}
        if secret is not None:
            digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            headers["x-hub-signature-256"] = f"sha256={digest}"
        return RawRequest("POST", f"https://shop.example{path}", headers, body)

    def option_ids(self, part: Part) -> list[tuple[str, str]]:
        action = part.payload["interactive"]["action"]
        if "buttons" in action:
            return [(each["reply"]["id"], each["reply"]["title"]) for each in action["buttons"]]
        return [(row["id"], row["title"]) for row in action["sections"][0]["rows"]]

    def press(self, option_id: str, title: str) -> bytes:
        body = json.loads((self.fixtures / "button_reply.json").read_bytes())
        message = body["entry"][0]["changes"][0]["value"]["messages"][0]
        message["interactive"]["button_reply"] = {"id": option_id, "title": title}
        return json.dumps(body).encode()

    def check_limits(self, part: Part) -> None:
        if part.call == "mark":
            assert part.silent
            assert part.payload["message_id"]
            return
        assert part.call == ("file" if "file" in part.payload else "messages")
        kind = part.payload["type"]
        LIMITS[kind](part.payload[kind])


def _text(text: dict) -> None:
    assert 1 <= len(text["body"].strip()) <= len(text["body"]) <= 4096


def _interactive(body: dict) -> None:
    assert 1 <= len(body["body"]["text"]) <= (4096 if body["type"] == "list" else 1024)
    LIMITS[body["type"]](body["action"])


def _buttons(action: dict) -> None:
    replies = [each["reply"] for each in action["buttons"]]
    assert 1 <= len(replies) <= 3
    assert all(1 <= len(each["title"]) <= 20 and 1 <= len(each["id"]) <= 256 for each in replies)
    assert len({each["title"] for each in replies}) == len(replies)
    assert not any("\n" in each["title"] for each in replies)


def _list(action: dict) -> None:
    assert 1 <= len(action["button"]) <= 20
    (section,) = action["sections"]
    assert 1 <= len(section["rows"]) <= 10
    for row in section["rows"]:
        assert 1 <= len(row["title"]) <= 24
        assert 1 <= len(row["id"]) <= 200
        assert 1 <= len(row.get("description", "-")) <= 72


def _link(action: dict) -> None:
    assert 1 <= len(action["parameters"]["display_text"]) <= 20
    assert action["parameters"]["url"].startswith("https://")


def _request(action: dict) -> None:
    assert action["name"] in ("send_location", "request_contact_info")


def _shown(media: dict) -> None:
    assert 0 <= len(media.get("caption", "")) <= 1024


def _wordless(media: dict) -> None:
    assert "caption" not in media


def _document(media: dict) -> None:
    _shown(media)
    assert media["filename"]


def _template(template: dict) -> None:
    for component in template["components"]:
        for parameter in component["parameters"]:
            text = parameter.get("text", "-")
            assert 1 <= len(text) <= 1024
            assert not any(bad in text for bad in ("\n", "\t", "    "))


LIMITS = {
    "text": _text,
    "interactive": _interactive,
    "template": _template,
    "button": _buttons,
    "list": _list,
    "cta_url": _link,
    "location_request_message": _request,
    "request_contact_info": _request,
    "image": _shown,
    "video": _shown,
    "document": _document,
    "audio": _wordless,
    "sticker": _wordless,
}
