"""Declares what flows may ask about the store itself: answers, opening hours, deliveries."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Protocol

import msgspec

from core.shop.orders import Order, Shipment
from core.shop.silence import Patience, quiet_days
from flows.understanding.faq import NO_FAQ, Faq

Times = tuple[tuple[str, str], ...]  # ("09:00", "12:30"), one after the other


class Opening(msgspec.Struct, frozen=True):
    """When people answer. `week` (monday first) and `ahead`, the days from today on, are in the desk's zone; `next_at`
    is the next opening."""

    always: bool = True
    is_open: bool = True
    week: tuple[Times, ...] = ()
    ahead: tuple[tuple[date, Times], ...] = ()
    next_at: datetime | None = None
    until: datetime | None = None  # the end of what is open now
    timezone: str = "UTC"


class Delivery(msgspec.Struct, frozen=True):
    """One way to send something somewhere: what it costs, if that is known, and when it arrives if ordered now."""

    titles: Mapping[str, str]
    price: Decimal | None
    free_from: Decimal | None
    days: tuple[int, int]
    arrives: tuple[date, date]
    currency: str
    order_by: datetime | None = None  # so that it arrives by the day that was asked for


class Feast(msgspec.Struct, frozen=True):
    """A day to arrive by."""

    titles: Mapping[str, str]
    deliver_by: date


class Facts(Protocol):
    """Answers questions about the store itself."""

    @property
    def faq(self) -> Faq:
        """Returns the answers that the store wrote."""
        ...

    @property
    def shop(self) -> Mapping[str, Any]:
        """Returns name, address, currency, timezone, link."""
        ...

    def opening(self, now: datetime) -> Opening:
        """Tells when people answer."""
        ...

    def deliveries(
        self, country: str, region: str, now: datetime, deliver_by: date | None = None
    ) -> Sequence[Delivery]:
        """Lists the ways to send something there; none where the store does not deliver."""
        ...

    def served(self) -> Sequence[str]:
        """Lists the countries that the store delivers to."""
        ...

    def feasts(self) -> Sequence[Feast]:
        """Lists the days to arrive by."""
        ...

    def expected(self, order: Order, now: datetime) -> date | None:
        """Returns the day on which all of an order is there, by what is known; None where nobody knows."""
        ...

    def is_peak(self, now: datetime, country: str, region: str) -> bool:
        """Tells whether it is peak season there: everything may take longer."""
        ...

    def notices(self, channel: str) -> frozenset[str]:
        """Names the kinds of notice (`notifications.kinds`) that the store sends by themselves on a channel."""
        ...

    def quiet_days(self, shipment: Shipment, now: datetime) -> int:
        """Counts the carrier's working days without a word of a parcel; 0 where that is no wonder yet."""
        ...


class NoFacts:
    """Knows nothing: an engine without a store."""

    faq = NO_FAQ
    shop: Mapping[str, Any] = {"name": "", "address": "", "currency": "USD", "timezone": "UTC", "link": ""}

    def opening(self, now: datetime) -> Opening:
        """Tells that somebody is always there."""
        del now
        return Opening()

    def deliveries(
        self, country: str, region: str, now: datetime, deliver_by: date | None = None
    ) -> Sequence[Delivery]:
        """Lists none."""
        del country, region, now, deliver_by
        return ()

    def served(self) -> Sequence[str]:
        """Lists none."""
        return ()

    def feasts(self) -> Sequence[Feast]:
        """Lists none."""
        return ()

    def expected(self, order: Order, now: datetime) -> date | None:
        """Knows nothing."""
        del order, now
        return None

    def is_peak(self, now: datetime, country: str, region: str) -> bool:
        """Knows of no season."""
        del now, country, region
        return False

    def notices(self, channel: str) -> frozenset[str]:
        """Names none."""
        del channel
        return frozenset()

    def quiet_days(self, shipment: Shipment, now: datetime) -> int:
        """Counts the days from Monday to Friday."""
        return quiet_days(shipment, now, Patience(), lambda moment: moment.weekday() < 5, UTC)


NO_FACTS = NoFacts()
