"""Tests what is found to be looked at first, and that a few times are chance."""

from datetime import date

from insights.findings.lanes import Lane
from insights.findings.leaving import Left
from insights.findings.returned import Reason, Returned
from insights.questions.misread import Misread
from insights.questions.unmatched import Asked
from insights.reports import report
from insights.reports.findings import MOST, findings
from insights.reports.material import Material, Topic
from storage.insight.counting import Span
from tests.insights.reports.samples import MATERIAL

SPAN = Span(date(2026, 11, 23), date(2026, 11, 29))
DAYS = "from=2026-11-23&to=2026-11-29"


def test_each_matter_is_found_in_its_order() -> None:
    found = findings(MATERIAL, SPAN)
    assert tuple(each.matter for each in found) == report.MATTERS
    assert [each.numbers.get("share") for each in found] == [0.5, None, 0.5, 0.625, 0.4, 0.75]
    assert found[0].path == f"/dashboard/metrics/bot_solved/behind?{DAYS}&topic=order_status"
    assert found[1].path == f"/dashboard/questions?{DAYS}&language=en"
    assert [(each.file, each.line) for each in found[2:4]] == [
        ("responses/en.yaml", 12),
        ("flows/change_address/flow.yaml", 7),
    ]


def test_what_happened_a_few_times_is_no_finding() -> None:
    material = Material(
        topics=(Topic("returns", 2, 2, None),),
        questions=(Asked("en", "do you rent tents", 2, 2, "", ()),),
        texts=(Misread("utter_ask_reason", "en", "returns", 9, 2), Misread("utter_bye", "en", "", 500, 10)),
        steps=(Left("returns", "reason", 100, 9), Left("returns", "items", 10, 2)),
        lanes=(Lane("UPS", "US", "", 2, 2, 1, ()), Lane("DHL", "DE", "", 900, 4, 1, ())),
        returned=(Returned("boots", "Trail boots", 9, 4, (Reason("size_small", 2, ()), Reason("other", 2, ()))),),
    )
    assert findings(material, SPAN) == ()


def test_no_matter_has_more_than_a_few() -> None:
    topics = tuple(Topic(f"topic{number}", 20, 19 - number, None) for number in range(9))
    found = findings(Material(topics=topics), SPAN)
    assert len(found) == MOST
    assert found[0].numbers["topic"] == "topic0"
