"""Declares what can be decided about a notice, and the closed set of reasons."""

from datetime import datetime
from enum import StrEnum

import msgspec

from core.messages.outbound import OutboundMessage
from core.people.addresses import Address


class Reason(StrEnum):
    """Names why a notice was not sent, or a channel not taken; in words: `reasons/<locale>.yaml`."""

    UNKNOWN_KIND = "unknown_kind"
    EXPIRED = "expired"
    NOT_TRUE = "not_true"
    SWITCHED_OFF = "switched_off"
    TOLD_TOGETHER = "told_together"
    TOLD_IN_CHAT = "told_in_chat"
    SETTLING = "settling"
    SUPERSEDED = "superseded"
    STOPPED_ALL = "stopped_all"
    STOPPED_MARKETING = "stopped_marketing"
    NO_ADDRESS = "no_address"
    CHANNEL_OFF = "channel_off"
    NO_CONSENT = "no_consent"
    OTHER_CHANNEL = "other_channel"
    NEVER_OPENED = "never_opened"
    NO_TEMPLATE = "no_template"
    TEMPLATE_SUSPENDED = "template_suspended"
    TEMPLATE_IS_MARKETING = "template_is_marketing"
    NOT_DELIVERED_THERE = "not_delivered_there"
    MARKETING_LATER = "marketing_later"
    TEMPLATE_VALUE_MISSING = "template_value_missing"
    QUIET_HOURS = "quiet_hours"
    OWN_HOURS = "own_hours"
    NO_COMMON_HOUR = "no_common_hour"
    TOO_LATE_AFTER_QUIET = "too_late_after_quiet"
    CAPPED = "capped"
    NO_ROUTE = "no_route"
    NO_RECEIPT = "no_receipt"
    ARRIVED_AFTER_ALL = "arrived_after_all"
    NO_DELIVERY = "no_delivery"
    CUTOFF_PASSED = "cutoff_passed"
    NO_REMINDER_TODAY = "no_reminder_today"
    ALREADY_TOLD = "already_told"
    CAMPAIGN_PAUSED = "campaign_paused"
    CAMPAIGN_CANCELLED = "campaign_cancelled"


class Refusal(msgspec.Struct, frozen=True):
    """Says why one address was not taken."""

    address: Address
    reason: Reason


class Assumed(StrEnum):
    """Names what the planner took for granted of a customer, and what they wish; in words: `reasons/<locale>.yaml`."""

    TIMEZONE_BY_PHONE = "timezone_by_phone"
    TIMEZONE_OF_STORE = "timezone_of_store"
    LANGUAGE_OF_STORE = "language_of_store"
    CHANNEL_WISHED = "channel_wished"
    HOURS_WISHED = "hours_wished"


class Assumption(msgspec.Struct, frozen=True):
    """Holds one assumption with the value that was taken: `America/New_York`, `en`."""

    what: Assumed
    value: str


class Way(msgspec.Struct, frozen=True):
    """Holds one way to send it: where, and the message as it is read there (by a provider's template if needed)."""

    address: Address
    message: OutboundMessage


class Send(msgspec.Struct, frozen=True, tag="send"):
    """Decides to send now: by the first of `ways`; by the next when one fails for good."""

    ways: tuple[Way, ...]
    refusals: tuple[Refusal, ...] = ()
    assumed: tuple[Assumption, ...] = ()


class Hold(msgspec.Struct, frozen=True, tag="hold"):
    """Decides to wait until `until`, and then to plan again."""

    until: datetime
    reason: Reason
    refusals: tuple[Refusal, ...] = ()
    assumed: tuple[Assumption, ...] = ()


class Skip(msgspec.Struct, frozen=True, tag="skip"):
    """Decides never to send it."""

    reason: Reason
    refusals: tuple[Refusal, ...] = ()
    assumed: tuple[Assumption, ...] = ()


Decision = Send | Hold | Skip


def decode_decision(data: bytes | str) -> Decision:
    """Reads a decision that `core.encoding.encode` wrote. Raises `msgspec.ValidationError`."""
    return _DECISION.decode(data)


_DECISION: msgspec.json.Decoder[Decision] = msgspec.json.Decoder(Decision)
