"""Defines what the product asks of a channel: adapters implement it, the sending loop and the web process use it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

import msgspec

from core.content.capabilities import Capabilities, ErrorTable
from core.messages.inbound import InboundEvent
from core.messages.outbound import OutboundMessage
from core.messages.pieces import Profile
from core.people.addresses import Address
from core.ports.calls import Download, Part, Rendered, Sent, SentPart
from core.ports.templates import TemplateState
from core.ports.webhooks import Endpoint


class Finding(msgspec.Struct, frozen=True):
    """One line of a check-up, for people: `what` was looked at, what it `said`, and the `cure` when it is not `ok`.

    `todo` is what only a person can do, and nobody knows whether they did.
    """

    what: str
    ok: bool
    said: str = ""
    cure: str = ""
    todo: str = ""


class Channel(Protocol):
    """Speaks for one account of a channel, fetches what customers send, and looks after its own connection."""

    @property
    def channel(self) -> str: ...

    @property
    def account(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def errors(self) -> ErrorTable:
        """Returns what the codes of this provider mean, also those that come in a receipt."""
        ...

    def render(self, message: OutboundMessage) -> Rendered:
        """Renders a message as the provider's calls. Pure."""
        ...

    async def send(self, part: Part, to: Address, correlation: str) -> Sent:
        """Makes one call. `correlation` comes back in the receipt where the provider allows it. Raises SendError."""
        ...

    async def locate(self, ref: str) -> Download:
        """Finds where the media with this handle lies now (an expired link is refreshed). Raises SendError."""
        ...

    async def check(self) -> str:
        """Asks the provider who we are; returns a line for people ("@shop_bot"). Raises SendError."""
        ...

    async def setup(self, base_url: str) -> list[Finding]:
        """Registers our webhooks (paths under `base_url`) where the provider lets programs do that; what was done."""
        ...

    async def status(self, base_url: str) -> list[Finding]:
        """Checks whether the provider would reach us: token, webhook, subscription, quality, what waits.

        A failed call is a finding, too.
        """
        ...

    async def missed(self, since: datetime) -> list[InboundEvent]:
        """Lists what came in since then, where the provider keeps a list; the inbox knows the repeats.

        Raises SendError.
        """
        ...

    async def templates(self) -> list[TemplateState]:
        """Lists our templates at the provider; none where it has none. Raises SendError."""
        ...

    async def profile(self, value: str) -> Profile:
        """Asks who the customer at the address with this value is, where no message says it (`asks_name` of the
        limits). Raises SendError."""
        ...


@runtime_checkable
class Reviser(Protocol):
    """Changes and takes back what was sent: a channel whose provider lets us do that is one (`revise_hours`)."""

    def revise(self, message: OutboundMessage, sent: Sequence[SentPart]) -> Rendered | None:
        """Renders the calls that put `message` in the place of what was sent, or take that back where it has no words.

        None where that cannot be done. Pure.
        """
        ...


class Kit(msgspec.Struct, frozen=True):
    """What a channel's folder builds from its settings: accounts that speak, endpoints that listen."""

    accounts: tuple[Channel, ...]
    endpoints: tuple[Endpoint, ...]
