"""Which stand-in a phone belongs to, and what its owner does there."""

from typing import Any

from sandbox import acts
from sandbox.graph import messenger_inbound, whatsapp_inbound
from sandbox.graph.routes import Graph
from sandbox.people import Phone
from sandbox.telegram import inbound as telegram_inbound
from sandbox.telegram.routes import Telegram
from sandbox.twilio import inbound as twilio_inbound
from sandbox.twilio.routes import Twilio
from sandbox.webhooks import Answer

Json = dict[str, Any]


class Phones:
    """Sends customers' acts out through the right platform."""

    def __init__(self, graph: Graph, telegram: Telegram, twilio: Twilio) -> None:
        self._graph = graph
        self._telegram = telegram
        self._twilio = twilio

    async def send(self, phone: Phone, body: Json) -> Answer:
        """Do what the control API asks: one act, or {"batch": [act, ...]} in one webhook where the platform batches.

        Shows the bubble at once, returns the product's last answer; raises ValueError.
        """
        if phone.channel == "messenger" and body.get("kind") == "human":
            await messenger_inbound.human_reply(self._graph.messenger, phone, str(body.get("text", "")))
            return Answer(200)
        wanted = [acts.read(phone, one) for one in body.get("batch") or [body]]
        return await self._out(phone, wanted)

    async def block(self, phone: Phone, blocked: bool) -> None:
        """The customer blocks or unblocks the store."""
        if phone.channel == "telegram":
            await telegram_inbound.set_blocked(self._telegram.bot, phone, blocked)
        phone.blocked = blocked

    async def prefer(self, phone: Phone, stop: bool) -> Answer:
        """The customer stops or resumes marketing in the WhatsApp app; raises ValueError on other channels."""
        if phone.channel != "whatsapp":
            raise ValueError("only the WhatsApp app has marketing preferences")
        return await whatsapp_inbound.prefer(self._graph.whatsapp, phone, stop)

    async def _out(self, phone: Phone, wanted: list[acts.Act]) -> Answer:
        if phone.channel == "whatsapp":
            return await whatsapp_inbound.send(self._graph.whatsapp, phone, wanted)
        if phone.channel == "messenger":
            return await messenger_inbound.send(self._graph.messenger, phone, wanted)
        if phone.channel == "telegram":
            return await telegram_inbound.send(self._telegram.bot, phone, wanted)
        return await twilio_inbound.send(self._twilio.messages, phone, wanted)
