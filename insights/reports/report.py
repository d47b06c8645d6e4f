"""Defines a report: a value that terminals, Slack, files and pages show, each in its own way."""

from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from insights.improvements.listing import Improvement
from insights.metrics.causes import Cause
from insights.metrics.comparing import Compared
from insights.metrics.definitions import Metric
from insights.metrics.spans import Beside
from insights.metrics.targets import distance
from storage.insight.counting import Span

Kind = Literal["week", "month"]
# What findings are about, in the order in which they are told.
PROBLEM, QUESTION, TEXT, STEP, LANE, RETURN = "problem", "question", "text", "step", "lane", "return"
MATTERS = (PROBLEM, QUESTION, TEXT, STEP, LANE, RETURN)


class Figure(msgspec.Struct, frozen=True):
    """A number of the span beside the one before. `target`: what it is to reach; `cause`: the group that moved it."""

    metric: Metric
    compared: Compared
    target: float | None = None
    cause: Cause | None = None

    @property
    def is_met(self) -> bool | None:
        """Tells whether it reaches its target; None where there is no target, or no number."""
        far = distance(self.metric, self.compared.now.value, self.target)
        return far.is_met if far else None

    def path(self, span: Span) -> str:
        """Returns where the number itself is, under /dashboard."""
        return f"/dashboard/metrics/{self.metric.id}?from={span.first}&to={span.last}"


class Finding(msgspec.Struct, frozen=True):
    """Something to look at, or to mend. `numbers`: what it is found by, and whatever names it; `path`: its
    conversations, under /dashboard; `file` and `line`: what to change, where there is one."""

    matter: str
    numbers: dict[str, Any]
    path: str = ""
    file: str = ""
    line: int = 0


class Report(msgspec.Struct, frozen=True):
    """How the days of `spans.now` were; `is_over`: all of them. `until`: what happened later is not counted yet.
    `changed`: the names of the numbers whose change says most, the clearest first."""

    kind: Kind
    shop: str
    timezone: str
    currency: str
    spans: Beside
    is_over: bool
    until: datetime
    figures: tuple[Figure, ...]
    changed: tuple[str, ...]
    findings: tuple[Finding, ...]
    improvements: tuple[Improvement, ...]

    @property
    def is_empty(self) -> bool:
        """Tells whether nothing happened that could be told."""
        counted = any(each.compared.now.n or each.compared.before.n for each in self.figures)
        return not (counted or self.findings or self.improvements)

    @property
    def is_counted(self) -> bool:
        """Tells whether all that happened on these days is counted."""
        return self.until.astimezone(ZoneInfo(self.timezone)).date() > self.last

    @property
    def headlines(self) -> list[Figure]:
        """Returns the numbers that are told first, as far as there is anything to tell."""
        leading = [each for each in self.figures if each.metric.leads]
        return [each for each in leading if each.compared.now.n or each.compared.before.n]

    @property
    def first(self) -> date:
        """Returns the first day."""
        return self.spans.now.first

    @property
    def last(self) -> date:
        """Returns the last day."""
        return self.spans.now.last

    def about(self, matter: str) -> list[Finding]:
        """Returns the findings of one kind."""
        return [each for each in self.findings if each.matter == matter]
