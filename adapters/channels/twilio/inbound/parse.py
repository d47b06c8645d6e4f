"""Parses Twilio's forms, one item each, into events: a message, a reaction, or the status of a message of ours."""

from collections.abc import Callable
from datetime import datetime

from adapters.channels.twilio.inbound.content import (
    attachments_of,
    choice_of,
    facts_of,
    filename_of,
    filled_form_of,
    name_of,
    quote_of,
    referral_of,
)
from adapters.channels.twilio.inbound.form import ID_MAX, Form, read_form, readable, sid_of
from adapters.channels.twilio.inbound.tapbacks import reaction_of
from adapters.channels.twilio.senders import SMS, Ours, alias_value, from_twilio
from adapters.transport.batch import unnamed
from core.messages.inbound import (
    InboundEvent,
    InboundMessage,
    Reacted,
    Receipt,
    ReceiptStatus,
    Unsupported,
)
from core.messages.pieces import Profile, Quote
from core.people.addresses import Address
from core.ports.webhooks import RawRequest

STATUSES = {
    "accepted": ReceiptStatus.QUEUED,
    "scheduled": ReceiptStatus.QUEUED,
    "queued": ReceiptStatus.QUEUED,
    "sending": ReceiptStatus.QUEUED,
    "sent": ReceiptStatus.SENT,
    "partially_delivered": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "read": ReceiptStatus.READ,
    "undelivered": ReceiptStatus.FAILED,
    "failed": ReceiptStatus.FAILED,
    "canceled": ReceiptStatus.FAILED,
}
CODE_MAX = 64
CONSENT_WORDS = ("stop", "start", "help")

Parser = Callable[[RawRequest, datetime], list[InboundEvent]]


def parse_messages(ours: Ours) -> Parser:
    """Makes a pure reader of inbound messages. Raises MalformedPayload for a body without a form that has an id."""
    return lambda raw, now: _either(read_form(raw), raw, ours, now)


def parse_statuses(ours: Ours) -> Parser:
    """Makes a pure reader of status callbacks, whose URL names our part (`?d=…`). Raises MalformedPayload as above."""
    return lambda raw, now: [_status(read_form(raw), raw.query.get("d", ""), ours, now)]


def message_of(form: Form, ours: Ours, sent_at: datetime) -> InboundEvent:
    """Parses the event that a form means. Twilio's webhooks say no time, so the caller does."""
    sender, known = from_twilio(ours, form.get("To", ""), form.get("From", ""), form.get("MessagingServiceSid", ""))
    if not known:
        return _unsupported(form, sender, "foreign_account", sent_at)
    if "CallSid" in form:
        return _unsupported(form, sender, "call", sent_at)
    if not sender.value:
        return _unsupported(form, sender, "no_sender", sent_at)
    return _said(form, sender, sent_at)


def _either(form: Form, raw: RawRequest, ours: Ours, now: datetime) -> list[InboundEvent]:
    """Reads a message, or a status (it has MessageStatus) where the sender's own callback was set to this path."""
    if form.get("MessageStatus"):
        return [_status(form, raw.query.get("d", ""), ours, now)]
    event = message_of(form, ours, now)
    return [event, *_unnamed(form, event, now)]


def _unnamed(form: Form, event: InboundEvent, now: datetime) -> list[InboundEvent]:
    """Tells of a number that no setting names although Twilio signed for our account."""
    if not isinstance(event, Unsupported) or event.kind != "foreign_account":
        return []
    channel, account, service = event.sender.channel, event.sender.account, form.get("MessagingServiceSid", "")
    number = account.removeprefix("twilio:")
    setting = "sms_from" if channel == SMS else "whatsapp_from"
    cure = f'add {{channel: twilio, account_sid: …, auth_token: …, {setting}: "{number}"}} to CHANNELS_FILE'
    if service and channel == SMS:
        cure = (
            f"set TWILIO_MESSAGING_SERVICE_SID={service[:ID_MAX]}, which takes every number of that service, or {cure}"
        )
    return [unnamed(channel, account, number, cure, now)]


def _said(form: Form, sender: Address, sent_at: datetime) -> InboundEvent:
    choice, filled, attachments = choice_of(form), filled_form_of(form), attachments_of(form)
    body = readable(form.get("Body", ""))
    if not (body or choice or filled or attachments):
        answerable = not _is_one_way(form, sender)
        return _unsupported(form, sender, form.get("MessageType") or "empty", sent_at, answerable=answerable)
    tapback = reaction_of(body) if sender.channel == SMS and not attachments else None
    if tapback is not None:
        quoted = Quote(text=tapback.words)
        return Reacted(sid_of(form), sender, sent_at, "", tapback.emoji, _profile(form, sender), quoted=quoted)
    word = form.get("OptOutType", "").lower()
    return InboundMessage(
        external_id=sid_of(form),
        sender=sender,
        sent_at=sent_at,
        text="" if choice or filled or (attachments and filename_of(form)) else body,
        choice=choice,
        attachments=(*attachments, filled) if filled else attachments,
        reply_to=form.get("OriginalRepliedMessageSid", ""),
        quoted=quote_of(form),
        profile=_profile(form, sender),
        referral=referral_of(form),
        one_way=_is_one_way(form, sender),
        forwarded="true" in (form.get("Forwarded"), form.get("FrequentlyForwarded")),
        consent_word=word if word in CONSENT_WORDS else "",
    )


def _is_one_way(form: Form, sender: Address) -> bool:
    """Tells whether nobody is reached there: short codes and names (Twilio, "Alphanumeric Sender ID") refuse every call
    with 21211, and our own number would write to itself."""
    return sender.channel == SMS and (not sender.value.startswith("+") or form.get("From") == form.get("To"))


def _status(form: Form, correlation: str, ours: Ours, now: datetime) -> InboundEvent:
    name = "read" if form.get("EventType") == "READ" else form.get("MessageStatus") or form.get("SmsStatus", "")
    recipient, known = from_twilio(ours, form.get("From", ""), form.get("To", ""), form.get("MessagingServiceSid", ""))
    if not known:
        return _unsupported(form, recipient, "foreign_account", now, f":{name[:32]}")
    if name not in STATUSES:
        return _unsupported(form, recipient, f"status:{name}", now, f":{name[:32]}")
    failed = STATUSES[name] is ReceiptStatus.FAILED
    code = form.get("ErrorCode", "").strip()[:CODE_MAX]
    return Receipt(
        external_id=f"{sid_of(form)}:{name}",
        recipient=recipient,
        status=STATUSES[name],
        at=now,
        provider_id=sid_of(form),
        correlation=correlation,
        code=code if code not in ("", "0") else name if failed else "",
        detail=form.get("ErrorMessage", "") or form.get("ChannelStatusMessage", ""),
    )


def _profile(form: Form, sender: Address) -> Profile:
    """Reads the name, and the person's other address: a business-scoped id beside the phone, or the reverse."""
    others = (alias_value(form.get(field, "")) for field in ("ExternalUserId", "WaId"))
    aliases = (Address(sender.channel, sender.account, each) for each in dict.fromkeys(others))
    return Profile(name_of(form), aliases=tuple(a for a in aliases if a.value not in ("", sender.value)))


def _unsupported(
    form: Form, sender: Address, kind: str, now: datetime, suffix: str = "", *, answerable: bool = False
) -> Unsupported:
    said = facts_of(form) if answerable else {}
    external_id = f"{sid_of(form)}{suffix}"
    return Unsupported(external_id, sender, now, kind, form, answerable, _profile(form, sender), said=said)
