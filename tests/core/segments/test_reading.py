"""A segment is read as written, or refused with what is meant and a caret under it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from core.segments.conditions import EVERYBODY, AllOf, AnyOf, Comparison, Condition, Not
from core.segments.names import Type, names
from core.segments.reading import SegmentRefused, read_segment

NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
CHANNELS = ("whatsapp", "sms")
COUNT = Comparison("orders.count", Type.NUMBER, ">=", 2)
OPEN = Comparison("case.open", Type.FLAG, "==", True)


def read(source: str) -> Condition:
    return read_segment(source, CHANNELS, NOW, NEW_YORK)


@pytest.mark.parametrize(
    ("source", "meant"),
    [
        ("all", EVERYBODY),
        ("orders.count >= 2", COUNT),
        ("2 <= orders.count", COUNT),
        ("orders.count >= 2 and not case.open", AllOf((COUNT, Not(OPEN)))),
        ("case.open == false", Comparison("case.open", Type.FLAG, "==", False)),
        ("orders.total > 99.95", Comparison("orders.total", Type.MONEY, ">", Decimal("99.95"))),
        ("customer.points < -3", Comparison("customer.points", Type.NUMBER, "<", -3)),
        (
            "customer.tier in ['vip', 'gold']",
            AnyOf(tuple(Comparison("customer.tier", Type.TEXT, "==", each) for each in ("vip", "gold"))),
        ),
        ("'BOOT-42' in orders.sku", Comparison("orders.sku", Type.SET, "==", "BOOT-42")),
        ("customer.tag != 'vip'", Not(Comparison("customer.tag", Type.SET, "==", "vip"))),
        ("'x' not in customer.tag", Not(Comparison("customer.tag", Type.SET, "==", "x"))),
        (
            "orders.last_at < days_ago(90)",
            Comparison("orders.last_at", Type.MOMENT, "<", NOW - timedelta(days=90)),
        ),
        (
            "orders.first_at >= '2026-11-01'",
            Comparison("orders.first_at", Type.MOMENT, ">=", datetime(2026, 11, 1, tzinfo=NEW_YORK)),
        ),
        ("customer.birthday <= days_ago(0)", Comparison("customer.birthday", Type.DAY, "<=", date(2026, 12, 1))),
        ("channel.sms", Comparison("channel.sms", Type.FLAG, "==", True)),
    ],
)
def test_a_segment_is_read_as_it_is_meant(source: str, meant: Condition) -> None:
    assert read(source) == meant


@pytest.mark.parametrize(
    ("source", "words", "under"),
    [
        ("customer.contry == 'US'", "did you mean 'customer.country'?", "customer.contry"),
        ("not case.open and order.count > 2", "did you mean 'orders.count'?", "order.count"),
        ("orders.count", "orders.count is a number; compare it with something, like orders.count >= 2", "orders.count"),
        ("orders.count >= 'two'", "orders.count is a number; expected orders.count >= 2, not 'two'", "'two'"),
        ("case.open > 2", "case.open is yes or no, of which none is larger", "case.open"),
        ("customer.tier > 'vip'", "customer.tier is a text, of which none is larger", "customer.tier"),
        ("'x' in customer.tier", "customer.tier is a text, and nothing is in it", "customer.tier"),
        ("customer.country == 'usa'", "two capital letters, like 'US'", "'usa'"),
        ("customer.locale in ['en', 'zh-CN']", "a language alone is compared", "'zh-CN'"),
        ("orders.total > days_ago(3)", "orders.total is a sum, and days_ago(…) a moment", "days_ago"),
        ("orders.last_at < days_ago('x')", "days_ago takes a number of days", "days_ago"),
        ("orders.last_at < days_ago(-1)", "days_ago takes a number of days", "days_ago"),
        ("orders.last_at < '30.11.2026'", "expected orders.last_at < days_ago(90), or a day like", "'30.11.2026'"),
        ("orders.count == orders.open", "expected orders.count >= 2, not orders.open", "orders.open"),
        ("1 == 2", "2: a name of a customer is expected", "2"),
        ("channel.fax", "nothing is called so", "channel.fax"),
        ("1 < orders.count < 3", "a comparison has two sides", ""),
        ("orders.count + 1 > 2", "a name of a customer is expected", ""),
        ("orders.count >= ", "", ""),
        ("orders.count >= 2 orders.open", "unexpected 'orders'", "orders"),
        ("customer.tier.upper() == 'VIP'", "Call is not allowed here", ""),
        ("open('/etc/passwd')", "there is no open(…); expected one of days_ago", "open"),
        ("orders.last_at < days_ag(90)", "there is no days_ag(…); expected one of days_ago; did you mean", "days_ag"),
        ("customer.points > 1e400", "expected customer.points >= 2", ""),
    ],
)
def test_a_mistake_is_refused_where_it_stands(source: str, words: str, under: str) -> None:
    with pytest.raises(SegmentRefused) as refused:
        read(source)
    message, shown, caret = str(refused.value).rsplit("\n", 2)
    assert words in message
    assert shown == f"  {source.strip()}"
    place = len(caret) - 3
    assert source.strip()[place:].startswith(under)


def test_an_empty_segment_is_not_everybody() -> None:
    with pytest.raises(SegmentRefused, match="'all' is everybody"):
        read("  ")


def test_each_name_can_be_compared() -> None:
    examples = {
        Type.TEXT: "{} == ''",
        Type.NUMBER: "{} == 1",
        Type.MONEY: "{} == 1",
        Type.MOMENT: "{} < days_ago(1)",
        Type.DAY: "{} == '1990-05-17'",
        Type.FLAG: "{}",
        Type.SET: "'x' in {}",
    }
    for name, type_ in names(CHANNELS).items():
        assert read(examples[type_].format(name))
