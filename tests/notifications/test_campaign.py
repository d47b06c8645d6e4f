from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.content.text import sms_segments
from notifications import Candidate, Hold, Planned, Reader, Reason, Send, Skip, explain, plan_last_moments
from notifications.campaigns.tally import Tally
from notifications.planning.zones import Zones
from tests.notifications.samples import POLICY, candidate, recipient

NEW_YORK = ZoneInfo("America/New_York")
SMS = candidate("sms", marketing=True)


def reader(
    customer: str,
    *candidates: Candidate,
    country: str = "US",
    region: str = "NY",
    zone: str = "America/New_York",
    locale: str = "en",
) -> Reader:
    return Reader(customer, recipient(*candidates, zones=Zones((zone,)), locale=locale), country, region)


def at(text: str, zone: str = "America/New_York") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def one(who: Reader, now: datetime, told: frozenset[str] = frozenset(), scheduled: bool = True) -> Planned:
    [planned] = plan_last_moments([who], POLICY, now, scheduled=scheduled, told=told)
    return planned


def key(planned: Planned) -> str:
    assert planned.notice, explain(planned.decision)
    return planned.notice.key


@pytest.mark.parametrize(
    ("day", "days"),
    [("2026-12-09", 7), ("2026-12-10", 7), ("2026-12-14", 2), ("2026-12-15", 1), ("2026-12-16", 1)],
)
def test_reminders_fall_7_2_and_1_days_before(day: str, days: int) -> None:
    planned = one(reader("c1", SMS), at(f"{day}T10:00"))
    assert key(planned) == f"holiday_cutoff:christmas-2026:c1:{days}"
    assert isinstance(planned.decision, Send)


@pytest.mark.parametrize("day", ["2026-11-20", "2026-12-08", "2026-12-11", "2026-12-13"])
def test_other_days_have_none(day: str) -> None:
    assert one(reader("c1", SMS), at(f"{day}T10:00")).decision == Skip(Reason.NO_REMINDER_TODAY)


def test_after_the_last_moment_nobody_is_reminded() -> None:
    assert one(reader("c1", SMS), at("2026-12-16T14:00")).decision == Skip(Reason.CUTOFF_PASSED)
    assert one(reader("c1", SMS), at("2026-12-21T10:00")).decision == Skip(Reason.CUTOFF_PASSED)


def test_days_are_those_of_the_customers_calendar() -> None:
    shanghai = reader("c2", SMS, country="CN", region="", zone="Asia/Shanghai", locale="zh")
    now = at("2026-12-05T10:00", "Asia/Shanghai")  # their last moment is 12-12 03:00, the 11th in New York
    assert key(one(shanghai, now)) == "holiday_cutoff:christmas-2026:c2:7"
    assert one(shanghai, at("2026-12-04T23:00", "Asia/Shanghai")).decision == Skip(Reason.NO_REMINDER_TODAY)


def test_nobody_is_told_twice() -> None:
    first = one(reader("c1", SMS), at("2026-12-14T10:00"))
    again = one(reader("c1", SMS), at("2026-12-14T11:00"), told=frozenset({key(first)}))
    assert again.decision == Skip(Reason.ALREADY_TOLD)


def test_an_operator_does_not_wait_for_the_day() -> None:
    planned = one(reader("c1", SMS), at("2026-11-22T10:00"), scheduled=False)
    assert key(planned) == "holiday_cutoff:christmas-2026:c1:now"
    assert isinstance(planned.decision, Send)


def test_an_operator_may_speak_of_what_is_still_open() -> None:
    planned = one(reader("c1", SMS), at("2026-12-21T10:00"), scheduled=False)
    assert isinstance(planned.decision, Send)
    text = planned.decision.ways[0].message.text
    assert "order by Tue, Dec 22, 2:00 PM (New York time)" in text
    assert "until" not in text


def test_texts_in_three_zones() -> None:
    customers = [
        reader("c1", SMS),
        reader("c2", SMS, country="CN", region="", zone="Asia/Shanghai", locale="zh"),
        reader("c3", SMS, region="HI", zone="Pacific/Honolulu"),
    ]
    now = at("2026-11-23T15:00")  # 10:00 on Hawaii; night in Shanghai
    new_york, shanghai, honolulu = (each.decision for each in plan_last_moments(customers, POLICY, now))
    assert isinstance(new_york, Send)
    assert "Wed, Dec 16, 2:00 PM (New York time)" in new_york.ways[0].message.text
    assert "UPS Next Day Air: until Tue, Dec 22, 2:00 PM." in new_york.ways[0].message.text
    assert shanghai == Hold(at("2026-11-24T09:00", "Asia/Shanghai"), Reason.QUIET_HOURS)
    assert isinstance(honolulu, Send)
    assert "Fri, Dec 11, 9:00 AM (Honolulu time)" in honolulu.ways[0].message.text
    [later] = plan_last_moments(customers[1:2], POLICY, at("2026-11-24T09:00", "Asia/Shanghai"))
    assert isinstance(later.decision, Send)
    assert "上海时间12月12日周六 03:00前下单，圣诞节前送达" in later.decision.ways[0].message.text


def test_the_sums() -> None:
    customers = [
        reader("c1", SMS),
        reader("c2", candidate("sms", marketing=True, value="+12025550102"), candidate("telegram", marketing=True)),
        reader("c3", candidate("sms", service=True)),
        reader("c4", candidate("sms", marketing=False)),
        reader("c5", SMS, zone="Asia/Shanghai"),
        reader("c6", SMS, country="AQ", region=""),
        reader("c7"),
        reader("c8", candidate("whatsapp", marketing=True)),
    ]
    told = frozenset({"holiday_cutoff:christmas-2026:c1:7"})
    now = at("2026-11-23T10:00")
    planned = plan_last_moments(customers, POLICY, now, told=told)
    tally = Tally(POLICY, now)
    tally.add(each.case for each in planned)
    sums = tally.told()
    assert sums["counts"] == {
        "send": 2,
        "skip:no_consent": 1,
        "skip:stopped_marketing": 1,
        "hold:quiet_hours": 1,
        "skip:no_delivery": 1,
        "skip:no_address": 1,
        "skip:not_delivered_there": 1,
    }
    assert sums["channels"] == {"sms": 2}
    assert [each.customer_id for each in planned] == [each.customer_id for each in customers]
    [first, *_] = planned
    assert isinstance(first.decision, Send)
    message = first.decision.ways[0].message
    assert sums["sms_segments"] == 2 * sms_segments(f"{message.text}\n{message.link_title}: {message.link}")
