"""Writes a report for programs: as one value, and as the rows of a table."""

from collections.abc import Iterator
from typing import Any

from insights.improvements.listing import Improvement
from insights.reports.report import Figure, Finding, Report
from insights.reports.words import Words

HEADER = ("part", "name", "told", "value", "before", "unit", "n", "target", "path", "file", "line")
DIGITS = 4


def data(report: Report, words: Words) -> dict[str, Any]:
    """Returns all that is in a report."""
    now, before = report.spans
    return {
        "kind": report.kind,
        "shop": report.shop,
        "timezone": report.timezone,
        "currency": report.currency,
        "from": now.first,
        "to": now.last,
        "before": {"from": before.first, "to": before.last},
        "is_over": report.is_over,
        "counted_until": report.until,
        "numbers": [_figure(each, report, words) for each in report.figures],
        "changed": list(report.changed),
        "findings": [_finding(each, words) for each in report.findings],
        "improvements": [_improvement(each, report, words) for each in report.improvements],
    }


def rows(report: Report, words: Words) -> Iterator[tuple[Any, ...]]:
    """Lists what is told, each with HEADER's columns: numbers, findings, what was changed."""
    for figure in report.figures:
        now, before = figure.compared.now, figure.compared.before
        told = words.figure(figure, report)
        values = _rounded(now.value), _rounded(before.value), figure.metric.unit, now.n, figure.target
        yield ("number", figure.metric.id, told.text, *values, told.path, "", "")
    for each in report.findings:
        told, share = words.finding(each), each.numbers.get("share", each.numbers.get("count"))
        unit = "share" if "share" in each.numbers else "count"
        before_ = each.numbers.get("before")
        yield (each.matter, "", told.text, share, before_, unit, "", "", each.path, each.file, each.line or "")
    for change in report.improvements:
        told = words.improvement(change, report)
        yield ("improvement", change.key, told.text, *[""] * 5, "", change.file, change.line)


def _figure(figure: Figure, report: Report, words: Words) -> dict[str, Any]:
    now, before = figure.compared.now, figure.compared.before
    cause = figure.cause
    return {
        "name": figure.metric.id,
        "label": words.name(figure),
        "unit": figure.metric.unit,
        "value": _rounded(now.value),
        "before": _rounded(before.value),
        "n": now.n,
        "target": figure.target,
        "is_met": figure.is_met,
        "is_better": figure.compared.change.is_better,
        "cause": cause
        and {"by": cause.by, "key": cause.key, "before": _rounded(cause.before), "after": _rounded(cause.after)},
        "path": figure.path(report.spans.now),
    }


def _finding(finding: Finding, words: Words) -> dict[str, Any]:
    place = {"file": finding.file, "line": finding.line} if finding.file else {"file": None, "line": None}
    told = words.finding(finding).text
    return {"matter": finding.matter, "told": told, "numbers": finding.numbers, "path": finding.path, **place}


def _improvement(each: Improvement, report: Report, words: Words) -> dict[str, Any]:
    names = ("at", "kind", "file", "line", "key", "keys", "what", "before", "after", "topic", "is_early")
    effects = [
        {
            "name": effect.metric.id,
            "before": _rounded(effect.compared.before.value),
            "after": _rounded(effect.compared.now.value),
        }
        for effect in each.effects
    ]
    told = words.improvement(each, report).text
    return {**{name: getattr(each, name) for name in names}, "effects": effects, "told": told}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
