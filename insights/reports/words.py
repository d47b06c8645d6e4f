"""Words a report: titles with sentences under them, each with where its conversations are, and what to change."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from core.content.text import plain_spaces
from flows.language.formats import babel_locale
from insights.dashboard.texts import LANGUAGES, text
from insights.improvements import wording
from insights.improvements.listing import Improvement
from insights.metrics import figures, labels
from insights.reports.report import MATTERS, Figure, Finding, Report


class Line(NamedTuple):
    """A sentence. `path`: of its conversations, under /dashboard; `place`: the file and line to change."""

    text: str
    path: str = ""
    place: str = ""


class Section(NamedTuple):
    """Some sentences under a title; `name` says what they are about."""

    name: str
    title: str
    lines: list[Line]


class Words:
    """Words reports in one language; one that we have no words in reads English. `names`: of agents, by their ids."""

    def __init__(self, locale: str, names: Mapping[str, str] | None = None) -> None:
        language = babel_locale(locale).language
        self.language = language if language in LANGUAGES else "en"
        self._names = names or {}

    def t(self, name: str, /, **values: Any) -> str:
        """Words one text."""
        return text(f"reports.{name}", self.language, values)

    # --- the whole

    def title(self, report: Report) -> str:
        """Names the shop and the days."""
        if report.kind == "week":
            said = self.t("of_week", shop=report.shop, days=figures.days(*report.spans.now, self.language))
        else:
            month = plain_spaces(format_skeleton("yMMMM", report.first, locale=babel_locale(self.language)))
            said = self.t("of_month", shop=report.shop, month=month)
        return said if report.is_over else self.t("so_far", title=said)

    def beside(self, report: Report) -> str:
        """Says beside which days these stand, and what is counted."""
        zone = ZoneInfo(report.timezone)
        until = report.until.astimezone(zone)
        day, clock = figures.day(until.date(), self.language), figures.clock(until, zone, self.language)
        days = figures.days(*report.spans.before, self.language)
        return self.t("beside", days=days, zone=report.timezone, until=self.t("at", day=day, clock=clock))

    def sections(self, report: Report) -> list[Section]:
        """Words all that there is, a section without sentences left out."""
        by_name = {each.metric.id: each for each in report.figures}
        changed = [self.changed(by_name[name], report) for name in report.changed]
        found = [
            Section("numbers", self.t("numbers"), [self.figure(each, report) for each in report.headlines]),
            Section("changed", self.t(f"changed_{report.kind}"), changed),
            *(
                Section(matter, self.t(matter), [self.finding(each) for each in report.about(matter)])
                for matter in MATTERS
            ),
            Section(
                "improvement", self.t("improvement"), [self.improvement(each, report) for each in report.improvements]
            ),
        ]
        return [each for each in found if each.lines]

    # --- numbers

    def name(self, figure: Figure) -> str:
        """Names a number."""
        return figure.metric.name[self.language]

    def value(self, value: float | None, figure: Figure, report: Report) -> str:
        """Writes a number in its unit."""
        return figures.figure(value, figure.metric.unit, self.language, report.currency)

    def change(self, figure: Figure) -> str:
        """Writes how a number changed."""
        now, before = figure.compared.now.value, figure.compared.before.value
        return figures.difference(before, now, figure.metric.unit, self.language)

    def figure(self, figure: Figure, report: Report) -> Line:
        """Words a number with its change, and whether its target is met."""
        now, before = figure.compared.now.value, figure.compared.before.value
        said = {"name": self.name(figure), "value": self.value(now, figure, report)}
        if before is None:
            line = self.t("number_new", **said)
        else:
            said |= {"change": self.change(figure), "before": self.value(before, figure, report)}
            line = self.t("number_line", **said)
        if figure.is_met is not None:
            target = self.value(figure.target, figure, report)
            line = self.joined(line, self.t("target_met" if figure.is_met else "target_missed", target=target))
        return Line(line, figure.path(report.spans.now))

    def changed(self, figure: Figure, report: Report) -> Line:
        """Words a change with whether that is better, and its cause."""
        line = self.figure(figure, report)
        is_better = figure.compared.change.is_better
        told = line.text if is_better is None else self.joined(line.text, self.t("better" if is_better else "worse"))
        if cause := figure.cause:
            said = {
                "grouping": labels.grouping(cause.by, self.language),
                "label": labels.label(cause.by, cause.key, self.language, self._names),
                "before": self.value(cause.before, figure, report),
                "after": self.value(cause.after, figure, report),
            }
            told = self.joined(told, self.t("cause", **said))
        return line._replace(text=told)

    # --- findings

    def finding(self, finding: Finding) -> Line:
        """Words a finding."""
        said = dict(self._said(finding.numbers))
        line = self.t(f"{finding.matter}_line", **said)
        for name, key in FURTHER.get(finding.matter, {}).items():
            if finding.numbers.get(name):
                line = self.t(key, line=line, **{name: said[name]})
        return Line(line, finding.path, f"{finding.file}:{finding.line}" if finding.file else "")

    def _said(self, numbers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for name, value in numbers.items():
            yield name, self._worded(name, value)
            if name == "count":
                yield "n", value

    def _worded(self, name: str, value: Any) -> Any:
        match name:
            case "share" | "before":
                return figures.figure(value, "share", self.language)
            case "topic" | "flow" | "language":
                return labels.label("language" if name == "language" else "topic", value, self.language, {})
            case "nearest" | "reason":
                return labels.code(value, self.language) if value else ""
            case "country":
                return babel_locale(self.language).territories.get(value, value)
            case "median_days_late":
                return self.t("day_count", n=value)
            case _:
                return value

    # --- improvements

    def improvement(self, each: Improvement, report: Report) -> Line:
        """Words what was changed, and what became of the numbers since."""
        told = wording.told(each, ZoneInfo(report.timezone), report.currency, self.language)
        return Line(text("shell.and", self.language, {}).join([told.change, *told.effects]), "", told.place)

    def joined(self, one: str, other: str) -> str:
        """Puts two halves of a sentence together."""
        return self.t("joined", one=one, other=other)


# What is added to a finding's sentence where it is known.
FURTHER = {
    "problem": {"before": "problem_before"},
    "question": {"nearest": "question_near"},
    "return": {"sold": "return_sold"},
}
