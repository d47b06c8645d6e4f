from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
import pytest

from notifications.campaigns.last_moments import cutoff_notice
from notifications.campaigns.reminders import AT_MOST, EVERY, may_be_due, next_look
from notifications.notice import Notice
from notifications.planning.zones import Zones
from tests.notifications.samples import POLICY
from tests.notifications.test_campaign import SMS, reader

HOUR = timedelta(hours=1)
EARLY, LAST = "Pacific/Kiritimati", "Pacific/Pago_Pago"  # where a day begins first, and last


@pytest.mark.parametrize("zone", [EARLY, "Asia/Shanghai", "America/New_York", LAST])
@pytest.mark.parametrize(("country", "region"), [("US", "NY"), ("US", "HI"), ("CN", ""), ("DE", "")])
def test_no_reminder_is_missed_by_not_looking(zone: str, country: str, region: str) -> None:
    who = reader("c1", SMS, country=country, region=region, zone=zone)
    assert who.recipient.zones == Zones((zone,))
    now = datetime(2026, 11, 20, tzinfo=UTC)
    found = 0
    while now < datetime(2027, 2, 10, tzinfo=UTC):
        if isinstance(cutoff_notice(who, POLICY, now, scheduled=True), Notice):
            found += 1
            assert may_be_due(POLICY.cutoffs, now), now.astimezone(ZoneInfo(zone))
        now += HOUR
    assert found


def test_on_other_days_it_looks_once_a_day_and_never_later_than_the_next_reminder() -> None:
    now = datetime(2026, 8, 1, 12, tzinfo=UTC)
    assert not may_be_due(POLICY.cutoffs, now)
    assert next_look(POLICY.cutoffs, now) == now + AT_MOST
    looks = [now]
    while looks[-1] < datetime(2026, 12, 31, tzinfo=UTC):
        looks.append(next_look(POLICY.cutoffs, looks[-1]))
    gaps = {after - before for before, after in pairwise(looks)}
    assert max(gaps) == AT_MOST
    assert min(gaps) <= EVERY
    assert len(looks) < 800


def test_a_store_without_holidays_looks_once_a_day() -> None:
    bare = msgspec.structs.replace(POLICY.cutoffs, holidays=())
    now = datetime(2026, 12, 9, tzinfo=UTC)
    assert not may_be_due(bare, now)
    assert next_look(bare, now) == now + AT_MOST
