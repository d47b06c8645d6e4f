"""Reads on which channels a customer wants to hear of their order, or of offers: metadata that a checkout writes."""

import re
from collections.abc import Mapping
from typing import Any

UPDATES, OFFERS = "order_updates", "order_offers"  # keys; a checkout's own fields have an underscore before them
_PREFIXES = ("", "_", "_billing_", "billing_", "_wc_other/doorstep/")


def wishes(meta: Mapping[str, Any]) -> dict[str, list[str]]:
    """Returns `notify` and `marketing`: channels by name. Who wants offers there hears of their order there too."""
    notify, marketing = _listed(meta, UPDATES), _listed(meta, OFFERS)
    return {"notify": list(dict.fromkeys([*notify, *marketing])), "marketing": marketing}


def _listed(meta: Mapping[str, Any], name: str) -> list[str]:
    """Splits "whatsapp, sms", or a list of them."""
    value = next((meta[key] for prefix in _PREFIXES if (key := prefix + name) in meta), None)
    words = value if isinstance(value, list) else [value]
    said = [word.lower() for each in words if isinstance(each, str) for word in re.split(r"[\s,;]+", each) if word]
    return list(dict.fromkeys(said))[:20]
