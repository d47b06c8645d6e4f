"""Says in one line what made a rule true: `order.total = 700.0, customer.tier = vip`."""

from collections.abc import Mapping
from typing import Any


def because(facts: Mapping[str, Any]) -> str:
    """Lists what a condition read, by the names that `rules.yaml` has for it."""
    return ", ".join(f"{name} = {_plain(value)}" for name, value in facts.items())


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value if value not in ("", None) else "none")
