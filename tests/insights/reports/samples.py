"""Makes a report that has one of everything."""

from datetime import UTC, date, datetime

from insights.findings.lanes import Lane
from insights.findings.leaving import Left
from insights.findings.returned import Reason, Returned
from insights.improvements.listing import Effect, Improvement
from insights.metrics.causes import Cause
from insights.metrics.changes import Change
from insights.metrics.comparing import Compared
from insights.metrics.counting import Value
from insights.metrics.definitions import metrics
from insights.metrics.spans import Beside
from insights.questions.misread import Misread
from insights.questions.unmatched import Asked
from insights.reports.findings import findings
from insights.reports.material import Material, Topic
from insights.reports.report import Figure, Report
from storage.insight.counting import Span

NOW = datetime(2026, 12, 1, 15, tzinfo=UTC)
SPANS = Beside(Span(date(2026, 11, 23), date(2026, 11, 29)), Span(date(2026, 11, 16), date(2026, 11, 22)))
REASONS = (Reason("size_small", 9, ("c1",)), Reason("damaged", 3, ("c2",)))
MATERIAL = Material(
    topics=(Topic("order_status", 30, 15, 0.4),),
    questions=(Asked("en", "=do you rent tents?", 14, 12, "product_question", ()),),
    texts=(Misread("utter_ask_reason", "en", "returns", 40, 20, "responses/en.yaml", 12),),
    steps=(Left("change_address", "new_address", 40, 25, "flows/change_address/flow.yaml", 7),),
    lanes=(Lane("YunExpress", "AU", "", 20, 8, 2, ("1001",)),),
    returned=(Returned("boots", "Trail boots", 60, 12, REASONS),),
)


def compared(name: str, before: float | None, now: float | None, *, is_better: bool | None = None) -> Compared:
    return Compared(
        Value(now, 0 if now is None else 40),
        Value(before, 0 if before is None else 40),
        Change(name, metrics()[name].unit, before, now, is_better, 3.0),
    )


def improvement(*, is_early: bool = False, keys: int = 1) -> Improvement:
    effects = () if is_early else (Effect(metrics()["bot_solved"], compared("bot_solved", 0.61, 0.68)),)
    what = ("text", "responses/en.yaml", 12, "utter_ask_reason", keys, "changed", "Why?", "What is wrong with it?")
    return Improvement(datetime(2026, 11, 24, 15, tzinfo=UTC), *what, "returns", is_early, effects)


def report(*improvements: Improvement, material: Material = MATERIAL, is_over: bool = True) -> Report:
    contacts = compared("contacts", 80, 95, is_better=False)
    response = compared("first_response_s", 1200, 2400, is_better=False)
    cause = Cause("topic", "order_status", 900, 0.75, 1000, 3000, 10, 12)
    return Report(
        kind="week",
        shop="Northwind",
        timezone="America/New_York",
        currency="USD",
        spans=SPANS,
        is_over=is_over,
        until=NOW,
        figures=(
            Figure(metrics()["contacts"], contacts),
            Figure(metrics()["first_response_s"], response, 1800, cause),
            Figure(metrics()["came_back"], compared("came_back", None, None)),
        ),
        changed=("first_response_s",),
        findings=findings(material, SPANS.now),
        improvements=improvements,
    )
