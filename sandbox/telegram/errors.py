"""Telegram's error bodies."""

from typing import Any

from aiohttp import web

from sandbox.gate import PlatformError


class TelegramError(PlatformError):
    """An error of the Bot API; `retry_after` (seconds) only with 429."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        self.code = code
        self.description = description
        self.retry_after = retry_after
        super().__init__(description)

    def response(self) -> web.Response:
        """The answer as Telegram gives it."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        headers = {}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
            headers["Retry-After"] = str(self.retry_after)
        return web.json_response(body, status=self.code, headers=headers)


def bad(description: str) -> TelegramError:
    """400 with this description."""
    return TelegramError(400, f"Bad Request: {description}")


def too_many(seconds: float) -> TelegramError:
    """429 with the seconds to wait, rounded up."""
    wait = max(1, int(seconds + 0.999))
    return TelegramError(429, f"Too Many Requests: retry after {wait}", wait)
