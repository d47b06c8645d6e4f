"""What the product asks of a channel: five adapters implement it, the sending loop and the web process use it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import parse_qsl

import msgspec

from core.addresses import Address
from core.capabilities import Capabilities, ErrorTable
from core.messages import InboundEvent, OutboundMessage


class RawRequest(msgspec.Struct, frozen=True):
    """A webhook as it came: header names in lower case, raw body, `url` as the provider knows it (PUBLIC_URL)."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = {}

    def form(self) -> dict[str, str]:
        """The body as a form. Raises UnicodeDecodeError."""
        return dict(parse_qsl(self.body.decode("utf-8"), keep_blank_values=True))


class HttpAnswer(msgspec.Struct, frozen=True):
    """What a provider gets back."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"


class Endpoint(msgspec.Struct, frozen=True):
    """One webhook path and the three pure functions behind it.

    `verify` raises SignatureInvalid. `parse` gives one value per item and raises MalformedPayload only when nothing of
    a signed body can be read. `handshake` answers GET where the provider asks for it (Meta). `answer` is the 2xx.
    """

    path: str
    channel: str
    verify: Callable[[RawRequest], None]
    parse: Callable[[RawRequest, datetime], list[InboundEvent]]
    handshake: Callable[[RawRequest], HttpAnswer] | None = None
    answer: HttpAnswer = HttpAnswer(200, "OK")


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """One provider call: `call` names it within the adapter, `payload` is its JSON without address and correlation.

    A `silent` part (a read mark, a callback answer) is sent once, as well as it goes; its failure stops nothing.
    """

    call: str
    payload: dict[str, Any]
    silent: bool = False


class Rendered(msgspec.Struct, frozen=True):
    """The calls that say one message, in order, and what was lost on the way to the channel's limits."""

    parts: tuple[Part, ...]
    degradations: tuple[str, ...] = ()


class Sent(msgspec.Struct, frozen=True):
    """The provider took it. `address` is set when it knows the customer by another value (wa_id, new chat id)."""

    provider_id: str
    address: Address | None = None


class Channel(Protocol):
    """One account of one channel, able to speak."""

    @property
    def channel(self) -> str: ...

    @property
    def account(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def errors(self) -> ErrorTable:
        """What the codes of this provider mean, also those that come in a receipt."""
        ...

    def render(self, message: OutboundMessage) -> Rendered:
        """Pure: the provider calls for `message`."""
        ...

    async def send(self, part: Part, to: Address, correlation: str) -> Sent:
        """Makes one call. `correlation` comes back in the receipt where the provider allows it. Raises SendError."""
        ...

    async def check(self) -> str:
        """Asks the provider who we are; returns a line for people ("@shop_bot"). Raises SendError."""
        ...


class Kit(msgspec.Struct, frozen=True):
    """What a channel's folder builds from its settings: accounts that speak, endpoints that listen."""

    accounts: tuple[Channel, ...]
    endpoints: tuple[Endpoint, ...]
