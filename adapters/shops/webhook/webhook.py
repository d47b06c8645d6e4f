"""Speaks to the store's own address: tells facts, asks for actions."""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from adapters.shops.webhook import answers
from adapters.shops.webhook.signing import signed
from adapters.transport.http import Http, HttpReply, as_send_error
from core.shop.outgoing import OutgoingEvent
from core.shop.shop_actions import EVERY_ACTION, PREFIX, ShopAnswer

SECONDS = 15.0  # by the standard: 15 to 30
LONGEST = 64 * 1024  # bytes of an answer
CONTENT_TYPE = "application/cloudevents+json"
PING = f"{PREFIX}ping"


class StoreWebhook:
    """Posts events to `url`, signed by `secrets` (core.ports.shop.ShopActions, core.ports.shop.Listener)."""

    def __init__(
        self, http: Http, url: str, secrets: Sequence[str], clock: Callable[[], datetime], seconds: float = SECONDS
    ) -> None:
        self._http = http
        self._url = url
        self._secrets = tuple(secrets)
        self._clock = clock
        self._seconds = seconds

    @property
    def actions(self) -> frozenset[str]:
        """Names every action: what the store cannot do, it refuses."""
        return EVERY_ACTION

    async def ask(self, request: OutgoingEvent) -> ShopAnswer:
        """Posts a request and reads the answer. Raises SendError."""
        return answers.answer(await self._post(request))

    async def tell(self, fact: OutgoingEvent) -> None:
        """Posts a fact. Raises SendError."""
        answers.require_taken(await self._post(fact))

    async def check(self) -> str:
        """Posts a `doorstep.ping`, which asks for nothing. Raises SendError."""
        now = self._clock()
        await self.tell(OutgoingEvent(f"ping-{int(now.timestamp())}", PING, "doctor", now, {}))
        return "takes our events"

    async def _post(self, event: OutgoingEvent) -> HttpReply:
        body = msgspec.json.encode(event.document())
        headers = {"Content-Type": CONTENT_TYPE, **signed(event.id, body, self._secrets, self._clock())}
        try:
            return await self._http.request(
                "POST", self._url, data=body, headers=headers, timeout=self._seconds, most=LONGEST
            )
        except ValueError as error:
            raise as_send_error(error) from None  # its words may hold the address, and that may hold a key
