"""Sends for one page: renders, calls the Send API, reads its answer."""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from adapters.channels.messenger.inbound import media
from adapters.channels.messenger.inbound.envelope import CHANNEL
from adapters.channels.messenger.outbound.render import ACTION, MEDIA, MESSAGE, QUOTE, render
from adapters.channels.messenger.upkeep import connection, history, profiles
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

# What stands beside `message` in a Send API body.
_AROUND = ("messaging_type", "tag", QUOTE)

_Call = Callable[[dict[str, Any], Address, str], Awaitable[str]]

LANGUAGES = {"en": "en_US", "zh": "zh_CN"}


class MessengerAccount:
    """Implements `core.ports.channel.Channel` for a page. `errors` is public, as on every channel."""

    channel = CHANNEL

    def __init__(
        self, page_id: str, capabilities: Capabilities, errors: ErrorTable, graph: Graph, files: Files
    ) -> None:
        self.account = page_id
        self.capabilities = capabilities
        self.errors = errors
        self._graph = graph
        self._files = files
        self._calls: dict[str, _Call] = {MESSAGE: self._message, MEDIA: self._media, ACTION: self._action}

    def render(self, message: OutboundMessage) -> Rendered:
        """Renders `message` as calls."""
        return render(message, self.capabilities)

    async def send(self, part: Part, to: Address, correlation: str) -> Sent:
        """Calls POST /{page_id}/messages; `correlation` comes back as the echo's `metadata`. Raises SendError.

        A file is uploaded first: until it is there, nothing has reached the customer.
        """
        call = self._calls[part.call]
        return Sent(await without_refused_quote(lambda payload: call(payload, to, correlation), part.payload, QUOTE))

    async def locate(self, ref: str) -> Download:
        """Finds the link as Meta signs it now, else the one that came with the message. Raises nothing."""
        return await media.locate(self._graph, ref, self.capabilities.inbound_media_max)

    async def check(self) -> str:
        """Asks GET /me for the page's name. Raises SendError."""
        answer = await self._graph.get("me?fields=id,name")
        return f"{answer.get('name', '')} ({answer.get('id', self.account)})".strip()

    async def setup(self, base_url: str) -> list[Finding]:
        """Subscribes the page to this app and registers its Get Started button."""
        return await connection.setup(self._graph, self.account, base_url)

    async def status(self, base_url: str) -> list[Finding]:
        """Checks token, page, subscription, Get Started button."""
        return await connection.status(self._graph, self.account, base_url)

    async def missed(self, since: datetime) -> list[InboundEvent]:
        """Lists what customers wrote since then (Conversations API), oldest first. Raises SendError."""
        return await history.missed(self._graph, self.account, since)

    async def templates(self) -> list[TemplateState]:
        """Lists the page's utility templates. Raises SendError."""
        return await connection.templates(self._graph, self.account)

    async def profile(self, value: str) -> Profile:
        """Asks for the customer's name (User Profile API). Raises SendError."""
        return await profiles.profile(self._graph, value)

    @property
    def template_languages(self) -> Mapping[str, str]:
        """Returns what our languages are called at Meta."""
        return LANGUAGES

    @property
    def template_buttons(self) -> bool:
        """Tells whether a wording may have buttons to answer by."""
        return False

    async def wordings(self) -> list[Wording]:
        """Lists the page's utility templates, with their words. Raises SendError."""
        return await submitting.wordings(self._graph, self.account)

    async def submit(self, draft: Draft) -> Wording:
        """Submits one for approval. Raises SendError."""
        return await submitting.submit(self._graph, self.account, msgspec.structs.replace(draft, valid_for=0))

    async def offered(self, name: str, language: str) -> Offer | None:
        """Asks Meta's library. Raises SendError."""
        return await library.offered(self._graph, name, language)

    async def adopt(self, offer: Offer, name: str, url: str) -> TemplateState:
        """Makes a template of the library one of the page. Raises SendError."""
        return await library.adopt(self._graph, self.account, offer, name, url)

    async def _message(self, payload: dict[str, Any], to: Address, correlation: str) -> str:
        message = {**payload["message"], "metadata": correlation}
        body = {"recipient": {"id": to.value}, **payload, "message": message}
        answer = await self._graph.post(f"{self.account}/messages", body)
        return provider_id(answer.get("message_id"))

    async def _media(self, payload: dict[str, Any], to: Address, correlation: str) -> str:
        content = await self._files.read(payload["media"])
        attachment = {"type": payload["type"], "payload": {"is_reusable": True}}
        uploading = self._graph.upload(
            f"{self.account}/message_attachments",
            {"message": json.dumps({"attachment": attachment})},
            payload["filename"],
            payload["mime"],
            content,
            part="filedata",
        )
        answer = await of_a_file(uploading)
        kept = answer.get("attachment_id")
        if not kept:
            raise SendError(Outcome.RETRY, "no_attachment_id", "uploaded, but the answer names no attachment")
        attachment = {"type": payload["type"], "payload": {"attachment_id": str(kept)}}
        rest = {key: value for key, value in payload.items() if key in _AROUND}
        return await self._message({**rest, "message": {"attachment": attachment}}, to, correlation)

    async def _action(self, payload: dict[str, Any], to: Address, _: str) -> str:
        """Sends typing or the read mark, which have no id and no echo."""
        await self._graph.post(f"{self.account}/messages", {"recipient": {"id": to.value}, **payload})
        return ""
