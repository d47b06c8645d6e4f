"""Reads the store's policies, as data for flows and actions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from core.files.documents import Document
from flows.loading.return_policy import Days, ReturnPolicy, Sum, faults, sum_faults


class NotReceivedPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Says who talks to a person at once about a parcel that is said to have arrived: whose order is worth so much, and
    who missed another one within so many months (0: nobody)."""

    person_from: Sum | None = None
    again_within_months: Annotated[int, Meta(ge=0, le=120)] = 12


class Policies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holds all policies. `store_name` is from before the shop's name stood in `shop.yaml`, and counts only without
    one there."""

    store_name: str = ""
    returns: ReturnPolicy = ReturnPolicy()
    not_received: NotReceivedPolicy = NotReceivedPolicy()
    price_protection_days: Days = 0
    stock_alert_days: Days = 180
    gift_wrapping: str = ""  # the variant that is added to an order to have it wrapped
    warranty_months: Annotated[int, Meta(ge=0, le=600)] = 24

    def but(self, changes: Mapping[str, Any]) -> "Policies":
        """Returns the same with some of it changed: `{"returns": {"grace_days": 0}}`. Raises ValidationError."""
        return msgspec.convert(_merged(msgspec.to_builtins(self), changes), Policies)

    def settings(self, shop: str = "our shop") -> dict[str, Any]:
        """Returns what expressions and texts read as `settings`; `shop` is its name."""
        settings: dict[str, Any] = msgspec.to_builtins(self)
        return {**settings, "store_name": shop}


def _merged(known: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **known,
        **{
            name: _merged(known[name], value)
            if isinstance(value, Mapping) and isinstance(known.get(name), dict)
            else value
            for name, value in changes.items()
        },
    }


def load_policies(path: Path) -> Policies:
    """Reads `policies.yaml`. Raises ConfigurationError."""
    document = Document(path)
    policies = document.read(Policies)
    fault = next(faults(policies.returns), None)
    if fault:
        wanted, where = fault
        raise document.fault(wanted, "returns", *where)
    limit = policies.not_received.person_from
    for wanted, where in sum_faults(limit, ("person_from",), policies.returns.currency) if limit else ():
        raise document.fault(wanted, "not_received", *where)
    return policies
