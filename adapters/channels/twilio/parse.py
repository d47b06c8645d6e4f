"""Twilio's forms as events: a message, or the status of one of ours. One item per request."""

from collections.abc import Callable
from datetime import datetime

from adapters.channels.twilio.content import attachments_of, choice_of
from adapters.channels.twilio.senders import PREFIX, Ours, from_twilio
from core.addresses import Address
from core.errors import MalformedPayload
from core.messages import InboundEvent, InboundMessage, Profile, Receipt, ReceiptStatus, Unsupported
from core.ports import RawRequest

STATUSES = {
    "accepted": ReceiptStatus.QUEUED,
    "scheduled": ReceiptStatus.QUEUED,
    "queued": ReceiptStatus.QUEUED,
    "sending": ReceiptStatus.QUEUED,
    "sent": ReceiptStatus.SENT,
    "delivered": ReceiptStatus.DELIVERED,
    "read": ReceiptStatus.READ,
    "undelivered": ReceiptStatus.FAILED,
    "failed": ReceiptStatus.FAILED,
    "canceled": ReceiptStatus.FAILED,
}

Parser = Callable[[RawRequest, datetime], list[InboundEvent]]


def parse_messages(ours: Ours) -> Parser:
    """A pure reader of inbound messages. Raises MalformedPayload for a body without a form that has an id."""
    return lambda raw, now: [_message(_form(raw), ours, now)]


def parse_statuses(ours: Ours) -> Parser:
    """A pure reader of status callbacks, whose URL names our part (`?d=…`). Raises MalformedPayload as above."""
    return lambda raw, now: [_status(_form(raw), raw.query.get("d", ""), ours, now)]


def _form(raw: RawRequest) -> dict[str, str]:
    """The form without NUL characters, which concatenated SMS may hold and PostgreSQL does not keep."""
    try:
        form = {name: value.replace("\0", "") for name, value in raw.form().items()}
    except UnicodeDecodeError as error:
        raise MalformedPayload("the body is not a form") from error
    if not _id(form):
        raise MalformedPayload("no MessageSid", "$.MessageSid")
    return form


def _id(form: dict[str, str]) -> str:
    return form.get("MessageSid") or form.get("SmsSid") or form.get("CallSid") or ""


def _message(form: dict[str, str], ours: Ours, now: datetime) -> InboundEvent:
    sender, known = from_twilio(ours, form.get("To", ""), form.get("From", ""))
    if not known:
        return _unsupported(form, sender, "foreign_account", now)
    if "CallSid" in form:
        return _unsupported(form, sender, "call", now)
    choice = choice_of(form)
    body = form.get("Body", "")
    attachments = attachments_of(form)
    if not (body or choice or attachments):
        kind = form.get("MessageType") or "empty"
        return _unsupported(form, sender, kind, now, answerable=bool(sender.value))
    return InboundMessage(
        external_id=_id(form),
        sender=sender,
        sent_at=now,  # Twilio says no time
        text="" if choice else body,
        choice=choice,
        attachments=attachments,
        reply_to=form.get("OriginalRepliedMessageSid", ""),
        profile=_profile(form, sender),
    )


def _status(form: dict[str, str], correlation: str, ours: Ours, now: datetime) -> InboundEvent:
    name = form.get("MessageStatus") or form.get("SmsStatus", "")
    recipient, known = from_twilio(ours, form.get("From", ""), form.get("To", ""))
    if not known:
        return _unsupported(form, recipient, "foreign_account", now, f":{name}")
    if name not in STATUSES:
        return _unsupported(form, recipient, f"status:{name}", now, f":{name}")
    return Receipt(
        external_id=f"{_id(form)}:{name}",
        recipient=recipient,
        status=STATUSES[name],
        at=now,
        provider_id=_id(form),
        correlation=correlation,
        code=form.get("ErrorCode", ""),
        detail=form.get("ErrorMessage", ""),
    )


def _profile(form: dict[str, str], sender: Address) -> Profile:
    """The name, and the same person's other address: a business-scoped id beside the phone, or the phone beside it."""
    phone = form.get("WaId", "")
    others = [form.get("ExternalUserId", "").removeprefix(PREFIX), f"+{phone}" if phone.isdigit() else ""]
    aliases = tuple(Address(sender.channel, sender.account, each) for each in others if each not in ("", sender.value))
    return Profile(form.get("ProfileName", ""), aliases=aliases)


def _unsupported(
    form: dict[str, str], sender: Address, kind: str, now: datetime, suffix: str = "", *, answerable: bool = False
) -> Unsupported:
    return Unsupported(f"{_id(form)}{suffix}", sender, now, kind, form, answerable, _profile(form, sender))
