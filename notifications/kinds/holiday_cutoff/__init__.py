"""The last moment to order for a holiday. No event makes it due: a campaign writes it for a customer."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from core.consent import MARKETING
from core.orders import Order
from notifications.notice import Change, Fact, Kind, Notice, View


def _due(_change: Change) -> list[Notice]:
    return []


def _still_true(notice: Notice, _order: Order | None, now: datetime) -> bool:
    return now < datetime.fromisoformat(notice.data["order_by"])


def _facts(view: View) -> Mapping[str, Fact]:
    data = view.notice.data
    titles: Mapping[str, str] = data["titles"]
    later = data.get("alternative_by", "")
    return {
        "holiday": titles.get(view.locale) or next(iter(titles.values())),
        "service": data["service"],
        "order_by": datetime.fromisoformat(data["order_by"]),
        "alternative": data.get("alternative", ""),
        "alternative_by": datetime.fromisoformat(later) if later else "",
        "gift_card": data.get("gift_card", ""),
    }


def _link(view: View) -> str:
    return str(view.notice.data.get("shop_link", ""))


KIND = Kind(
    name="holiday_cutoff",
    category=MARKETING,
    priority=50,
    expires_after=timedelta(days=7),
    variables=("holiday", "service", "order_by", "alternative", "alternative_by", "gift_card"),
    due=_due,
    still_true=_still_true,
    facts=_facts,
    link=_link,
)
