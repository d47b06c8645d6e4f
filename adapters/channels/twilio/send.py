"""One Twilio number that speaks: creates messages and says what their failures mean."""

from collections.abc import Awaitable
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from adapters.channels.twilio.errors import ERRORS, TwilioException, refusal
from adapters.channels.twilio.render import render
from adapters.channels.twilio.senders import account_name, sender_of, to_twilio
from adapters.channels.twilio.settings import AccountSettings
from adapters.http import Http
from core.addresses import Address
from core.capabilities import load_capabilities
from core.errors import Outcome, SendError
from core.messages import OutboundMessage
from core.ports import Part, Rendered, Sent

_HERE = Path(__file__).parent
LIMITS = {channel: load_capabilities(_HERE / f"limits_{channel}.yaml") for channel in ("sms", "whatsapp")}
ARGUMENTS = {"Body": "body", "ContentSid": "content_sid", "ContentVariables": "content_variables"}


class TwilioAccount:
    """One sender, as core.ports.Channel. `errors` is public: codes also come back later, in receipts."""

    errors = ERRORS

    def __init__(self, settings: AccountSettings, channel: str, api_url: str, status_url: str, http: Http) -> None:
        self.channel = channel
        self.account = account_name(settings, channel)
        self.capabilities = LIMITS[channel]
        self._from = sender_of(settings, channel)
        self._settings = settings
        self._api_url = api_url
        self._status_url = status_url
        self._http = http

    @cached_property
    def client(self) -> Any:
        """The library's client, on our session."""
        # Here, not above: 200 ms and 20 MB that only a process which sends should pay.
        from adapters.channels.twilio.client import client_of  # noqa: PLC0415

        return client_of(self._settings, self._api_url, self._http)

    def render(self, message: OutboundMessage) -> Rendered:
        """The Messages calls for `message`."""
        return render(message, self.capabilities)

    async def send(self, part: Part, to: Address, correlation: str) -> Sent:
        """POST …/Messages.json; `correlation` returns as `d` in the status callback's query. Raises SendError."""
        given = {ARGUMENTS[name]: value for name, value in part.payload.items()}
        callback = f"{self._status_url}?{urlencode({'d': correlation})}"
        created = self.client.messages.create_async(
            to=to_twilio(to), from_=self._from, status_callback=callback, **given
        )
        message = await _guarded(created)
        if not message.sid:
            raise SendError(Outcome.AMBIGUOUS, "unreadable_answer", "no message id")
        return Sent(message.sid)

    async def check(self) -> str:
        """GET …/Accounts/{sid}.json: the account's name and state. Raises SendError."""
        account = await _guarded(self.client.api.v2010.accounts(self._settings.account_sid).fetch_async())
        return f"{account.friendly_name} ({account.status}), {self._from}"


async def _guarded(call: Awaitable[Any]) -> Any:
    """The call's result. Raises SendError."""
    try:
        return await call
    except (TwilioException, AttributeError, KeyError, TypeError, ValueError) as error:
        raise refusal(error) from None
