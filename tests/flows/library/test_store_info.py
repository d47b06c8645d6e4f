"""Tests what is told of opening hours: split days, holidays, exceptions, a day that is named; in both languages."""

import shutil
from datetime import UTC, datetime

import pytest

from bots.wiring.store.folder import load_folder
from flows.engine.effects import Say
from flows.engine.flowset import FlowSet
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore
from tests.flows.conftest import STORE

HOURS = """
support_hours:
  mon: [{from: "09:00", to: "12:30"}, {from: "13:30", to: "18:00"}]
  tue: [{from: "09:00", to: "12:30"}, {from: "13:30", to: "18:00"}]
  fri: [{from: "09:00", to: "18:00"}]
  sat: [{from: "10:00", to: "24:00"}]
  timezone: America/New_York
  holidays: [US]
  exceptions:
    2026-12-24: [{from: "09:00", to: "12:00"}]
    2026-12-28: []
address: 12 Main St, New York
"""
ALWAYS = "I answer at any hour."
WEEK = ["Mon-Tue: 09:00-12:30, 13:30-18:00", "Fri: 09:00-18:00", "Sat: 10:00-24:00", "(New York time)"]
WEEK_ZH = ["周一至周二：09:00-12:30、13:30-18:00", "周五：09:00-18:00", "周六：10:00-24:00", "（纽约时间）"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> FlowSet:
    """Loads the flows of a shop whose people have hours."""
    store = tmp_path_factory.mktemp("hours") / "store"
    shutil.copytree(STORE, store)
    shop = (store / "shop.yaml").read_text().replace("support_hours: {}", "")
    kept = "".join(line for line in shop.splitlines(keepends=True) if not line.startswith("address:"))
    (store / "shop.yaml").write_text(kept + HOURS)
    return load_folder(store).flows


def ask(flows: FlowSet, said: str, at: str, locale: str = "en", zone: str = "America/New_York") -> list[str]:
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    chat = Chat(flows, MemoryStore([]), "whatsapp", locale, now, "+12025550101", zone)
    (told,) = [effect.text for effect in chat.say(said) if isinstance(effect, Say)]
    return told.strip().splitlines()


@pytest.mark.parametrize(
    ("at", "now"),
    [
        ("2026-12-01T15:00", "We're here now, until today 12:30 PM your time."),
        ("2026-12-01T18:00", "We're closed at the moment, and back today at 1:30 PM your time. " + ALWAYS),
        (
            "2026-12-02T15:00",
            "We're closed at the moment, and back Fri, Dec 4 at 9:00 AM your time. I answer at any hour.",
        ),
        ("2026-12-05T16:00", "We're here now, until tomorrow 12:00 AM your time."),
    ],
)
def test_whether_somebody_is_there_and_the_week(desk: FlowSet, at: str, now: str) -> None:
    assert ask(desk, "what are your opening hours", at) == [now, *WEEK]


def test_in_chinese_and_in_the_customers_own_time(desk: FlowSet) -> None:
    told = ask(desk, "营业时间", "2026-12-01T15:00", "zh", "Asia/Shanghai")
    assert told == ["现在有人值班，到明天 01:30（您当地时间）。", *WEEK_ZH]


def test_holidays_and_exceptions_of_the_next_two_weeks(desk: FlowSet) -> None:
    *_, eve, christmas, monday, new_year, zone = ask(desk, "what are your opening hours", "2026-12-20T15:00")
    assert (eve, christmas, monday) == ("Thu, Dec 24: 09:00-12:00", "Fri, Dec 25: closed", "Mon, Dec 28: closed")
    assert (new_year, zone) == ("Fri, Jan 1: closed", WEEK[-1])
    told = ask(desk, "营业时间", "2026-12-20T15:00", "zh")
    assert told[-5:-1] == [
        "12月24日周四：09:00-12:00",
        "12月25日周五：休息",
        "12月28日周一：休息",
        "1月1日周五：休息",
    ]


@pytest.mark.parametrize(
    ("said", "locale", "first"),
    [
        ("what are your opening hours on monday", "en", "Mon, Dec 7 we're here 09:00-12:30, 13:30-18:00."),
        ("what are your opening hours on wednesday", "en", "Wed, Dec 9 we're closed."),
        ("what are your opening hours on 12/24", "en", "Thu, Dec 24 we're here 09:00-12:00."),
        ("周一的营业时间", "zh", "12月7日周一的值班时间是 09:00-12:30、13:30-18:00。"),
        ("周三的营业时间", "zh", "12月9日周三休息。"),
    ],
)
def test_the_day_that_is_asked_for(desk: FlowSet, said: str, locale: str, first: str) -> None:
    assert ask(desk, said, "2026-12-04T15:00", locale)[0] == first


@pytest.mark.parametrize(
    ("at", "locale", "said", "told"),
    [
        (
            "2026-12-01T15:00",
            "en",
            "where is your shop located",
            "12 Main St, New York. Open today: 09:00-12:30, 13:30-18:00",
        ),
        ("2026-12-25T15:00", "en", "where is your shop located", "12 Main St, New York. Closed today"),
        ("2026-12-01T15:00", "zh", "门店地址是什么", "今天营业：09:00-12:30、13:30-18:00"),
        ("2026-12-25T15:00", "zh", "门店地址是什么", "今天休息"),
    ],
)
def test_where_and_whether_it_is_open_today(desk: FlowSet, at: str, locale: str, said: str, told: str) -> None:
    assert told in ask(desk, said, at, locale)[0]
