"""Reads on which channels a customer wants to hear of their order, or of offers: metadata that a checkout writes."""

import re
from collections.abc import Mapping
from typing import Any

from adapters.channels import registry
from adapters.shops.values import Json
from core.people.consent import MARKETING, SERVICE

NONE = "none"  # written instead of channels: what was agreed to is taken back
UPDATES, OFFERS = "order_updates", "order_offers"  # keys; a checkout's own fields have an underscore before them
_PREFIXES = ("", "_", "_billing_", "billing_", "_wc_other/doorstep/")


def wishes(meta: Mapping[str, Any]) -> dict[str, list[str]]:
    """Returns `notify` and `marketing`: channels by name. Who wants offers there hears of their order there too."""
    notify, marketing = _listed(meta, UPDATES), _listed(meta, OFFERS)
    return {"notify": list(dict.fromkeys([*notify, *marketing])), "marketing": marketing}


def withdrawals(meta: Mapping[str, Any]) -> list[Json]:
    """Returns `consents`: what the customer takes back at their account, on every channel; an empty list does not."""
    said = [purpose for purpose, name in ((SERVICE, UPDATES), (MARKETING, OFFERS)) if _listed(meta, name) == [NONE]]
    return [
        {"purpose": purpose, "channel": channel, "granted": False} for purpose in said for channel in registry.lines()
    ]


def _listed(meta: Mapping[str, Any], name: str) -> list[str]:
    """Splits "whatsapp, sms", or a list of them."""
    value = next((meta[key] for prefix in _PREFIXES if (key := prefix + name) in meta), None)
    words = value if isinstance(value, list) else [value]
    said = [word.lower() for each in words if isinstance(each, str) for word in re.split(r"[\s,;]+", each) if word]
    return list(dict.fromkeys(said))[:20]
