"""Tests which open orders miss the holiday that they were likely bought for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.shop.orders import OrderStatus, ShipmentStatus, StreetAddress
from notifications.campaigns.at_risk import at_risk
from tests.notifications.samples import POLICY, order, parcel

BOOK = POLICY.cutoffs  # Christmas, December 24; Ground to the US before December 16, 14:00
HOME = StreetAddress(country="US", region="NY")
PLACED = datetime(2026, 12, 10, 12, tzinfo=UTC)
BY_CHRISTMAS, LATE = date(2026, 12, 23), date(2026, 12, 28)


def missed(now: datetime, **changes: Any) -> str:
    plain = {"placed_at": PLACED, "promised_by": None, "shipping": HOME, "shipments": ()}
    risk = at_risk(BOOK, order(**{**plain, **changes}), now)
    return f"{risk.holiday.id} {risk.expected}" if risk else ""


@pytest.mark.parametrize(
    ("now", "changes", "risk"),
    [
        (PLACED, {}, ""),  # leaves in time
        (datetime(2026, 12, 16, 20, tzinfo=UTC), {}, "christmas-2026 2026-12-28"),  # not left after the last moment
        (datetime(2026, 12, 16, 20, tzinfo=UTC), {"shipping_method": "Next Day Air"}, ""),
        (PLACED, {"shipments": (parcel(eta=LATE),)}, "christmas-2026 2026-12-28"),
        (PLACED, {"shipments": (parcel(eta=BY_CHRISTMAS),)}, ""),
        (PLACED, {"shipments": (parcel(eta=None),)}, ""),  # nobody knows
        (PLACED, {"shipments": (parcel(eta=LATE, status=ShipmentStatus.OUT_FOR_DELIVERY),)}, ""),
        (PLACED, {"shipments": (parcel(eta=LATE),), "status": OrderStatus.CANCELLED}, ""),
        (PLACED, {"promised_by": LATE, "shipments": (parcel(eta=LATE),)}, ""),  # never promised for it
        (PLACED, {"promised_by": BY_CHRISTMAS, "shipments": (parcel(eta=LATE),)}, "christmas-2026 2026-12-28"),
        (PLACED, {"placed_at": PLACED - timedelta(days=60), "shipments": (parcel(eta=LATE),)}, ""),  # not for it
        (datetime(2026, 12, 26, tzinfo=UTC), {"shipments": (parcel(eta=LATE),)}, ""),  # it is over
        (datetime(2026, 12, 17, tzinfo=UTC), {"shipping": StreetAddress(country="BR")}, ""),  # no service there
    ],
)
def test_what_was_bought_for_a_holiday_and_comes_after_it(now: datetime, changes: dict[str, Any], risk: str) -> None:
    assert missed(now, **changes) == risk
