"""WhatsApp Cloud API: what the product calls."""

from typing import Any

from aiohttp import ClientError, web

from sandbox import ids
from sandbox.buckets import Buckets
from sandbox.graph import limits, render, signing
from sandbox.graph.errors import GraphError, invalid, status_error
from sandbox.graph.templates import Templates
from sandbox.people import Bubble, Phone
from sandbox.receipts import Receipts, Step
from sandbox.world import World

Json = dict[str, Any]
MARKETING_BLOCKED = 131050


class WhatsApp:
    """One business number."""

    def __init__(self, world: World, receipts: Receipts) -> None:
        self.world = world
        self.templates = Templates()
        self._receipts = receipts
        self._number = Buckets(rate=80, burst=85)
        self._pairs = Buckets(rate=1 / 6, burst=46)

    async def post_message(self, body: Json) -> web.Response:
        """POST /{phone_number_id}/messages; raises GraphError."""
        if body.get("status"):
            return self._mark_read(body)
        kind = limits.check(body)
        template = self.templates.use(body["template"]) if kind == "template" else None
        recipient = str(body.get("to") or body["recipient"])
        phone = self._find(recipient)
        self._pace(recipient.lstrip("+"))
        number = phone.number.lstrip("+") if phone else recipient.lstrip("+")
        bubble = self._bubble(phone, ids.wamid(number), kind, body)
        render.fill(bubble, kind, body[kind], template)
        self._deliver(phone, bubble, body, number, template.category if template else "service")
        contact = {"input": recipient, "wa_id": number}
        if phone and phone.user_id:
            contact["user_id"] = phone.user_id
        message = {"id": bubble.id, **({"message_status": "accepted"} if template else {})}
        return web.json_response({"messaging_product": "whatsapp", "contacts": [contact], "messages": [message]})

    def reset(self) -> None:
        """Fill the rate limits again."""
        self._number.clear()
        self._pairs.clear()

    def _find(self, recipient: str) -> Phone | None:
        directory = self.world.directory
        return directory.find("whatsapp", recipient.lstrip("+")) or directory.find("whatsapp", recipient)

    def _pace(self, pair: str) -> None:
        if not self.world.pace.limits:
            return
        now = self.world.clock()
        if self._number.take("number", now):
            raise GraphError(130429, "Cloud API message throughput has been reached.")
        if self._pairs.take(pair, now):
            raise GraphError(
                131056, "Too many messages sent from this phone number to the same recipient in a short period of time."
            )

    def _bubble(self, phone: Phone | None, message_id: str, kind: str, body: Json) -> Bubble:
        return Bubble(
            id=message_id,
            phone=phone.id if phone else "",
            direction="out",
            kind=kind,
            text="",
            time=self.world.stamp(),
            status="queued",
            reply_to=(body.get("context") or {}).get("message_id", ""),
            correlation=body.get("biz_opaque_callback_data", ""),
            raw=body,
        )

    def _deliver(self, phone: Phone | None, bubble: Bubble, body: Json, number: str, category: str) -> None:
        error = self._obstacle(phone, bubble.kind, category)
        if phone and bubble.kind == "reaction":
            _react(self.world, phone, body["reaction"])
        elif phone:
            self.world.show(phone, bubble)
        if error:
            self._receipts.play(
                "whatsapp",
                phone,
                [Step("failed", self.world.pace.sent, self._status(phone, bubble, number, "failed", category, error))],
            )
            return
        if bubble.media and bubble.media.link:
            self.world.spawn(self._fetch(bubble))
        pace = self.world.pace
        times = (("sent", pace.sent), ("delivered", pace.delivered), ("read", pace.read))
        self._receipts.play(
            "whatsapp",
            phone,
            [Step(name, after, self._status(phone, bubble, number, name, category)) for name, after in times],
        )

    def _obstacle(self, phone: Phone | None, kind: str, category: str) -> Json | None:
        if phone is None or phone.blocked:
            return status_error(131026, "Message Undeliverable.")
        if phone.opted_out and category == "MARKETING":
            return status_error(MARKETING_BLOCKED)
        if kind != "template" and not phone.window_open(self.world.clock()):
            return status_error(
                131047,
                "Message failed to send because more than 24 hours have passed "
                "since the customer last replied to this number.",
            )
        return None

    async def _fetch(self, bubble: Bubble) -> None:
        if bubble.media is None:
            return
        try:
            stored = await self.world.media.fetch(bubble.media.link, self.world.session)
        except (ClientError, TimeoutError, ValueError):
            return
        if stored:
            bubble.media.path = f"/media/{stored.id}"
            self.world.touch(bubble)

    def _status(
        self, phone: Phone | None, bubble: Bubble, number: str, name: str, category: str, error: Json | None = None
    ) -> Any:
        async def send() -> None:
            self.world.progress(bubble, name, str(error["code"]) if error else "")
            await signing.deliver(
                self.world,
                "whatsapp",
                self.envelope({"statuses": [self._receipt(phone, bubble, number, name, category, error)]}),
            )

        return send

    def _receipt(
        self, phone: Phone | None, bubble: Bubble, number: str, name: str, category: str, error: Json | None
    ) -> Json:
        receipt: Json = {
            "id": bubble.id,
            "status": name,
            "timestamp": str(int(self.world.clock())),
            "recipient_id": number,
        }
        if phone and phone.user_id and not error:
            receipt["recipient_user_id"] = phone.user_id
        if bubble.correlation:
            receipt["biz_opaque_callback_data"] = bubble.correlation
        if error:
            return {**receipt, "errors": [error]}
        if name in {"sent", "delivered"}:
            receipt["pricing"] = {
                "billable": category != "service",
                "pricing_model": "PMP",
                "category": category.lower(),
                "type": "regular",
            }
        return receipt

    def envelope(self, value: Json) -> Json:
        """A webhook body with this change value."""
        extra = self.world.config.extra
        metadata = {
            "display_phone_number": extra["whatsapp_number"],
            "phone_number_id": self.world.setting("WHATSAPP_PHONE_NUMBER_ID"),
        }
        change = {"value": {"messaging_product": "whatsapp", "metadata": metadata, **value}, "field": "messages"}
        return {
            "object": "whatsapp_business_account",
            "entry": [{"id": extra["whatsapp_business_id"], "changes": [change]}],
        }

    def _mark_read(self, body: Json) -> web.Response:
        if body["status"] != "read" or not body.get("message_id"):
            raise invalid("status must be read, with a message_id.")
        bubble = self.world.bubble(body["message_id"])
        if bubble is None:
            raise invalid("Message id is not known to this phone number.")
        phone = self.world.directory.phones[bubble.phone]
        self.world.progress(bubble, "read")
        if body.get("typing_indicator"):
            phone.typing = True
            self.world.touch_phone(phone)
        return web.json_response({"success": True})


def _react(world: World, phone: Phone, reaction: Json) -> None:
    target = phone.find(reaction["message_id"])
    if target:
        target.reaction = reaction.get("emoji", "")
        world.touch(target)
