"""Sends for one WhatsApp number: renders, uploads, calls the Graph API, reads its answer."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from adapters.channels.whatsapp.inbound.identity import CHANNEL, addresses
from adapters.channels.whatsapp.outbound.render import FILE, MARK, MESSAGE, QUOTE, render
from adapters.channels.whatsapp.settings import AccountSettings
from adapters.channels.whatsapp.upkeep.connection import Connection
from adapters.meta import library, submitting
from adapters.meta.graph import Graph, of_a_file, provider_id
from adapters.meta.quotes import without_refused_quote
from core.content.capabilities import Capabilities, ErrorTable
from core.errors import Outcome, SendError
from core.messages.inbound import InboundEvent
from core.messages.outbound import OutboundMessage
from core.messages.pieces import Profile
from core.people.addresses import Address
from core.ports.calls import Download, Part, Rendered, Sent
from core.ports.channel import Finding
from core.ports.files import Files
from core.ports.templates import Draft, Offer, TemplateState, Wording

GONE = "media_gone"
_NO_OBJECT = "100/33"  # of media: expired (7 days after it came in), or never was

LANGUAGES = {"en": "en", "zh": "zh_CN"}


class WhatsAppAccount:
    """Implements `core.ports.channel.Channel` for a number. `errors` is public: receipts bring codes too."""

    channel = CHANNEL

    def __init__(
        self, settings: AccountSettings, capabilities: Capabilities, errors: ErrorTable, graph: Graph, files: Files
    ) -> None:
        self.account = settings.phone_number_id
        self.capabilities = capabilities
        self.errors = errors
        self._graph = graph
        self._files = files
        self._connection = Connection(settings, graph)
        self._calls: dict[str, Callable[[dict[str, Any], Address, str], Awaitable[Sent]]] = {
            MESSAGE: self._message,
            FILE: self._file,
            MARK: self._mark,
        }

    def render(self, message: OutboundMessage) -> Rendered:
        """Renders `message` as calls."""
        return render(message, self.capabilities)

    async def send(self, part: Part, to: Address, correlation: str) -> Sent:
        """Posts to /{phone_number_id}/messages; `correlation` returns as `biz_opaque_callback_data`. Raises SendError.

        A template that Meta holds back to watch its quality (`message_status` held_for_quality_assessment, paused) is
        sent as far as we can tell: its receipts say what becomes of it.
        """
        call = self._calls[part.call]
        return await without_refused_quote(lambda payload: call(payload, to, correlation), part.payload, QUOTE)

    async def locate(self, ref: str) -> Download:
        """Asks GET /{media_id} for a link of five minutes, behind our token. Raises SendError."""
        try:
            answer = await self._graph.get(f"{quote(ref, safe='')}?phone_number_id={self.account}")
        except SendError as error:
            if error.code != _NO_OBJECT:
                raise
            raise SendError(Outcome.CONTENT_REJECTED, GONE, error.detail) from None
        url, mime = answer.get("url"), answer.get("mime_type")
        if not isinstance(url, str) or not url:
            raise SendError(Outcome.CONTENT_REJECTED, "no_url", "the answer names no link")
        headers, limit = self._graph.authorization, self.capabilities.inbound_media_max
        return Download(url, headers, limit, mime if isinstance(mime, str) else "")

    async def check(self) -> str:
        """Asks GET /{phone_number_id} for the number and its name. Raises SendError."""
        answer = await self._graph.get(f"{self.account}?fields=display_phone_number,verified_name")
        return f"{answer.get('display_phone_number', self.account)} {answer.get('verified_name', '')}".strip()

    async def setup(self, base_url: str) -> list[Finding]:
        """Subscribes the app to the business account's webhooks, here; tells what was done."""
        return await self._connection.setup(base_url)

    async def status(self, base_url: str) -> list[Finding]:
        """Checks token, number, quality, limits and webhook, as Meta has them."""
        return await self._connection.status(base_url)

    async def missed(self, since: datetime) -> list[InboundEvent]:  # noqa: ARG002 - Meta keeps no list
        """Lists nothing: Meta has no list of messages; it repeats an unanswered webhook for seven days."""
        return []

    async def templates(self) -> list[TemplateState]:
        """Lists the templates of the business account. Raises SendError."""
        return await self._connection.templates()

    async def profile(self, value: str) -> Profile:  # noqa: ARG002 - every webhook names the sender
        """Knows no more than the messages say."""
        return Profile()

    async def block(self, who: Address, *, blocked: bool) -> None:
        """Has Meta keep what somebody writes from us, or lets it through (docs: Block API). It takes only those who
        wrote in the last 24 hours; what is so already is so. Raises SendError."""
        body = {"messaging_product": "whatsapp", "block_users": [{"user": who.value.lstrip("+")}]}
        call = self._graph.post if blocked else self._graph.delete
        await call(f"{self.account}/block_users", body)

    @property
    def template_languages(self) -> Mapping[str, str]:
        """Returns what our languages are called at Meta."""
        return LANGUAGES

    @property
    def template_buttons(self) -> bool:
        """Tells whether a wording may have buttons to answer by."""
        return True

    async def wordings(self) -> list[Wording]:
        """Lists the templates of the business account, with their words. Raises SendError."""
        return await submitting.wordings(self._graph, await self._connection.business_id())

    async def submit(self, draft: Draft) -> Wording:
        """Submits one for approval. Raises SendError."""
        return await submitting.submit(self._graph, await self._connection.business_id(), draft)

    async def offered(self, name: str, language: str) -> Offer | None:
        """Asks Meta's library. Raises SendError."""
        return await library.offered(self._graph, name, language)

    async def adopt(self, offer: Offer, name: str, url: str) -> TemplateState:
        """Makes a template of the library one of the business account. Raises SendError."""
        return await library.adopt(self._graph, await self._connection.business_id(), offer, name, url)

    async def _message(self, payload: dict[str, Any], to: Address, correlation: str) -> Sent:
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **_recipient(to),
            "biz_opaque_callback_data": correlation,
            **payload,
        }
        answer = await self._graph.post(f"{self.account}/messages", body)
        contact = _first(answer, "contacts")
        # Other spellings (Brazil's ninth digit, Mexico's 521, Argentina's 549) and an id are the same customer's.
        known = addresses(self.account, (contact.get("wa_id"), contact.get("user_id")))
        aliases = tuple(each for each in known if each.value != to.value)
        return Sent(provider_id(_first(answer, "messages").get("id")), aliases)

    async def _file(self, payload: dict[str, Any], to: Address, correlation: str) -> Sent:
        message = {key: value for key, value in payload.items() if key != "file"}
        return await self._message(_with_file(message, await self._reference(payload["file"])), to, correlation)

    async def _mark(self, payload: dict[str, Any], to: Address, correlation: str) -> Sent:  # noqa: ARG002 - as its like
        await self._graph.post(f"{self.account}/messages", {"messaging_product": "whatsapp", **payload})
        return Sent("")

    async def _reference(self, file: dict[str, Any]) -> dict[str, str]:
        """Uploads the file and returns what names it at Meta: the id of an upload; a link where we no longer keep it,
        or where it is too large for an upload of its type. Repeating an upload does no harm.
        """
        link = {"link": file["link"]}
        if file.get("by_link"):
            return link
        try:
            content = await self._files.read(file["id"])
        except SendError as error:
            if error.code == GONE and file["link"].startswith("https://"):
                return link
            raise
        fields = {"messaging_product": "whatsapp", "type": file["mime"]}
        uploading = self._graph.upload(f"{self.account}/media", fields, file["filename"], file["mime"], content)
        answer = await of_a_file(uploading)
        media_id = answer.get("id")
        if not isinstance(media_id, str) or not media_id:
            raise SendError(Outcome.RETRY, "no_media_id", "uploaded, but the answer names no media")
        return {"id": media_id}


def _recipient(to: Address) -> dict[str, str]:
    """Names whom it goes to: `to` has digits, `recipient` a business-scoped id (Meta, "Business-scoped user IDs")."""
    return {"to": to.value[1:]} if to.value.startswith("+") else {"recipient": to.value}


def _with_file(message: dict[str, Any], reference: dict[str, str]) -> dict[str, Any]:
    """Returns `message` with the file in its place: the header of a template, else its own kind."""
    kind = message["type"]
    if kind != "template":
        return {**message, kind: {**reference, **message[kind]}}
    header, *others = message["template"]["components"]
    (parameter,) = header["parameters"]
    shown = parameter["type"]
    filled = {**header, "parameters": [{**parameter, shown: {**reference, **parameter[shown]}}]}
    return {**message, "template": {**message["template"], "components": [filled, *others]}}


def _first(answer: dict[str, Any], key: str) -> dict[str, Any]:
    listed = answer.get(key)
    first = listed[0] if isinstance(listed, list) and listed else None
    return first if isinstance(first, dict) else {}
