"""Reads the store's policies, as data for flows and actions."""

from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from core.documents import Document


class HolidayExtension(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lets purchases of these days be returned until a later day."""

    bought_from: date
    bought_until: date
    return_until: date


class ReturnPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Says how long and how things may come back; days count from the delivery."""

    enabled: bool = True
    window_days: int = 30
    holiday_extension: HolidayExtension | None = None
    exchange: bool = True


class Policies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds all policies."""

    store_name: str = "our shop"
    returns: ReturnPolicy = ReturnPolicy()

    def settings(self) -> dict[str, Any]:
        """Returns what expressions and texts read as `settings`."""
        settings: dict[str, Any] = msgspec.to_builtins(self)
        return settings


def load_policies(path: Path) -> Policies:
    """Reads `policies.yaml`. Raises ConfigurationError."""
    return Document(path).read(Policies)
