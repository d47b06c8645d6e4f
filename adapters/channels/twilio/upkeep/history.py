"""Fetches what customers wrote while our webhook could not be reached, from Twilio's own list of messages."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from adapters.channels.twilio.inbound.content import MEDIA_MAX
from adapters.channels.twilio.inbound.form import Form
from adapters.channels.twilio.inbound.parse import message_of
from adapters.channels.twilio.senders import addresses_of, sender_of, service_of
from adapters.channels.twilio.settings import AccountSettings
from adapters.channels.twilio.upkeep.rest import API, Json, Rest, account_url
from core.messages.inbound import InboundEvent


async def missed(rest: Rest, settings: AccountSettings, channel: str, since: datetime) -> list[InboundEvent]:
    """Lists inbound messages to our number or messaging service since then, oldest first, with their webhooks' ids.

    The list does not keep buttons' payloads, places, names or quotations: a press is the button's words. Twilio does
    not repeat a webhook that was not answered, unless its URL says so. Raises SendError.
    """
    ours, service = addresses_of([settings]), service_of(settings, channel)
    to = {} if service else {"To": sender_of(settings, channel)}
    account = account_url(settings.account_sid)
    after = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    listed = await rest.listed(f"{account}/Messages.json", "messages", {**to, "DateSent>": after})
    events = []
    for entry in reversed(listed):
        if entry.get("direction") != "inbound" or not isinstance(entry.get("sid"), str):
            continue
        if service and not _is_ours(entry, settings, service):
            continue
        media = await _media(rest, account, entry["sid"]) if entry.get("num_media") not in (None, "", "0", 0) else {}
        events.append(message_of({**_form(entry), **media}, ours, sent_at(entry, since)))
    return events


def _form(entry: Json) -> Form:
    """Writes a message of the list as the form that came, or should have come, by webhook."""
    fields = {"MessageSid": "sid", "From": "from", "To": "to", "Body": "body"}
    if entry.get("messaging_service_sid"):
        fields["MessagingServiceSid"] = "messaging_service_sid"
    return {name: str(entry.get(key) or "").replace("\0", "") for name, key in fields.items()}


def _is_ours(entry: Json, settings: AccountSettings, service: str) -> bool:
    """Tells whether it came to the service, or to the number beside it: the list cannot be asked for a service."""
    return entry.get("messaging_service_sid") == service or entry.get("to") == settings.sms_from


async def _media(rest: Rest, account: str, sid: str) -> Form:
    """Asks GET …/Messages/{sid}/Media.json for the addresses that the webhook would have named."""
    listed = (await rest.listed(f"{account}/Messages/{sid}/Media.json", "media_list"))[:MEDIA_MAX]
    form = {"NumMedia": str(len(listed))}
    for n, media in enumerate(listed):
        form[f"MediaUrl{n}"] = f"{API}{str(media.get('uri') or '').removesuffix('.json')}"
        form[f"MediaContentType{n}"] = str(media.get("content_type") or "")
    return form


def sent_at(entry: Json, since: datetime) -> datetime:
    """Reads when Twilio had it. Twilio's dates are RFC 2822."""
    for field in ("date_sent", "date_created"):
        try:
            return parsedate_to_datetime(entry[field]).astimezone(UTC)
        except (KeyError, TypeError, ValueError):
            continue
    return since
