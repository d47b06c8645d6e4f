"""Describes returns and refunds as the store tells of them."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec


class ReturnState(StrEnum):
    """Where a return stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    LABEL_SENT = "label_sent"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    INSPECTED = "inspected"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


OVER = frozenset((ReturnState.REFUSED, ReturnState.COMPLETED, ReturnState.CANCELLED))


class ReturnedLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """How many of a line go back, and why. `condition`: ok, damaged, wrong, missing. `exchange_for` is a variant."""

    line_id: str
    quantity: int = 1
    reason: str = ""
    condition: str = ""
    exchange_for: str = ""


class Refunded(msgspec.Struct, frozen=True, omit_defaults=True):
    """The money of a return. `method`: original, store_credit, gift_card, other."""

    amount: Decimal
    currency: str = ""
    method: str = ""


class ReturnRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """A return as it stands now.

    `approval`, `logistics` and `settlement` are its three tracks, where the store tells them.
    """

    id: str
    order_number: str
    state: ReturnState
    resolution: str = ""  # refund, exchange, store_credit
    lines: tuple[ReturnedLine, ...] = ()
    label_url: str = ""
    refund: Refunded | None = None
    approval: str = ""
    logistics: str = ""
    settlement: str = ""
    told_at: datetime | None = None  # since when it stands so


class RefundRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """Money that the store sent back. Without `lines` it is not told for what."""

    order_number: str
    amount: Decimal
    at: datetime
    currency: str = ""
    method: str = ""
    lines: tuple[ReturnedLine, ...] = ()
