"""Fetches what Twilio charged for messages: its webhooks never say it, its list does some minutes after the end."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from adapters.channels.twilio.inbound.parse import STATUSES
from adapters.channels.twilio.senders import Ours, addresses_of, from_twilio, sender_of, service_of
from adapters.channels.twilio.settings import AccountSettings
from adapters.channels.twilio.upkeep.history import sent_at
from adapters.channels.twilio.upkeep.rest import Json, Rest, account_url
from core.messages.charges import Charge
from core.messages.inbound import Receipt

LATE = timedelta(hours=1)  # the price may be known that much later than the message was sent
PAGE_SIZE = 1000


async def charged(rest: Rest, settings: AccountSettings, channel: str, since: datetime) -> list[Receipt]:
    """Lists receipts, oldest first, of our messages since an hour before then whose price Twilio knows by now.

    `price` is a negative sum, `num_segments` what it is for. Raises SendError.
    """
    ours, service = addresses_of([settings]), service_of(settings, channel)
    sender = {} if service else {"From": sender_of(settings, channel)}
    after = (since - LATE).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = {**sender, "DateSent>": after, "PageSize": PAGE_SIZE}
    listed = await rest.listed(f"{account_url(settings.account_sid)}/Messages.json", "messages", asked)
    told = [_receipt(entry, ours, since) for entry in reversed(listed) if not service or _left_by(entry, service)]
    return [receipt for receipt in told if receipt]


def _left_by(entry: Json, service: str) -> bool:
    return entry.get("messaging_service_sid") == service


def _receipt(entry: Json, ours: Ours, since: datetime) -> Receipt | None:
    charge, status = _charge(entry), STATUSES.get(str(entry.get("status")))
    if charge is None or status is None:
        return None
    names = (str(entry.get(key) or "") for key in ("from", "to", "messaging_service_sid"))
    recipient, known = from_twilio(ours, *names)
    id_ = f"{entry['sid']}:{entry['status']}:price"
    return Receipt(id_, recipient, status, sent_at(entry, since), entry["sid"], charge=charge) if known else None


def _charge(entry: Json) -> Charge | None:
    if not str(entry.get("direction")).startswith("outbound") or not isinstance(entry.get("sid"), str):
        return None
    try:
        amount = abs(Decimal(str(entry.get("price"))))
        parts = int(str(entry.get("num_segments") or 1))
    except (InvalidOperation, ValueError):
        return None
    currency = str(entry.get("price_unit") or "").upper()
    return Charge("", f"{amount:f}", currency[:3], max(1, parts)) if amount.is_finite() and amount else None
