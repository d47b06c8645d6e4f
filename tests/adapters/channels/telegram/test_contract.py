"""Tests that Telegram keeps what every channel promises."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from adapters.channels.spec import Site
from adapters.channels.telegram.kit import build
from adapters.channels.telegram.settings import AccountSettings
from adapters.transport.http import Http
from core.people.addresses import Address
from core.ports.calls import Part
from core.ports.channel import Kit
from core.ports.webhooks import Endpoint, RawRequest
from tests.adapters.channels.contract import SECRETS, ChannelContract
from tests.adapters.channels.files import KeptFiles
from tests.adapters.channels.provider import Reply

BOT = "5550001111"
TOKEN = f"{BOT}:AAHkq3vTestTokenOfNobody"
CHAT = {"id": 7390112, "first_name": "Jane", "type": "private"}
USER = {"id": 7390112, "is_bot": False, "first_name": "Jane", "language_code": "en"}
ACCEPTED = {"message_id": 517, "date": 1796119300, "chat": CHAT, "text": "…"}


def refused(status: int, description: str, **more: Any) -> Reply:
    return Reply(status, {"ok": False, "error_code": status, "description": description, **more})


class TestTelegram(ChannelContract):
    name = "telegram"
    fixtures = Path(__file__).parent / "fixtures"
    to = Address("telegram", BOT, "7390112")
    private = (TOKEN,)
    replies: ClassVar[Mapping[str, Reply]] = {
        "accepted": Reply(200, {"ok": True, "result": ACCEPTED}),
        "pace": refused(429, "Too Many Requests: retry after 7", parameters={"retry_after": 7}),
        "broken": Reply(502, b"<html>Bad Gateway</html>"),
        "opted_out": refused(403, "Forbidden: bot was blocked by the user"),
        "bad_token": refused(401, "Unauthorized"),
        "unknown_code": refused(400, "Bad Request: MOON_PHASE_INVALID"),
    }

    def build(self, url: str, http: Http) -> Kit:
        return build((AccountSettings(TOKEN, SECRETS),), Site(url, http, KeptFiles()))

    def endpoint_of(self, kit: Kit, case: str) -> Endpoint:
        return kit.endpoints[1 if case == "stray_bot" else 0]

    def request(self, body: bytes, secret: str | None, path: str) -> RawRequest:
        headers = {"content-type": "application/json"}
        if secret is not None:
            headers["x-telegram-bot-api-secret-token"] = secret
        return RawRequest("POST", f"https://desk.shop.example{path}", headers, body)

    def option_ids(self, part: Part) -> list[tuple[str, str]]:
        rows = part.payload["reply_markup"]["inline_keyboard"]
        return [(button["callback_data"], button["text"]) for row in rows for button in row]

    def press(self, option_id: str, title: str) -> bytes:
        keyboard = {"inline_keyboard": [[{"text": title, "callback_data": option_id}]]}
        message = {"message_id": 517, "date": 1796119300, "chat": CHAT, "text": "?", "reply_markup": keyboard}
        query = {"id": "31740", "from": USER, "message": message, "chat_instance": "-1", "data": option_id}
        return json.dumps({"update_id": 871345700, "callback_query": query}).encode()

    def check_limits(self, part: Part) -> None:
        assert part.silent == (part.call in ("answerCallbackQuery", "sendChatAction"))
        if part.silent:
            return
        assert "parse_mode" not in part.payload
        assert len(part.payload.get("caption", "").encode("utf-16-le")) // 2 <= 1024
        if part.call == "sendMessage":
            assert part.payload["text"].strip()
            assert len(part.payload["text"].encode("utf-16-le")) // 2 <= 4096
        else:
            assert 1 <= len(part.payload["media"]) <= (10 if part.call == "sendMediaGroup" else 1)
        rows = part.payload.get("reply_markup", {}).get("inline_keyboard", [])
        assert sum(len(row) for row in rows) <= 100
        for row in rows:
            assert 1 <= len(row) <= 8
            for button in row:
                self._check_button(button)

    def _check_button(self, button: dict[str, str]) -> None:
        assert button["text"].strip()
        if "url" in button:
            assert button["url"].startswith(("http://", "https://", "tg://"))
        else:
            assert 1 <= len(button["callback_data"].encode()) <= 64
