"""Finds what is to be looked at first: of each matter the few that weigh most. Pure.

What happened to one or two customers only is chance: nothing is found by it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from insights.reports import report
from insights.reports.material import Material
from insights.reports.report import Finding
from storage.insight.counting import Span

MOST = 5  # findings of one matter
FEW = 3  # times: less says nothing
OFTEN = 0.1  # a smaller share is no finding


def findings(material: Material, span: Span, most: int = MOST) -> tuple[Finding, ...]:
    """Finds at most so many of each matter."""
    return tuple(each for find in FINDERS for each in list(find(material, span))[:most])


def _problems(material: Material, span: Span) -> Iterator[Finding]:
    for each in material.topics:
        if each.unsettled >= FEW:
            numbers = each._asdict() | {"share": _share(each.unsettled, each.contacts)}
            yield Finding(report.PROBLEM, numbers, _path("metrics/bot_solved/behind", span, topic=each.topic))


def _questions(material: Material, span: Span) -> Iterator[Finding]:
    for each in material.questions:
        if each.count >= FEW:
            names = ("example", "language", "count", "conversations", "nearest")
            path = _path("questions", span, language=each.language)
            yield Finding(report.QUESTION, {name: getattr(each, name) for name in names}, path)


def _texts(material: Material, span: Span) -> Iterator[Finding]:
    for each in sorted(material.texts, key=lambda text: -text.misread):  # whom it costs most, not where it is surest
        if each.misread >= FEW and each.share >= OFTEN:
            numbers = _numbers(each, "text", "language", "flow", "said", "misread")
            path = _path("metrics/texts_misread/behind", span, language=each.language, by="detail", key=each.text)
            yield Finding(report.TEXT, numbers, path, each.file, each.line)


def _steps(material: Material, span: Span) -> Iterator[Finding]:
    for each in sorted(material.steps, key=lambda step: -step.left):
        if each.left >= FEW and each.share >= OFTEN:
            path = _path("metrics/drop_off/behind", span, topic=each.flow, by="detail", key=each.step)
            numbers = _numbers(each, "flow", "step", "asked", "left")
            yield Finding(report.STEP, numbers, path, each.file, each.line)


def _lanes(material: Material, span: Span) -> Iterator[Finding]:
    for each in material.lanes:
        if each.late >= FEW and each.share >= OFTEN:
            numbers = _numbers(each, "carrier", "country", "parcels", "late", "median_days_late")
            yield Finding(report.LANE, numbers, _path("carriers", span))


def _returned(material: Material, span: Span) -> Iterator[Finding]:
    for each in material.returned:
        main = next(iter(each.reasons), None)
        if main and main.pieces >= FEW:
            numbers = _numbers(each, "product", "title", "sold", "returned") | {
                "reason": main.reason,
                "pieces": main.pieces,
                "share": _share(main.pieces, each.returned),
            }
            yield Finding(report.RETURN, numbers, _path("returns", span))


FINDERS: tuple[Callable[[Material, Span], Iterable[Finding]], ...] = (
    *(_problems, _questions, _texts, _steps),
    *(_lanes, _returned),
)


def _numbers(each: Any, *names: str) -> dict[str, Any]:
    found = {name: getattr(each, name) for name in names}
    return found if each.share is None else found | {"share": round(each.share, 4)}


def _share(part: int, of: int) -> float:
    return round(part / of, 4)


def _path(page: str, span: Span, **more: str) -> str:
    """Makes the path of a page about the days of a report; the page is asked with what is known alone."""
    asked = {"from": span.first.isoformat(), "to": span.last.isoformat()}
    return f"/dashboard/{page}?{urlencode(asked | {name: value for name, value in more.items() if value})}"
