"""One page that speaks: renders, calls the Send API, reads its answer."""

from adapters.channels.messenger.parse import CHANNEL
from adapters.channels.messenger.render import render
from adapters.graph import Graph, provider_id
from core.addresses import Address
from core.capabilities import Capabilities, ErrorTable
from core.messages import OutboundMessage
from core.ports import Part, Rendered, Sent


class MessengerAccount:
    """A `core.ports.Channel`. `errors` is public, as on every channel."""

    channel = CHANNEL

    def __init__(self, page_id: str, capabilities: Capabilities, errors: ErrorTable, graph: Graph) -> None:
        self.account = page_id
        self.capabilities = capabilities
        self.errors = errors
        self._graph = graph

    def render(self, message: OutboundMessage) -> Rendered:
        """The calls for `message`."""
        return render(message, self.capabilities)

    async def send(self, part: Part, to: Address, correlation: str) -> Sent:
        """POST /{page_id}/messages; `correlation` comes back as the echo's `metadata`. Raises SendError."""
        message = {**part.payload["message"], "metadata": correlation}
        payload = {"recipient": {"id": to.value}, **part.payload, "message": message}
        answer = await self._graph.post(f"{self.account}/{part.call}", payload)
        return Sent(provider_id(answer.get("message_id")))

    async def check(self) -> str:
        """GET /me: the page's name. Raises SendError."""
        answer = await self._graph.get("me?fields=id,name")
        return f"{answer.get('name', '')} ({answer.get('id', self.account)})".strip()
