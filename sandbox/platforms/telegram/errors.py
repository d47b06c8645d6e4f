"""Writes Telegram's error bodies, and lists those that can be armed."""

from typing import Any

from aiohttp import web

from sandbox.wire.gate import PlatformError

Json = dict[str, Any]


class TelegramError(PlatformError):
    """An error of the Bot API; `retry_after` (seconds) only with 429, `migrate_to` when a group got another id."""

    def __init__(
        self, code: int, description: str, retry_after: int | None = None, migrate_to: int | None = None
    ) -> None:
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to = migrate_to
        super().__init__(description)

    def response(self) -> web.Response:
        """Answers as Telegram does."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        headers = {}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
            headers["Retry-After"] = str(self.retry_after)
        if self.migrate_to is not None:
            body["parameters"] = {"migrate_to_chat_id": self.migrate_to}
        return web.json_response(body, status=self.code, headers=headers)


def bad(description: str) -> TelegramError:
    """Makes a 400 with this description."""
    return TelegramError(400, f"Bad Request: {description}")


def too_many(seconds: float) -> TelegramError:
    """Makes a 429 with the seconds to wait, rounded up."""
    wait = max(1, int(seconds + 0.999))
    return TelegramError(429, f"Too Many Requests: retry after {wait}", wait)


def of(value: Any) -> TelegramError:
    """Makes an armed error: {"code", "description"?, "retry_after"?, "migrate_to_chat_id"?}, or a bare code."""
    given = value if isinstance(value, dict) else {"code": value}
    code = int(given["code"])
    if code == 429:
        return too_many(float(given.get("retry_after", 3)))
    known = next((text for number, text in CATALOGUE if number == code), "Internal Server Error")
    return TelegramError(
        code,
        str(given.get("description", known)),
        given.get("retry_after"),
        given.get("migrate_to_chat_id", MIGRATED_TO if "upgraded" in str(given.get("description", "")) else None),
    )


def armable() -> list[Json]:
    """Lists what can be armed: {"value" of the fault, "status", "title", "receipt"}."""
    return [
        {
            "value": {"code": code, "description": text, **({"retry_after": 3} if code == 429 else {})},
            "status": code,
            "title": text,
            "receipt": False,
        }
        for code, text in CATALOGUE
    ]


MIGRATED_TO = -1001234567890
# The first of a code is what the bare code means.
CATALOGUE: tuple[tuple[int, str], ...] = (
    (400, "Bad Request: chat not found"),
    (400, "Bad Request: user not found"),
    (400, "Bad Request: PEER_ID_INVALID"),
    (400, "Bad Request: group chat was upgraded to a supergroup chat"),
    (400, "Bad Request: message text is empty"),
    (400, "Bad Request: message is too long"),
    (400, "Bad Request: message caption is too long"),
    (400, "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    (400, "Bad Request: message to be replied not found"),
    (400, "Bad Request: message to edit not found"),
    (400, "Bad Request: message can't be edited"),
    (400, "Bad Request: message to react not found"),
    (400, "Bad Request: message is not modified"),
    (400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
    (400, "Bad Request: BUTTON_DATA_INVALID"),
    (400, "Bad Request: REACTION_INVALID"),
    (400, "Bad Request: VOICE_MESSAGES_FORBIDDEN"),
    (400, "Bad Request: wrong file identifier/HTTP URL specified"),
    (400, "Bad Request: failed to get HTTP URL content"),
    (400, "Bad Request: wrong type of the web page content"),
    (400, "Bad Request: IMAGE_PROCESS_FAILED"),
    (400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
    (400, "Bad Request: file is too big"),
    (400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
    (401, "Unauthorized"),
    (403, "Forbidden: bot was blocked by the user"),
    (403, "Forbidden: user is deactivated"),
    (403, "Forbidden: bot can't initiate conversation with a user"),
    (403, "Forbidden: bot was kicked from the group chat"),
    (404, "Not Found"),
    (409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"),
    (413, "Request Entity Too Large"),
    (429, "Too Many Requests: retry after 3"),
    (500, "Internal Server Error"),
    (502, "Bad Gateway"),
)
