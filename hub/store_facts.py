"""Answers what flows ask about the store itself, out of its files."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from core.shop.orders import Order, Shipment
from flows.engine.facts import Delivery, Feast, Opening, Times
from flows.loading.policies import Policies
from flows.understanding.faq import Faq
from notifications.campaigns.at_risk import estimate
from notifications.store.calendars import WEEK
from notifications.store.opening import Desk
from notifications.store.peak import peak_now
from notifications.store.policy import Policy
from notifications.store.shipping import Service, offers
from notifications.store.support_hours import Intervals

AHEAD = 60  # days of which it is told when people answer


def faq_scope(policies: Policies, notices: Policy) -> dict[str, Any]:
    """Returns what an answer may read: `policies`, `shop`, `shipping`."""
    return {"policies": msgspec.to_builtins(policies), "shop": _shop(notices), "shipping": _shipping(notices)}


class StoreFacts:
    """Implements `flows.engine.facts.Facts` over the store's folder."""

    def __init__(self, notices: Policy, faq: Faq) -> None:
        self.faq = faq
        self.shop: Mapping[str, Any] = _shop(notices)
        self._notices = notices
        self._desk = Desk(notices.shop.support_hours, notices.shop.timezone)

    def opening(self, now: datetime) -> Opening:
        """Tells when people answer."""
        desk = self._desk
        if desk.always:
            return Opening(timezone=str(desk.zone))
        now_open, today = desk.open_span(now), now.astimezone(desk.zone).date()
        days = [today + timedelta(days=n) for n in range(AHEAD)]
        return Opening(
            always=False,
            is_open=now_open is not None,
            ahead=tuple((day, _times(desk.intervals(day))) for day in days),
            week=tuple(_times(desk.week.days.get(day, ())) for day in WEEK),
            next_at=desk.next_opening(now),
            until=now_open.end if now_open else None,
            timezone=str(desk.zone),
        )

    def deliveries(
        self, country: str, region: str, now: datetime, deliver_by: date | None = None
    ) -> Sequence[Delivery]:
        """Lists the ways to send something there."""
        found = offers(self._notices.shipping, self._notices.cutoffs, country, region, now, deliver_by)
        return [
            Delivery(
                each.titles,
                each.price,
                each.free_from,
                each.days,
                each.arrives,
                self._notices.shipping.currency,
                each.order_by,
            )
            for each in found
        ]

    def served(self) -> Sequence[str]:
        """Lists the countries that the store delivers to."""
        return self._notices.shipping.countries

    def feasts(self) -> Sequence[Feast]:
        """Lists the days to arrive by."""
        return [Feast(each.titles, each.deliver_by) for each in self._notices.cutoffs.holidays]

    def expected(self, order: Order, now: datetime) -> date | None:
        """Returns the day on which all of an order is there; None where nobody knows."""
        return estimate(self._notices.cutoffs, order, now)

    def is_peak(self, now: datetime, country: str, region: str) -> bool:
        """Tells whether it is peak season there."""
        return peak_now(self._notices.shop, self._notices.cutoffs, now, country, region) is not None

    def notices(self, channel: str) -> frozenset[str]:
        """Names the kinds of notice that are sent on a channel."""
        shop = self._notices.shop
        return frozenset(filter(self._notices.sends, self._notices.kinds if channel in shop.channels else ()))

    def quiet_days(self, shipment: Shipment, now: datetime) -> int:
        """Counts the carrier's working days without a word of a parcel; 0 where that is no wonder yet."""
        return self._notices.cutoffs.quiet_days(shipment, now)


def _shop(notices: Policy) -> dict[str, Any]:
    shop, cutoffs = notices.shop, notices.cutoffs
    return {
        "name": shop.name,
        "address": shop.address,
        "currency": shop.currency,
        "timezone": shop.timezone,
        "link": cutoffs.shop_link,
        "gift_card": cutoffs.gift_card,
    }


def _shipping(notices: Policy) -> dict[str, Any]:
    """Returns the ordinary service to the shop's first country as plain values, and the countries served."""
    shipping = notices.shipping
    home = shipping.countries[0] if shipping.countries else ""
    zone = shipping.zone(home, "")
    first = zone.services[0] if zone else None
    return {
        "currency": shipping.currency,
        "countries": shipping.countries,
        "home": home,
        "price": Decimal(first.price) if first else None,
        "free_from": _free(first) if first else None,
        "cut_off": notices.cutoffs.warehouse.cut_off,
        "handling_days": notices.cutoffs.warehouse.handling_days,
    }


def _free(service: Service) -> Decimal | None:
    return Decimal(service.free_from) if service.free_from else None


def _times(intervals: Intervals) -> Times:
    return tuple((each.start, each.end) for each in intervals)
