"""Tells the last moment to order for a holiday. No event makes it due: a campaign writes it for a customer."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from core.people.consent import MARKETING
from core.shop.orders import Buyer
from notifications.notice import Change, Fact, Kind, Notice, Subject, View


def _due(_change: Change[Buyer]) -> list[Notice]:
    return []


def _still_true(notice: Notice, _customer: Buyer | None, now: datetime) -> bool:
    return now < datetime.fromisoformat(notice.data["order_by"])


def _facts(view: View[Buyer]) -> Mapping[str, Fact]:
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


def _link(view: View[Buyer]) -> str:
    return str(view.notice.data.get("shop_link", ""))


KIND: Kind[Buyer] = Kind(
    name="holiday_cutoff",
    subject=Subject.CUSTOMER,
    category=MARKETING,
    priority=50,
    expires_after=timedelta(days=7),
    variables=("holiday", "service", "order_by", "alternative", "alternative_by", "gift_card"),
    due=_due,
    still_true=_still_true,
    facts=_facts,
    link=_link,
)
