"""Describes returns and refunds as the store tells of them."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

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

    def asked(self) -> dict[str, Any]:
        """Writes it as the store's system is asked for it."""
        told: dict[str, Any] = {"line_id": self.line_id, "quantity": self.quantity, "reason": self.reason}
        if self.condition:
            told["condition"] = self.condition
        return {**told, "exchange_for": {"variant_id": self.exchange_for}} if self.exchange_for else told


class Refunded(msgspec.Struct, frozen=True, omit_defaults=True):
    """The money of a return. `method`: original, store_credit, gift_card, other."""

    amount: Decimal
    currency: str = ""
    method: str = ""


class ReturnRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """A return as it stands now.

    `approval`, `logistics` and `settlement` are its three tracks (core.shop.return_tracks); "" follows from the state.
    `refusal` says why it was refused (core.shop.refusals), `words` what the agent wrote to the customer about it.
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
    refusal: str = ""
    words: str = ""


class RefundRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """Money that the store sent back. Without `lines` it is not told for what."""

    order_number: str
    amount: Decimal
    at: datetime
    currency: str = ""
    method: str = ""
    lines: tuple[ReturnedLine, ...] = ()
