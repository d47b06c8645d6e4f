"""Defines what the product asks of a channel: adapters implement it, the sending loop and the web process use it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol, runtime_checkable
from urllib.parse import parse_qsl

import msgspec

from core.content.capabilities import Capabilities, ErrorTable
from core.messages.inbound import InboundEvent
from core.messages.outbound import OutboundMessage
from core.messages.pieces import Profile
from core.people.addresses import Address
from core.shop.outgoing import OutgoingEvent
from core.shop.shop_actions import ShopAnswer


class RawRequest(msgspec.Struct, frozen=True):
    """A webhook as it came: header names in lower case, raw body, `url` as the provider knows it (PUBLIC_URL)."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = {}

    def form(self) -> dict[str, str]:
        """Reads the body as a form. Raises UnicodeDecodeError."""
        return dict(parse_qsl(self.body.decode("utf-8"), keep_blank_values=True))


class HttpAnswer(msgspec.Struct, frozen=True):
    """What a provider gets back."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"


class Endpoint(msgspec.Struct, frozen=True):
    """One webhook path (a part in `<>` stands for any word) and the three pure functions behind it.

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
    """The provider took it.

    `aliases` are other addresses by which it knows this customer (wa_id, business-scoped id); `moved` is the address
    that replaces the one written to (a Telegram group that became a supergroup).
    """

    provider_id: str
    aliases: tuple[Address, ...] = ()
    moved: Address | None = None


class Download(msgspec.Struct, frozen=True):
    """Where a customer's media lies now. `headers` go to the host of `url` only, never along a redirect elsewhere."""

    url: str
    headers: Mapping[str, str] = {}
    max_bytes: int = 0  # 0: the downloader's own limit
    mime: str = ""
    filename: str = ""

    def __repr__(self) -> str:
        """Writes it without the address and the headers: either may hold the account's token."""
        return f"Download(mime={self.mime!r}, max_bytes={self.max_bytes})"


class Mail(msgspec.Struct, frozen=True):
    """One e-mail. `id` makes its Message-ID: sent twice after a crash, it is the same message."""

    id: str
    to: str
    subject: str
    text: str
    at: datetime
    locale: str = "en"

    def __repr__(self) -> str:
        """Writes it without whom it goes to and what it says."""
        return f"Mail(id={self.id!r})"


class Mailer(Protocol):
    """Sends e-mails. Blocking; safe from any thread."""

    def send(self, mail: Mail) -> None:
        """Hands an e-mail to the server. Raises SendError."""
        ...

    def check(self) -> str:
        """Asks the server whether it lets us in; returns a line for people. Raises SendError."""
        ...


class Finding(msgspec.Struct, frozen=True):
    """One line of a check-up, for people: `what` was looked at, what it `said`, and the `cure` when it is not `ok`.

    `todo` is what only a person can do, and nobody knows whether they did.
    """

    what: str
    ok: bool
    said: str = ""
    cure: str = ""
    todo: str = ""


OPEN_URL, QUICK_REPLY = "open_url", "quick_reply"  # buttons that a message gives something


class TemplateShape(msgspec.Struct, frozen=True):
    """What a registered template wants filled in: its values by name, or "1", "2", …

    `header`: "", text, image, document, video. `buttons`: what each may be given, OPEN_URL, QUICK_REPLY or "".
    """

    is_named: bool = False
    header: str = ""
    header_values: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()


class TemplateState(msgspec.Struct, frozen=True, omit_defaults=True):
    """A template as the provider has it; both words in lower case.

    `status`: approved, pending, rejected, paused, disabled. `category`: utility, marketing, authentication. `shape`:
    what it wants, where the provider says so.
    """

    name: str
    language: str
    category: str
    status: str
    shape: TemplateShape | None = None


class Offer(msgspec.Struct, frozen=True):
    """A template that a provider offers to everybody: its words, how many values they want, its buttons with a link."""

    name: str
    language: str
    category: str
    header: str
    text: str
    header_values: int
    values: int
    urls: tuple[str, ...] = ()


@runtime_checkable
class TemplateLibrary(Protocol):
    """Offers templates: a channel whose provider has a library is one."""

    async def offered(self, name: str, language: str) -> Offer | None:
        """Finds what the library has by this name; None when it is not there in this language. Raises SendError."""
        ...

    async def adopt(self, offer: Offer, name: str, url: str) -> TemplateState:
        """Makes it ours under `name`; `url` is where its buttons lead, {{1}} at the end. Raises SendError."""
        ...


class Files(Protocol):
    """Reads the bytes of media that we keep."""

    async def read(self, media_id: str) -> bytes:
        """Reads the content. Raises SendError: CONTENT_REJECTED ("media_gone") when it is no longer kept."""
        ...


class Blobs(Protocol):
    """Keeps contents by name, in a folder or a bucket. Blocking; safe from any thread."""

    def put(self, name: str, content: bytes, mime: str) -> None:
        """Keeps it, or replaces it. Raises SendError."""
        ...

    def get(self, name: str) -> bytes:
        """Reads the content. Raises SendError: CONTENT_REJECTED ("media_gone") when it is not there."""
        ...

    def stream(self, name: str) -> Iterator[bytes]:
        """Reads the content in pieces. Raises like `get`, at once."""
        ...

    def delete(self, name: str) -> None:
        """Removes it, if it is there. Raises SendError."""
        ...

    def check(self) -> str:
        """Checks whether it can keep something; returns a line for people. Raises SendError."""
        ...


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


class Kit(msgspec.Struct, frozen=True):
    """What a channel's folder builds from its settings: accounts that speak, endpoints that listen."""

    accounts: tuple[Channel, ...]
    endpoints: tuple[Endpoint, ...]


class ShopActions(Protocol):
    """Asks the store's system to do what a customer wants: cancel an order, make a return, …"""

    @property
    def actions(self) -> frozenset[str]:
        """Names what it can be asked for, by `core.shop.shop_actions.ShopAction`."""
        ...

    async def ask(self, request: OutgoingEvent) -> ShopAnswer:
        """Makes one call. The same request may be made again: by its `data["id"]` it is carried out once.

        Raises SendError: CONTENT_REJECTED is final, everything else may pass.
        """
        ...

    async def check(self) -> str:
        """Asks whether it would be heard; returns a line for people. Raises SendError."""
        ...


class Listener(Protocol):
    """Hears what happened here."""

    async def tell(self, fact: OutgoingEvent) -> None:
        """Tells one fact. Raises SendError: CONTENT_REJECTED ("gone") is final, everything else may pass."""
        ...
