"""Delivers an accepted message: the phone shows it, status callbacks tell of it."""

from typing import Any

from sandbox.platforms.twilio import signing
from sandbox.platforms.twilio.errors import FAILED
from sandbox.platforms.twilio.numbers import PREFIX
from sandbox.platforms.twilio.records import Sent
from sandbox.world.people import Phone
from sandbox.world.receipts import Receipts, Step
from sandbox.world.world import World

Json = dict[str, Any]
STATUSES = (
    "accepted",
    "scheduled",
    "queued",
    "sending",
    "sent",
    "delivered",
    "undelivered",
    "failed",
    "read",
    "canceled",
    "partially_delivered",
)
BAD = {"undelivered", "failed", "canceled"}


class Delivery:
    """Plays the status callbacks of one account."""

    def __init__(self, world: World, receipts: Receipts) -> None:
        self._world = world
        self._receipts = receipts

    def play(self, phone: Phone | None, sent: Sent, error: int | None) -> None:
        """Lets a message go its way; `error` is the code with which it fails."""
        after, armed = self._armed()
        error = armed or error
        pace, whatsapp = self._world.pace, sent.to.startswith(PREFIX)
        times = [("sent", pace.sent), ("delivered", pace.delivered), *([("read", pace.read)] if whatsapp else [])]
        if error:
            last = "failed" if whatsapp or error in FAILED else "undelivered"
            way = after or ("" if last == "failed" else "sent")
            passed = [name for name, _ in times][: [name for name, _ in times].index(way) + 1] if way else []
            times = [*[(name, pace.sent) for name in passed], (last, pace.delivered if passed else pace.sent)]
        steps = [Step(name, when, self._step(sent, name, error if name in BAD else None)) for name, when in times]
        self._receipts.play("twilio", phone, steps)

    async def tell(self, sent: Sent, status: str, error: int | None) -> None:
        """Changes a message's status and sends its callback."""
        sent.status, sent.error = status, error
        bubble = self._world.bubble(sent.sid)
        if bubble:
            self._world.progress(bubble, "failed" if status in BAD else status, str(error or ""))
        if sent.callback:
            await signing.deliver(self._world, sent.callback, self._form(sent, status, error))

    def _armed(self) -> tuple[str, int | None]:
        fault = self._world.faults.take("twilio", ("failed_receipts",))
        if fault is None:
            return "", None
        value = fault.value if isinstance(fault.value, dict) else {"code": fault.value}
        return str(value.get("after") or ""), int(value.get("code") or 30008)

    def _step(self, sent: Sent, status: str, error: int | None) -> Any:
        async def send() -> None:
            await self.tell(sent, status, error)

        return send

    def _form(self, sent: Sent, status: str, error: int | None) -> dict[str, str]:
        form = {
            "AccountSid": self._world.setting("TWILIO_ACCOUNT_SID"),
            "ApiVersion": "2010-04-01",
            "From": sent.sender,
            "To": sent.to,
            "MessageSid": sent.sid,
            "MessageStatus": status,
            "SmsSid": sent.sid,
            "SmsStatus": status,
        }
        if sent.to.startswith(PREFIX):
            form |= {
                "ChannelPrefix": "whatsapp",
                "ChannelToAddress": sent.to,
                **({"EventType": "READ"} if status == "read" else {}),
            }
        if sent.service:
            form["MessagingServiceSid"] = sent.service
        return {**form, "ErrorCode": str(error)} if error else form
