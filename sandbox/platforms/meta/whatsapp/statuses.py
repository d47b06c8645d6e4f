"""Plays the receipts of a WhatsApp message: sent, delivered, read, played, or failed."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from sandbox.wire.webhooks import Answer
from sandbox.world.people import Bubble, Phone
from sandbox.world.receipts import Receipts, Step
from sandbox.world.world import World

Json = dict[str, Any]


class Number(Protocol):
    """What a business number does with a receipt."""

    world: World

    def envelope(self, value: Json, field: str = "messages") -> Json:
        """Makes a webhook body with this change value."""

    async def tell(self, payload: Json) -> Answer:
        """Posts it."""


class Statuses:
    """Plays the receipts of one number's messages."""

    def __init__(self, number: Number, receipts: Receipts) -> None:
        self._number = number
        self._world = number.world
        self._receipts = receipts

    def play(self, phone: Phone | None, bubble: Bubble, number: str, category: str, error: Json | None) -> None:
        """Plays all receipts of a message in their time; `number` is the wa_id, "" when hidden; with `error` it fails.

        An error with {"after": "sent"} comes behind the receipt "sent".
        """
        steps = []
        for name, after in self._times(bubble, error):
            send = self._send(phone, bubble, number, name, category, error if name == "failed" else None)
            steps.append(Step("read" if name == "played" else name, after, send))
        self._receipts.play("whatsapp", phone, steps)

    def _times(self, bubble: Bubble, error: Json | None) -> list[tuple[str, float]]:
        pace = self._world.pace
        if error:
            first = error.pop("after", "") == "sent"
            return [("sent", pace.sent), ("failed", pace.delivered)] if first else [("failed", pace.sent)]
        times = [("sent", pace.sent), ("delivered", pace.delivered), ("read", pace.read)]
        return [*times, ("played", pace.read)] if bubble.kind == "audio" else times

    def _send(
        self, phone: Phone | None, bubble: Bubble, number: str, name: str, category: str, error: Json | None
    ) -> Callable[[], Awaitable[None]]:
        async def send() -> None:
            self._world.progress(bubble, name, str(error["code"]) if error else "")
            status = self._status(phone, bubble, number, name, category, error)
            contacts = {} if error or phone is None else {"contacts": [contact(phone)]}
            await self._number.tell(self._number.envelope({**contacts, "statuses": [status]}))

        return send

    def _status(
        self, phone: Phone | None, bubble: Bubble, number: str, name: str, category: str, error: Json | None
    ) -> Json:
        now = self._world.clock()
        status: Json = {"id": bubble.id, "status": name, "timestamp": str(int(now))}
        if number:
            status["recipient_id"] = number
        if phone and phone.user_id and not (error and number):
            status["recipient_user_id"] = phone.user_id
        if bubble.correlation:
            status["biz_opaque_callback_data"] = bubble.correlation
        if error:
            return {**status, "errors": [error]}
        if name in {"sent", "delivered"}:
            status["pricing"] = _pricing(category.lower(), is_free=bool(phone and now < phone.free_until))
        return status


def _pricing(category: str, *, is_free: bool) -> Json:
    """Says the price as Meta does since October 2026: free text costs too, but for three days after an ad."""
    category, kind = ("referral_conversion", "free_entry_point") if is_free else (category, "regular")
    return {"billable": not is_free, "pricing_model": "PMP", "category": category, "type": kind}


def contact(phone: Phone) -> Json:
    """Makes a `contacts` entry of a webhook: who the customer is, without a number that they hide."""
    profile = {"name": phone.name}
    if phone.hidden_number:
        return {"profile": {**profile, "username": phone.person}, "user_id": phone.user_id}
    return {"profile": profile, "wa_id": phone.address, "user_id": phone.user_id}
