"""Finds what is to be looked at first: of each matter the few that weigh most. Pure.

What happened to one or two customers only is chance: nothing is found by it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from insights.reports import report
from insights.reports.material import Material, Step, Text
from insights.reports.report import Finding
from storage.insight.counting import Span

MOST = 5  # findings of one matter
FEW = 3  # times: less says nothing
ASKED = 10  # times that a text was said, or a question asked, or a parcel sent, before a share of them says anything
OFTEN = 0.1  # a smaller share is no finding


def findings(material: Material, span: Span, most: int = MOST) -> tuple[Finding, ...]:
    """Finds at most so many of each matter."""
    return tuple(each for find in FINDERS for each in list(find(material, span))[:most])


def _problems(material: Material, span: Span) -> Iterator[Finding]:
    for each in _largest(material.topics, lambda topic: topic.unsettled):
        numbers = {
            "topic": each.topic,
            "contacts": each.contacts,
            "unsettled": each.unsettled,
            "share": round(each.unsettled / each.contacts, 4),
            "before": each.before,
        }
        yield Finding(report.PROBLEM, numbers, _path("metrics/bot_solved/behind", span, topic=each.topic))


def _questions(material: Material, span: Span) -> Iterator[Finding]:
    for each in _largest(material.groups, lambda group: group.times):
        yield Finding(report.QUESTION, each._asdict(), _path("questions", span, language=each.language))


def _texts(material: Material, span: Span) -> Iterator[Finding]:
    enough = [each for each in material.texts if each.said >= ASKED and each.misread >= OFTEN * each.said]
    for each in _largest(enough, lambda text: text.misread):
        numbers = _without_place(each) | {"share": round(each.misread / each.said, 4)}
        yield Finding(report.TEXT, numbers, _path("questions", span, topic=each.flow), each.file, each.line)


def _steps(material: Material, span: Span) -> Iterator[Finding]:
    enough = [each for each in material.steps if each.asked >= ASKED and each.left >= OFTEN * each.asked]
    for each in _largest(enough, lambda step: step.left):
        numbers = _without_place(each) | {"share": round(each.left / each.asked, 4)}
        yield Finding(report.STEP, numbers, _path("flows", span, topic=each.flow), each.file, each.line)


def _lanes(material: Material, span: Span) -> Iterator[Finding]:
    enough = [each for each in material.lanes if each.parcels >= FEW and each.late >= OFTEN * each.parcels]
    for each in _largest(enough, lambda lane: lane.late):
        numbers = each._asdict() | {"share": round(each.late / each.parcels, 4)}
        yield Finding(report.LANE, numbers, _path("promises", span, carrier=each.carrier))


def _returned(material: Material, span: Span) -> Iterator[Finding]:
    for each in _largest(material.returned, lambda returned: returned.times):
        numbers = each._asdict() | {"share": round(each.times / each.returns, 4)}
        yield Finding(report.RETURN, numbers, _path("flows", span, topic="returns"))


def _largest(all_: Iterable[Any], size: Callable[[Any], int]) -> list[Any]:
    return sorted((each for each in all_ if size(each) >= FEW), key=lambda each: (-size(each), each))


def _without_place(each: Text | Step) -> dict[str, Any]:
    return {name: value for name, value in each._asdict().items() if name not in ("file", "line")}


def _path(page: str, span: Span, **more: str) -> str:
    """Makes the path of a page about the days of a report; the page is asked with what is known alone."""
    asked = {"from": span.first.isoformat(), "to": span.last.isoformat()}
    return f"/dashboard/{page}?{urlencode(asked | {name: value for name, value in more.items() if value})}"


FINDERS: tuple[Callable[[Material, Span], Iterable[Finding]], ...] = (
    *(_problems, _questions, _texts, _steps),
    *(_lanes, _returned),
)
