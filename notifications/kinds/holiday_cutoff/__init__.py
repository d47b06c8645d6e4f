"""Tells the last moment to order for a holiday. No event makes it due: a campaign writes it for a customer."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from notifications.notice import Fact, Kind, View

DECIDES = ("on", "if", "still_true", "key", "variables", "link")
_VARIABLES = ("holiday", "service", "order_by", "alternative", "alternative_by", "pick_up", "pick_up_by", "gift_card")


def complete(kind: Kind) -> Kind:
    """Gives the kind its words from the campaign's data."""
    return msgspec.structs.replace(kind, variables=_VARIABLES, still_true=_still_true, facts=_facts, link=_link)


def _still_true(view: View) -> bool:
    return view.when.now < datetime.fromisoformat(view.notice.data["order_by"])


def _facts(view: View) -> Mapping[str, Fact]:
    data = view.notice.data
    titles: Mapping[str, str] = data["titles"]
    fetched: Mapping[str, str] = data.get("pick_up", {})
    later, until = data.get("alternative_by", ""), data.get("pick_up_by", "")
    return {
        "holiday": _titled(titles, view.locale),
        "service": data["service"],
        "order_by": datetime.fromisoformat(data["order_by"]),
        "alternative": data.get("alternative", ""),
        "alternative_by": datetime.fromisoformat(later) if later else "",
        "pick_up": _titled(fetched, view.locale),
        "pick_up_by": datetime.fromisoformat(until) if until else "",
        "gift_card": data.get("gift_card", ""),
    }


def _titled(titles: Mapping[str, str], locale: str) -> str:
    return titles.get(locale) or next(iter(titles.values()), "")


def _link(view: View) -> str:
    return str(view.notice.data.get("shop_link", ""))
