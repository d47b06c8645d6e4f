"""Writes Slack's error bodies."""

from typing import Any

from aiohttp import web

from sandbox.wire.gate import PlatformError


class SlackError(PlatformError):
    """An error of the Web API: HTTP 200 with ok false."""

    def __init__(self, error: str, **extra: Any) -> None:
        self.error = error
        self.extra = extra
        super().__init__(error)

    def response(self) -> web.Response:
        """Answers as Slack does."""
        return web.json_response({"ok": False, "error": self.error, **self.extra})


class RateLimited(PlatformError):
    """429 with Retry-After in whole seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, int(seconds + 0.999))
        super().__init__(f"ratelimited, retry after {self.seconds} s")

    def response(self) -> web.Response:
        """Answers as Slack does."""
        return web.json_response(
            {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(self.seconds)}
        )
