"""Sends for one Twilio number: creates messages, reads their failures, and looks after its own connection."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import phonenumbers

from adapters.channels.twilio.inbound.media import download_of
from adapters.channels.twilio.outbound.errors import ERRORS, TwilioException, refusal
from adapters.channels.twilio.outbound.render import MESSAGES, TYPING, render
from adapters.channels.twilio.senders import SMS, account_name, sender_of, service_of, to_twilio
from adapters.channels.twilio.settings import AccountSettings
from adapters.channels.twilio.upkeep import connection, history, prices, submitting, templates
from adapters.channels.twilio.upkeep.rest import Rest, account_url
from adapters.transport.http import Http
from core.content.capabilities import Capabilities, load_capabilities
from core.errors import Outcome, SendError
from core.messages.inbound import InboundEvent
from core.messages.outbound import OutboundMessage
from core.messages.pieces import Profile
from core.people.addresses import Address
from core.ports.calls import Download, Part, Rendered, Sent
from core.ports.channel import Finding
from core.ports.templates import Draft, TemplateState, Wording

_HERE = Path(__file__).parents[1]
LIMITS = {channel: load_capabilities(_HERE / f"limits_{channel}.yaml") for channel in ("sms", "whatsapp")}
LONGEST_VALIDITY = 36_000  # seconds that a message may wait at Twilio ("Messages resource", ValidityPeriod)
ARGUMENTS = {
    "Body": "body",
    "MediaUrl": "media_url",
    "ContentSid": "content_sid",
    "ContentVariables": "content_variables",
}

LANGUAGES = {"en": "en", "zh": "zh_CN"}


class TwilioAccount:
    """Implements `core.ports.channel.Channel` for one sender. `errors` is public: receipts bring codes too."""

    errors = ERRORS

    def __init__(self, settings: AccountSettings, channel: str, api_url: str, status_url: str, http: Http) -> None:
        self.channel = channel
        self.account = account_name(settings, channel)
        self.capabilities = _capabilities(settings, channel)
        service, sender = service_of(settings, channel), sender_of(settings, channel)
        self._by = {"messaging_service_sid": service} if service else {"from_": sender}
        self._settings = settings
        self._api_url = api_url.rstrip("/")
        self._status_url = status_url
        self._http = http
        self._calls: dict[str, Callable[[Part, Address, str], Coroutine[Any, Any, Sent]]] = {
            MESSAGES: self._create,
            TYPING: self._type,
        }

    @cached_property
    def client(self) -> Any:
        """Makes the library's client, on our session."""
        from adapters.channels.twilio.outbound.client import client_of  # noqa: PLC0415 - 200 ms and 20 MB, for who sends

        return client_of(self._settings, self._api_url, self._http)

    def render(self, message: OutboundMessage) -> Rendered:
        """Renders `message` as Messages calls."""
        return render(message, self.capabilities)

    async def send(self, part: Part, to: Address, correlation: str) -> Sent:
        """Makes one call; `correlation` returns as `d` in the status callback's query. Raises SendError."""
        return await self._calls[part.call](part, to, correlation)

    async def _create(self, part: Part, to: Address, correlation: str) -> Sent:
        """Calls POST …/Messages.json."""
        payload = self._without_mms(part.payload, to) if self.channel == SMS else part.payload
        given: dict[str, Any] = {ARGUMENTS[name]: value for name, value in payload.items() if name in ARGUMENTS}
        if self.channel == SMS:
            given["smart_encoded"] = True  # after our own: Twilio's table may know one more look-alike
        if part.valid_for:
            given["validity_period"] = min(part.valid_for, LONGEST_VALIDITY)
        callback = f"{self._status_url}?{urlencode({'d': correlation})}"
        created = self.client.messages.create_async(to=to_twilio(to), status_callback=callback, **self._by, **given)
        message = await _guarded(created)
        if not message.sid:
            raise SendError(Outcome.AMBIGUOUS, "unreadable_answer", "no message id")
        return Sent(message.sid)

    async def _type(self, part: Part, _to: Address, _correlation: str) -> Sent:
        """Calls POST messaging/v2/Indicators/Typing.json: "typing…" for 25 s or until the answer. It marks as read."""
        typing = self.client.messaging.v2.typing_indicator
        await _guarded(typing.create_async(channel=self.channel, message_id=part.payload["messageId"]))
        return Sent("")

    def _without_mms(self, payload: dict[str, Any], to: Address) -> dict[str, Any]:
        """Puts the file's link into words where the customer gets no MMS."""
        rest = {name: value for name, value in payload.items() if name != "Otherwise"}
        if "MediaUrl" not in payload or _country(to.value) in self._settings.mms_countries:
            return rest
        return {"Body": payload["Otherwise"]}

    async def locate(self, ref: str) -> Download:
        """Returns the MediaUrl with the account's credentials. Raises SendError."""
        return download_of(ref, self._settings, self._api_url, self.capabilities.inbound_media_max)

    async def check(self) -> str:
        """Asks GET …/Accounts/{sid}.json for the account's name and state. Raises SendError."""
        account = await Rest(self.client).get(account_url(self._settings.account_sid) + ".json")
        return f"{account.get('friendly_name')} ({account.get('status')}), {', '.join(self._by.values())}"

    async def setup(self, base_url: str) -> list[Finding]:
        """Tells Twilio our webhook for this number."""
        return await connection.setup(Rest(self.client), self._settings, self.channel, base_url)

    async def status(self, base_url: str) -> list[Finding]:
        """Checks account, number, webhook, the newest alerts. A failed call is a finding."""
        return await connection.status(Rest(self.client), self._settings, self.channel, base_url)

    async def missed(self, since: datetime) -> list[InboundEvent]:
        """Lists inbound messages from Twilio's list, oldest first, as their webhooks had them; then what ours
        cost, which no webhook says. Raises SendError."""
        asked = (Rest(self.client), self._settings, self.channel, since)
        return [*await history.missed(*asked), *await prices.charged(*asked)]

    async def templates(self) -> list[TemplateState]:
        """Lists the Content templates with WhatsApp's approval; none on SMS. Raises SendError."""
        return await templates.listed(Rest(self.client)) if self.capabilities.templates else []

    @property
    def template_languages(self) -> Mapping[str, str]:
        """Returns what our languages are called at WhatsApp."""
        return LANGUAGES

    @property
    def template_buttons(self) -> bool:
        """Tells whether a wording may have buttons to answer by."""
        return True

    async def wordings(self) -> list[Wording]:
        """Lists the Content templates, with their words. Raises SendError."""
        return await submitting.wordings(Rest(self.client))

    async def submit(self, draft: Draft) -> Wording:
        """Submits one for approval. Raises SendError."""
        return await submitting.submit(Rest(self.client), draft)

    async def profile(self, value: str) -> Profile:  # noqa: ARG002 - WhatsApp's webhooks name the sender, SMS nobody
        """Knows no more than the messages say."""
        return Profile()


def _capabilities(settings: AccountSettings, channel: str) -> Capabilities:
    """Returns the limits, without media where our own number's country has no MMS."""
    limits = LIMITS[channel]
    if channel != SMS or _country(settings.sms_from) in (settings.mms_countries | {""}):
        return limits
    return msgspec.structs.replace(limits, media={}, caption_max=0)


def _country(number: str) -> str:
    """Finds the country of an E.164 number ("US"); "" for a short code."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or "unknown"
    except phonenumbers.NumberParseException:
        return ""


async def _guarded(call: Awaitable[Any]) -> Any:
    """Returns the call's result. Raises SendError."""
    try:
        return await call
    except (TwilioException, AttributeError, KeyError, TypeError, ValueError) as error:
        raise refusal(error) from None
