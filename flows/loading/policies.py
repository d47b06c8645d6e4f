"""Reads the store's policies, as data for flows and actions."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from core.documents import Document

MOST_DAYS = 3650
Days = Annotated[int, Meta(ge=0, le=MOST_DAYS)]


class HolidayExtension(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lets purchases of these days be returned until a later day."""

    bought_from: date
    bought_until: date
    return_until: date


class ReturnPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Says how long and how things may come back; days count from the delivery."""

    enabled: bool = True
    window_days: Days = 30
    holiday_extension: HolidayExtension | None = None
    exchange: bool = True


class Policies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds all policies. `store_name` is from before the shop's name stood in `shop.yaml`, and counts only without
    one there."""

    store_name: str = ""
    returns: ReturnPolicy = ReturnPolicy()
    price_protection_days: Days = 0
    warranty_months: Annotated[int, Meta(ge=0, le=600)] = 24

    def settings(self, shop: str = "our shop") -> dict[str, Any]:
        """Returns what expressions and texts read as `settings`; `shop` is its name."""
        settings: dict[str, Any] = msgspec.to_builtins(self)
        return {**settings, "store_name": shop}


def load_policies(path: Path) -> Policies:
    """Reads `policies.yaml`. Raises ConfigurationError."""
    document = Document(path)
    policies = document.read(Policies)
    extension = policies.returns.holiday_extension
    if extension and not extension.bought_from <= extension.bought_until <= extension.return_until:
        wanted = "expected bought_from, bought_until and return_until one after the other"
        raise document.fault(wanted, "returns", "holiday_extension")
    return policies
