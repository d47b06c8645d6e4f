"""Sends what a phone's owner does through the stand-in that it belongs to."""

from typing import Any

import msgspec

from sandbox.platforms.meta import signing
from sandbox.platforms.meta.messenger import inbound
from sandbox.platforms.meta.messenger.page import PAGE_INBOX_APP
from sandbox.platforms.meta.routes import Graph
from sandbox.platforms.meta.whatsapp import inbound as whatsapp_inbound
from sandbox.platforms.telegram import inbound as telegram_inbound
from sandbox.platforms.telegram.routes import Telegram
from sandbox.platforms.twilio import inbound as twilio_inbound
from sandbox.platforms.twilio.routes import Twilio
from sandbox.wire.webhooks import Answer
from sandbox.world import acts
from sandbox.world.people import Phone

Json = dict[str, Any]
HUMAN = "human"
BATCHING = ("whatsapp", "messenger")
KINDS: dict[str, frozenset[str]] = {
    "whatsapp": whatsapp_inbound.KINDS | {HUMAN},
    "messenger": inbound.KINDS | {HUMAN},
    "telegram": telegram_inbound.KINDS,
    "sms": twilio_inbound.SMS_KINDS,
    "twilio_whatsapp": twilio_inbound.WHATSAPP_KINDS,
}


class Phones:
    """Sends customers' acts out through the right platform."""

    def __init__(self, graph: Graph, telegram: Telegram, twilio: Twilio) -> None:
        self._graph = graph
        self._telegram = telegram
        self._twilio = twilio
        self._world = graph.world

    async def send(self, phone: Phone, body: Json) -> Answer:
        """Does what the control API asks: one act, or {"batch": [act, ...]} in one webhook where the platform batches.

        Shows the bubble at once, returns the product's last answer; raises ValueError.
        """
        if body.get("kind") == HUMAN:
            return await self._human(phone, body)
        return await self._out(phone, [self._read(phone, one) for one in body.get("batch") or [body]])

    async def batch(self, items: list[tuple[Phone, Json]]) -> Answer:
        """Sends what several people do on WhatsApp or on Messenger, whatever their account, in one webhook.

        Raises ValueError for other platforms: they never batch.
        """
        platforms = {phone.channel for phone, _ in items}
        if len(platforms) != 1 or not platforms <= set(BATCHING):
            raise ValueError("one batch is of WhatsApp phones, or of Messenger phones; other platforms never batch")
        bodies = [self._payload(phone, [self._read(phone, body)]) for phone, body in items]
        graph = self._graph
        owner = graph.whatsapp if platforms == {"whatsapp"} else graph.messenger
        return await owner.tell(signing.merged(bodies))

    async def block(self, phone: Phone, blocked: bool) -> None:
        """Blocks or unblocks the store, as the customer does."""
        if phone.channel == "telegram":
            await telegram_inbound.set_blocked(self._telegram.bot_of(phone), phone, blocked)
        phone.blocked = blocked

    async def prefer(self, phone: Phone, stop: bool, signup: bool = False) -> Answer:
        """Stops or resumes marketing in the WhatsApp app; raises ValueError on other channels."""
        if phone.channel != "whatsapp":
            raise ValueError("only the WhatsApp app has marketing preferences")
        return await whatsapp_inbound.prefer(self._graph.number_of(phone), phone, stop, signup)

    async def renumber(self, phone: Phone, number: str) -> Answer:
        """Moves the customer to a new number in the WhatsApp app; all they wrote to are told. Raises ValueError."""
        if "whatsapp" not in phone.channel:
            raise ValueError("only WhatsApp tells of a new number")
        if not number.lstrip("+").isdigit():
            raise ValueError("to is a phone number like +12025550142")
        before = {name: msgspec.structs.replace(one, bubbles=[]) for name, one in self._world.directory.phones.items()}
        answer = Answer(204)
        for changed in self._world.directory.renumber(phone, "+" + number.lstrip("+")):
            self._world.touch_phone(changed)
            if changed.channel == "whatsapp" and (changed is phone or changed.bubbles):
                owner = self._graph.number_of(changed)
                answer = await whatsapp_inbound.renumber(owner, changed, before[changed.id])
        return answer

    def hide(self, phone: Phone, hidden: bool) -> None:
        """Lets WhatsApp tell the store the customer's number, or only their user id, from now on. Raises ValueError."""
        if "whatsapp" not in phone.channel:
            raise ValueError("only WhatsApp hides numbers")
        phone.hidden_number = hidden

    def _read(self, phone: Phone, body: Json) -> acts.Act:
        return acts.read(phone, body, KINDS[phone.channel] - {HUMAN}, self._world.media)

    async def _human(self, phone: Phone, body: Json) -> Answer:
        text = str(body.get("text", ""))
        if phone.channel == "whatsapp":
            return await whatsapp_inbound.human_reply(self._graph.number_of(phone), phone, text)
        if phone.channel == "messenger":
            app = str(body.get("app") or PAGE_INBOX_APP)
            if not app.isdigit():
                raise ValueError("app is an app's id, all digits")
            await inbound.human_reply(self._graph.page_of(phone), phone, text, app)
            return Answer(200)
        raise ValueError("only the Page Inbox and the WhatsApp Business app let somebody answer beside the product")

    def _payload(self, phone: Phone, wanted: list[acts.Act]) -> Json:
        if phone.channel == "whatsapp":
            return whatsapp_inbound.payload(self._graph.number_of(phone), phone, wanted)
        return inbound.payload(self._graph.page_of(phone), phone, wanted)

    async def _out(self, phone: Phone, wanted: list[acts.Act]) -> Answer:
        if phone.channel == "whatsapp":
            return await whatsapp_inbound.send(self._graph.number_of(phone), phone, wanted)
        if phone.channel == "messenger":
            return await inbound.send(self._graph.page_of(phone), phone, wanted)
        if phone.channel == "telegram":
            return await telegram_inbound.send(self._telegram.bot_of(phone), phone, wanted)
        return await twilio_inbound.send(self._twilio.messages, phone, wanted)
