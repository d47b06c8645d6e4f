"""Telegram updates: numbered, then pushed to a webhook or kept for getUpdates."""

import asyncio
import json
from typing import Any

from sandbox.telegram.errors import TelegramError
from sandbox.webhooks import TELEGRAM, Answer, fixed
from sandbox.world import World

Json = dict[str, Any]
KEPT = 1000
EXPLICIT_ONLY = {"message_reaction", "message_reaction_count", "chat_member"}


class Updates:
    """`url` None means: nobody said anything yet, so the settings decide; "" means: the webhook was removed, poll."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.url: str | None = None
        self.secret = ""
        self.allowed: list[str] = []
        self.last_error = ""
        self._next = (int(world.clock()) - 1_700_000_000) * 10
        self._waiting: list[Json] = []
        self._arrived = asyncio.Event()
        self._poller: object = None

    async def push(self, kind: str, body: Json) -> Answer:
        """Send or keep one update; returns the product's answer (202 when it was kept)."""
        if not self._wanted(kind):
            return Answer(204)
        self._next += 1
        update = {"update_id": self._next, kind: body}
        url = self.target()
        if not url:
            self._waiting = [*self._waiting, update][-KEPT:]
            self._arrived.set()
            return Answer(202)
        return await self._post(url, update)

    def target(self) -> str:
        """Where updates go; "" when they are kept."""
        if self.url is not None:
            return self.url
        return (
            f"{self._world.config.product}/webhooks/telegram" if self._world.setting("TELEGRAM_WEBHOOK_SECRET") else ""
        )

    def set_webhook(self, url: str, secret: str, allowed: list[str] | None, drop: bool) -> None:
        """setWebhook; an empty url is deleteWebhook."""
        self.url, self.secret = url, secret
        self.allowed = self.allowed if allowed is None else allowed
        if drop:
            self._waiting.clear()
        kept, self._waiting = (self._waiting, []) if url else ([], self._waiting)
        for update in kept:
            self._world.spawn(self._post(url, update))

    def info(self) -> Json:
        """The WebhookInfo object."""
        info: Json = {
            "url": self.url or "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._waiting),
            "max_connections": 40,
        }
        if self.allowed:
            info["allowed_updates"] = self.allowed
        if self.last_error:
            info["last_error_message"] = self.last_error
        return info

    async def poll(self, offset: int, limit: int, timeout: float, allowed: list[str] | None) -> list[Json]:
        """getUpdates; raises TelegramError 409 while a webhook is set or when another poll takes over."""
        if self.url:
            raise TelegramError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self.url = ""
        self.allowed = self.allowed if allowed is None else allowed
        me = self._poller = object()
        self._arrived.set()
        if offset:
            self._waiting = [update for update in self._waiting if update["update_id"] >= offset]
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while not self._waiting and loop.time() < deadline:
            await self._sleep(deadline - loop.time())
            if self._poller is not me:
                raise TelegramError(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
        return self._waiting[:limit]

    async def _sleep(self, seconds: float) -> None:
        self._arrived.clear()
        try:
            await asyncio.wait_for(self._arrived.wait(), seconds)
        except TimeoutError:
            return

    async def _post(self, url: str, update: Json) -> Answer:
        secret = self.secret if self.url else self._world.setting("TELEGRAM_WEBHOOK_SECRET").split(",")[0]
        headers = {"Content-Type": "application/json"}
        if secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = secret
        body = json.dumps(update, ensure_ascii=True, separators=(",", ":")).encode()
        answer = await self._world.courier.deliver("telegram", url, body, fixed(headers), TELEGRAM)
        self.last_error = "" if answer.ok else f"Wrong response from the webhook: {answer.status}"
        return answer

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in EXPLICIT_ONLY
