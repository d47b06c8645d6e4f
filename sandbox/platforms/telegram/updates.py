"""Numbers Telegram's updates and pushes them to a webhook, or keeps them for getUpdates."""

import asyncio
import json
import re
from typing import Any

import msgspec

from sandbox.platforms.telegram.errors import TelegramError, bad
from sandbox.wire.webhooks import TELEGRAM, Answer, HeadersFor
from sandbox.world.world import World

Json = dict[str, Any]
KEPT = 1000
EXPLICIT_ONLY = {"message_reaction", "message_reaction_count", "chat_member"}
SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
PORTS = {80, 88, 443, 8443}


class KeptUpdates(msgspec.Struct):
    """What a bot's updates go on with after a restart."""

    url: str | None
    secret: str
    allowed: list[str]
    connections: int
    error: Json
    next: int
    waiting: list[Json]


class Updates:
    """Numbers, pushes and keeps updates. `url` None: the settings decide; "": the webhook was removed, poll."""

    def __init__(self, world: World, account: str) -> None:
        self._world = world
        self._account = account
        self.url: str | None = None
        self.secret = ""
        self.allowed: list[str] = []
        self.connections = 40
        self._error: Json = {}
        self._next = (int(world.clock()) - 1_700_000_000) * 10
        self._waiting: list[Json] = []
        self._flying: dict[int, Json] = {}
        self._slots = asyncio.Semaphore(self.connections)
        self._arrived = asyncio.Event()
        self._poller: object = None

    async def push(self, kind: str, body: Json) -> Answer:
        """Sends or keeps one update; returns the product's answer (202 when it was kept, 204 when nobody wants it)."""
        if not self._wanted(kind):
            return Answer(204)
        self._next += 1
        update = {"update_id": self._next, kind: body}
        if not self.target() or self._muted():
            self._keep(update)
            return Answer(202)
        self.resume()
        return await self._post(update)

    def resume(self) -> None:
        """Pushes what waits, if there is a webhook again."""
        if not self.target() or self._muted():
            return
        kept, self._waiting = self._waiting, []
        for update in kept:
            self._world.spawn(self._post(update))

    def target(self) -> str:
        """Returns the address to which updates go; "" when they are kept."""
        if self.url is not None:
            return self.url
        if not self._world.setting("TELEGRAM_WEBHOOK_SECRET", self._account):
            return ""
        tail = "" if self._account == "main" else f"/{self._account}"
        return f"{self._world.config.product}/webhooks/telegram{tail}"

    def set_webhook(self, params: Json) -> None:
        """Answers setWebhook; raises TelegramError."""
        url, secret = str(params.get("url") or ""), str(params.get("secret_token") or "")
        _check_address(url)
        if not SECRET.fullmatch(secret):
            raise bad("secret token contains unallowed characters")
        count = int(params.get("max_connections") or 40)
        if not 1 <= count <= 100:
            raise bad("max_connections must be between 1 and 100")
        self._change(url, secret, params)
        self.connections, self._slots = count, asyncio.Semaphore(count)
        self._error = {}
        if url:
            self.resume()

    def delete_webhook(self, params: Json) -> None:
        """Answers deleteWebhook: from now on updates wait to be polled."""
        self._change("", "", params)

    def reset(self) -> None:
        """Forgets what waits and the last error."""
        self._waiting.clear()
        self._error = {}

    def kept(self) -> KeptUpdates:
        """Says what is to outlive a restart; what is on its way waits then."""
        waiting = [*self._waiting, *self._flying.values()]
        return KeptUpdates(self.url, self.secret, self.allowed, self.connections, self._error, self._next, waiting)

    def take_up(self, kept: KeptUpdates) -> None:
        """Goes on where it ended."""
        self.url, self.secret, self.allowed = kept.url, kept.secret, kept.allowed
        self.connections, self._slots = kept.connections, asyncio.Semaphore(kept.connections)
        self._error, self._next = kept.error, max(kept.next, self._next)
        for update in kept.waiting:
            self._keep(update)

    def info(self) -> Json:
        """Describes the WebhookInfo. What is under way or was refused for good counts as pending."""
        info: Json = {
            "url": self.url or "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._waiting) + len(self._flying),
        }
        if self.url:
            info |= {"max_connections": self.connections, "ip_address": "127.0.0.1"}
        if self.allowed:
            info["allowed_updates"] = self.allowed
        return {**info, **self._error}

    async def poll(self, offset: int, limit: int, timeout: float, allowed: list[str] | None) -> list[Json]:
        """Answers getUpdates; raises TelegramError 409 while a webhook is set or when another poll takes over."""
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

    def _change(self, url: str, secret: str, params: Json) -> None:
        self.url, self.secret = url, secret
        allowed = params.get("allowed_updates")
        self.allowed = self.allowed if allowed is None else list(allowed)
        if params.get("drop_pending_updates"):
            self._waiting.clear()

    def _keep(self, update: Json) -> None:
        self._waiting = sorted([*self._waiting, update], key=lambda one: int(one["update_id"]))[-KEPT:]
        self._arrived.set()

    def _muted(self) -> bool:
        return "telegram" in self._world.courier.muted

    async def _post(self, update: Json) -> Answer:
        url, number = self.target(), update["update_id"]
        set_here = bool(self.url)
        secret = self.secret if set_here else self._world.setting("TELEGRAM_WEBHOOK_SECRET", self._account)
        body = json.dumps(update, ensure_ascii=True, separators=(",", ":")).encode()
        self._flying[number] = update
        try:
            async with self._slots:
                headers = self._headers(secret.split(",")[0])
                answer = await self._world.courier.deliver("telegram", url, body, headers, TELEGRAM)
        finally:
            del self._flying[number]
        if not answer.ok:
            self._note(answer)
            self._keep(update)
        return answer

    def _headers(self, secret: str) -> HeadersFor:
        """Makes the headers of each attempt; what went wrong before it is remembered on the way."""
        proof = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}

        def headers(_attempt: int, previous: Answer | None) -> dict[str, str]:
            if previous:
                self._note(previous)
            return {"Content-Type": "application/json", **proof}

        return headers

    def _note(self, answer: Answer) -> None:
        said = f"Wrong response from the webhook: {answer.status}" if answer.status else "Connection refused"
        self._error = {"last_error_date": int(self._world.clock()), "last_error_message": said}

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in EXPLICIT_ONLY


def _check_address(url: str) -> None:
    if url.startswith(("http://127.0.0.1", "http://localhost")) or not url:
        return
    if not url.startswith("https://"):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    port = re.match(r"https://[^/:]+:(\d+)", url)
    if port and int(port[1]) not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
