"""Sends for one bot, fetches files and looks after its own connection, as `core.ports.channel.Channel`."""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated

from adapters.channels.telegram.inbound import polling
from adapters.channels.telegram.inbound.media import locate
from adapters.channels.telegram.outbound.calls import CALLS, Call
from adapters.channels.telegram.outbound.errors import ERRORS, guarded
from adapters.channels.telegram.outbound.render import render
from adapters.channels.telegram.outbound.request import AiohttpRequest
from adapters.channels.telegram.outbound.revise import revise
from adapters.channels.telegram.settings import AccountSettings
from adapters.channels.telegram.upkeep import connection
from adapters.transport.http import Http
from core.content.capabilities import load_capabilities
from core.messages.inbound import InboundEvent
from core.messages.outbound import OutboundMessage
from core.messages.pieces import Profile
from core.people.addresses import Address
from core.ports.calls import Download, Part, Rendered, Sent, SentPart
from core.ports.channel import Finding
from core.ports.files import Files
from core.ports.templates import TemplateState

# The library writes each call with its text and chat id at level debug.
logging.getLogger("telegram").setLevel(logging.WARNING)

LIMITS = load_capabilities(Path(__file__).parents[1] / "limits.yaml")
UNCHANGED = "message is not modified"  # what was asked for is there already
TOPIC, NO_TOPIC = "message_thread_id", ("message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid")


class TelegramAccount:
    """Implements `core.ports.channel.Channel` for a bot.

    `account` is its id; `path` is where its webhook listens, below the address that the world sees.
    """

    channel = "telegram"
    errors = ERRORS

    def __init__(self, settings: AccountSettings, api_url: str, http: Http, files: Files, path: str) -> None:
        self.account = settings.bot_id
        self.capabilities = LIMITS
        self._settings = settings
        self._api_url = api_url
        self._http = http
        self._files = files
        self._path = path

    @cached_property
    def bot(self) -> Bot:
        """Makes the library's bot, on our session."""
        request = AiohttpRequest(self._http)
        return Bot(
            self._settings.token,
            base_url=f"{self._api_url}/bot",
            base_file_url=f"{self._api_url}/file/bot",
            request=request,
            get_updates_request=request,
        )

    @property
    def polls(self) -> bool:
        """Tells whether its updates are polled, because there is no secret to prove a webhook by."""
        return not self._settings.webhook_secrets

    def render(self, message: OutboundMessage) -> Rendered:
        """Renders `message` as calls of the Bot API."""
        return render(message, self.capabilities)

    def revise(self, message: OutboundMessage, sent: Sequence[SentPart]) -> Rendered | None:
        """Renders calls that change what was sent, or take it back (core.ports.channel.Reviser)."""
        return revise(message, sent, self.capabilities)

    async def send(self, part: Part, to: Address, correlation: str) -> Sent:  # noqa: ARG002 - Telegram gives none back
        """Makes one call. A group that became a supergroup is called again by its new id, then the address."""
        contents = [await self._files.read(each["id"]) for each in part.payload.get("media", ())]
        return await guarded(self._send_or_follow(CALLS[part.call], part.payload, contents, to))

    async def locate(self, ref: str) -> Download:
        """Asks getFile for a link, which holds the bot's token and lives for an hour. Raises SendError."""
        return await locate(self.bot, ref, self.capabilities.inbound_media_max)

    async def check(self) -> str:
        """Asks getMe: "@shop_bot"."""
        me = await guarded(self.bot.get_me())
        return f"@{me.username}"

    async def setup(self, base_url: str) -> list[Finding]:
        """Registers the webhook, or ends it for a bot that is polled; names the commands. Raises SendError."""
        return await connection.setup(self.bot, base_url + self._path, self._settings.webhook_secrets)

    async def status(self, base_url: str) -> list[Finding]:
        """Checks token, webhook, what waits and the last failed delivery."""
        return await connection.status(self.bot, base_url + self._path, self._settings.webhook_secrets)

    async def missed(self, since: datetime) -> list[InboundEvent]:  # noqa: ARG002 - there is no list to ask
        """Lists nothing: Telegram itself keeps what it could not deliver, for 24 hours (Bot API, "Getting updates")."""
        return []

    async def templates(self) -> list[TemplateState]:
        """Lists none: Telegram has no templates."""
        return []

    async def profile(self, value: str) -> Profile:  # noqa: ARG002 - every update names the sender
        """Knows no more than the messages say."""
        return Profile()

    async def poll(self, offset: int, hold: int = polling.HOLD) -> list[dict[str, Any]]:
        """Polls updates (polling.poll)."""
        return await polling.poll(self._settings, self._api_url, self._http, offset, hold)

    async def _send_or_follow(self, call: Call, payload: dict[str, Any], contents: list[bytes], to: Address) -> Sent:
        try:
            return Sent(await call(self.bot, to.value, payload, contents))
        except ChatMigrated as moved:
            new = msgspec.structs.replace(to, value=str(moved.new_chat_id))
        except BadRequest as refused:
            said = refused.message.casefold()
            if UNCHANGED in said:
                return Sent("")
            if TOPIC not in payload or not any(words in said for words in NO_TOPIC):
                raise
            # The customer deleted or closed the topic since: what we say must still reach them.
            return await self._send_or_follow(call, {k: v for k, v in payload.items() if k != TOPIC}, contents, to)
        return Sent(await call(self.bot, new.value, payload, contents), moved=new)
