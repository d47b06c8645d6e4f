"""Tests what is found to be looked at first, and that a few times are chance."""

from datetime import date

from insights.reports import report
from insights.reports.findings import MOST, findings
from insights.reports.material import Group, Lane, Material, Returned, Step, Text, Topic
from storage.insight.counting import Span

SPAN = Span(date(2026, 11, 23), date(2026, 11, 29))
DAYS = "from=2026-11-23&to=2026-11-29"


def test_each_matter_has_its_largest_first() -> None:
    material = Material(
        topics=(Topic("returns", 20, 4, 0.5), Topic("order_status", 30, 15, None)),
        steps=(Step("returns", "reason", 100, 20), Step("change_address", "new_address", 40, 25, "flow.yaml", 7)),
    )
    found = findings(material, SPAN)
    assert [(each.matter, each.numbers.get("topic") or each.numbers["flow"]) for each in found] == [
        (report.PROBLEM, "order_status"),
        (report.PROBLEM, "returns"),
        (report.STEP, "change_address"),
        (report.STEP, "returns"),
    ]
    assert found[0].numbers["share"] == 0.5
    assert found[0].path == f"/dashboard/metrics/bot_solved/behind?{DAYS}&topic=order_status"
    assert (found[2].file, found[2].line) == ("flow.yaml", 7)


def test_what_happened_a_few_times_is_no_finding() -> None:
    material = Material(
        topics=(Topic("returns", 2, 2, None),),
        groups=(Group("do you rent tents", 2, 2, "en"),),
        texts=(Text("utter_ask_reason", "en", "returns", 9, 9), Text("utter_bye", "en", "", 500, 10)),
        steps=(Step("returns", "reason", 8, 8),),
        lanes=(Lane("UPS", "US", 2, 2, 1), Lane("DHL", "DE", 900, 4, 1)),
        returned=(Returned("boots", "Trail boots", "size_small", 2, 2),),
    )
    assert findings(material, SPAN) == ()


def test_a_question_leads_to_those_like_it() -> None:
    group = Group("do you rent tents?", 14, 12, "en", "product_question")
    (found,) = findings(Material(groups=(group,)), SPAN)
    assert found.numbers == group._asdict()
    assert found.path == f"/dashboard/questions?{DAYS}&language=en"


def test_a_lane_and_a_return_have_their_share() -> None:
    lane, returned = Lane("YunExpress", "AU", 20, 8, 2.5), Returned("boots", "Trail boots", "size_small", 9, 12, 60)
    found = findings(Material(lanes=(lane,), returned=(returned,)), SPAN)
    assert [(each.matter, each.numbers["share"]) for each in found] == [(report.LANE, 0.4), (report.RETURN, 0.75)]


def test_no_matter_has_more_than_a_few() -> None:
    topics = tuple(Topic(f"topic{number}", 20, 10 + number, None) for number in range(9))
    found = findings(Material(topics=topics), SPAN)
    assert len(found) == MOST
    assert found[0].numbers["topic"] == "topic8"
