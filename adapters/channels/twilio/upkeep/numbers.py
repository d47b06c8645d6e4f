"""Reads where Twilio sends our number's messages, and points them to us."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from adapters.channels.twilio.senders import SMS, WHATSAPP, sender_of, service_of
from adapters.channels.twilio.settings import AccountSettings
from adapters.channels.twilio.upkeep.rest import MESSAGING, Json, Rest, account_url
from core.errors import SendError

SERVICE = "service"
_NO_SERVICE = ("20404", "http_404")
_SHOWN = 5


class Number(NamedTuple):
    """Describes our number, or our messaging service.

    `url`: where its messages go, by `method`; `elsewhere`: what takes them before that.
    """

    at: str  # its place in the API
    name: str
    url: str
    method: str
    able: bool
    told: str = ""
    elsewhere: str = ""

    def comes_to(self, webhook: str) -> bool:
        """Tells whether its messages reach `webhook`."""
        return (self.url, self.method, self.elsewhere) == (webhook, "POST", "")


async def find(rest: Rest, settings: AccountSettings, channel: str) -> Number | None:
    """Finds our number, or None when the account has none such. Raises SendError."""
    return await _FIND[_kind(settings, channel)](rest, settings)


async def point(
    rest: Rest, settings: AccountSettings, channel: str, number: Number, webhook: str, status_url: str
) -> None:
    """Sends its messages to `webhook` from now on. Raises SendError."""
    await _POINT[_kind(settings, channel)](rest, number, webhook, status_url)


def _kind(settings: AccountSettings, channel: str) -> str:
    return SERVICE if service_of(settings, channel) else channel


async def _phone_number(rest: Rest, settings: AccountSettings) -> Number | None:
    numbers = f"{account_url(settings.account_sid)}/IncomingPhoneNumbers"
    listed = await rest.listed(f"{numbers}.json", "incoming_phone_numbers", {"PhoneNumber": settings.sms_from})
    found = next((each for each in listed if each.get("phone_number") == settings.sms_from), None)
    if found is None:
        return None
    able, application = _dict(found.get("capabilities")), found.get("sms_application_sid")
    return Number(
        at=f"{numbers}/{found.get('sid')}.json",
        name=settings.sms_from,
        url=str(found.get("sms_url") or ""),
        method=str(found.get("sms_method") or ""),
        able=able.get("sms") is True,
        told=", ".join(name.upper() for name in ("sms", "mms") if able.get(name) is True),
        elsewhere=f"application {application}" if application else "",
    )


async def _service(rest: Rest, settings: AccountSettings) -> Number | None:
    """Reads GET messaging/v1/Services/{sid} and its numbers; None where the account has no such service."""
    at = f"{MESSAGING}/v1/Services/{settings.messaging_service_sid}"
    try:
        found = await rest.get(at)
    except SendError as error:
        if error.code in _NO_SERVICE:
            return None
        raise
    listed = await rest.listed(f"{at}/PhoneNumbers", "phone_numbers")
    numbers = [str(each.get("phone_number")) for each in listed]
    own = found.get("use_inbound_webhook_on_number") is True
    return Number(
        at=at,
        name=f"{found.get('friendly_name')} ({settings.messaging_service_sid})",
        url=str(found.get("inbound_request_url") or ""),
        method=str(found.get("inbound_method") or ""),
        able=bool(numbers),
        told=", ".join(numbers[:_SHOWN]) + (f" and {len(numbers) - _SHOWN} more" if len(numbers) > _SHOWN else ""),
        elsewhere="the address of each number" if own else "",
    )


async def _whatsapp_sender(rest: Rest, settings: AccountSettings) -> Number | None:
    sender = sender_of(settings, WHATSAPP)
    listed = await rest.listed(f"{MESSAGING}/v2/Channels/Senders", "senders", {"Channel": WHATSAPP})
    found = next((each for each in listed if each.get("sender_id") == sender), None)
    if found is None:
        return None
    webhook, properties, state = _dict(found.get("webhook")), _dict(found.get("properties")), str(found.get("status"))
    told = (state, properties.get("quality_rating"), properties.get("messaging_limit"))
    return Number(
        at=f"{MESSAGING}/v2/Channels/Senders/{found.get('sid')}",
        name=sender,
        url=str(webhook.get("callback_url") or ""),
        method=str(webhook.get("callback_method") or ""),
        able=state.upper().startswith("ONLINE"),  # also "ONLINE:UPDATING"
        told=", ".join(str(each) for each in told if each),
    )


async def _point_number(rest: Rest, number: Number, webhook: str, _status_url: str) -> None:
    """Points a number's messages. Statuses need no URL: each message names its own (StatusCallback is for calls)."""
    await rest.post(number.at, {"SmsUrl": webhook, "SmsMethod": "POST", "SmsApplicationSid": ""})


async def _point_service(rest: Rest, number: Number, webhook: str, _status_url: str) -> None:
    hooks = {"InboundRequestUrl": webhook, "InboundMethod": "POST", "UseInboundWebhookOnNumber": "false"}
    await rest.post(number.at, hooks)


async def _point_sender(rest: Rest, number: Number, webhook: str, status_url: str) -> None:
    hooks = {"callback_url": webhook, "callback_method": "POST"}
    told = {"status_callback_url": status_url, "status_callback_method": "POST"}
    await rest.post_json(number.at, {"webhook": {**hooks, **told}})


_FIND: dict[str, Callable[[Rest, AccountSettings], Awaitable[Number | None]]] = {
    SMS: _phone_number,
    SERVICE: _service,
    WHATSAPP: _whatsapp_sender,
}
_POINT: dict[str, Callable[[Rest, Number, str, str], Awaitable[None]]] = {
    SMS: _point_number,
    SERVICE: _point_service,
    WHATSAPP: _point_sender,
}


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
