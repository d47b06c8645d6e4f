"""One bot that speaks: makes the Bot API's calls and says what their failures mean."""

import logging
from collections.abc import Awaitable, Callable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from telegram import Bot
from telegram.error import ChatMigrated, TelegramError

from adapters.channels.telegram.errors import ERRORS, refusal
from adapters.channels.telegram.render import render
from adapters.channels.telegram.request import AiohttpRequest
from adapters.channels.telegram.settings import AccountSettings
from adapters.http import Http
from core.addresses import Address
from core.capabilities import load_capabilities
from core.messages import OutboundMessage
from core.ports import Part, Rendered, Sent

# The library writes each call with its text and chat id at level debug.
logging.getLogger("telegram").setLevel(logging.WARNING)

LIMITS = load_capabilities(Path(__file__).parent / "limits.yaml")
T = TypeVar("T")
Call = Callable[[dict[str, Any], str], Awaitable[str]]


class TelegramAccount:
    """A bot, as core.ports.Channel."""

    channel = "telegram"
    errors = ERRORS

    def __init__(self, settings: AccountSettings, api_url: str, http: Http) -> None:
        self.account = settings.name
        self.capabilities = LIMITS
        self._settings = settings
        self._api_url = api_url
        self._http = http
        self._calls: dict[str, Call] = {
            "sendMessage": self._send_message,
            "answerCallbackQuery": self._answer_callback,
        }

    @cached_property
    def bot(self) -> Bot:
        """The library's bot, on our session."""
        request = AiohttpRequest(self._http)
        return Bot(
            self._settings.token,
            base_url=f"{self._api_url}/bot",
            base_file_url=f"{self._api_url}/file/bot",
            request=request,
            get_updates_request=request,
        )

    def render(self, message: OutboundMessage) -> Rendered:
        """The Bot API's calls for `message`."""
        return render(message, self.capabilities)

    async def send(self, part: Part, to: Address, correlation: str) -> Sent:  # noqa: ARG002 - Telegram gives none back
        """One call. A group that became a supergroup is written again under its new id, which is then the address."""
        call = self._calls[part.call]
        return await guarded(self._send_or_follow(call, part.payload, to))

    async def check(self) -> str:
        """Asks getMe: "@shop_bot"."""
        me = await guarded(self.bot.get_me())
        return f"@{me.username}"

    async def _send_or_follow(self, call: Call, payload: dict[str, Any], to: Address) -> Sent:
        try:
            return Sent(await call(payload, to.value))
        except ChatMigrated as moved:
            new = msgspec.structs.replace(to, value=str(moved.new_chat_id))
        return Sent(await call(payload, new.value), new)

    async def _send_message(self, payload: dict[str, Any], chat_id: str) -> str:
        rest = {key: value for key, value in payload.items() if key != "text"}
        message = await self.bot.send_message(chat_id, payload["text"], api_kwargs=rest)
        return str(message.message_id)

    async def _answer_callback(self, payload: dict[str, Any], _: str) -> str:
        await self.bot.answer_callback_query(payload["callback_query_id"])
        return str(payload["callback_query_id"])


async def guarded(call: Awaitable[T]) -> T:
    """The call's result. Raises SendError, without its cause: the library's words may hold the URL and its token."""
    try:
        return await call
    except (TelegramError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise refusal(error) from None
