"""One WhatsApp number that speaks: renders, calls the Graph API, reads its answer."""

from typing import Any

from adapters.channels.whatsapp.identity import CHANNEL, address_value
from adapters.channels.whatsapp.render import render
from adapters.graph import Graph, provider_id
from core.addresses import Address
from core.capabilities import Capabilities, ErrorTable
from core.messages import OutboundMessage
from core.ports import Part, Rendered, Sent


class WhatsAppAccount:
    """A `core.ports.Channel`. `errors` is public: codes also come back later, in receipts."""

    channel = CHANNEL

    def __init__(self, phone_number_id: str, capabilities: Capabilities, errors: ErrorTable, graph: Graph) -> None:
        self.account = phone_number_id
        self.capabilities = capabilities
        self.errors = errors
        self._graph = graph

    def render(self, message: OutboundMessage) -> Rendered:
        """The calls for `message`."""
        return render(message, self.capabilities)

    async def send(self, part: Part, to: Address, correlation: str) -> Sent:
        """POST /{phone_number_id}/messages; `correlation` returns as `biz_opaque_callback_data`. Raises SendError."""
        payload = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **_recipient(to),
            "biz_opaque_callback_data": correlation,
            **part.payload,
        }
        answer = await self._graph.post(f"{self.account}/{part.call}", payload)
        return Sent(provider_id(_first(answer, "messages").get("id")), _moved(to, _first(answer, "contacts")))

    async def check(self) -> str:
        """GET /{phone_number_id}: the number and its name. Raises SendError."""
        answer = await self._graph.get(f"{self.account}?fields=display_phone_number,verified_name")
        return f"{answer.get('display_phone_number', self.account)} {answer.get('verified_name', '')}".strip()


def _recipient(to: Address) -> dict[str, str]:
    """`to` takes a phone's digits, `recipient` a business-scoped id (Meta, "Business-scoped user IDs")."""
    return {"to": to.value[1:]} if to.value.startswith("+") else {"recipient": to.value}


def _moved(to: Address, contact: dict[str, Any]) -> Address | None:
    """The address WhatsApp knows the customer by, where it is another one (Brazil's ninth digit, Mexico's 521)."""
    if contact.get("user_id") == to.value:
        return None
    value = address_value(contact.get("wa_id"))
    return Address(to.channel, to.account, value) if value and value != to.value else None


def _first(answer: dict[str, Any], key: str) -> dict[str, Any]:
    listed = answer.get(key)
    first = listed[0] if isinstance(listed, list) and listed else None
    return first if isinstance(first, dict) else {}
