"""Writes a report for a terminal: numbers as a table, findings as a list with where they are."""

import unicodedata
from collections.abc import Iterator

from insights.reports.report import Figure, Report
from insights.reports.words import Line, Section, Words

WIDE = 100  # columns of a line
GAP = 2


def written(report: Report, words: Words, base_url: str) -> str:
    """Writes it. `base_url` is where its pages are."""
    lines = [words.title(report), words.beside(report)]
    if report.is_empty:
        return "\n".join([*lines, "", words.t("nothing"), words.t("nothing_yet")])
    for section in words.sections(report):
        lines += ["", section.title]
        lines += _numbers(report, words) if section.name == "numbers" else _listed(section, base_url)
    return "\n".join(lines)


def _numbers(report: Report, words: Words) -> Iterator[str]:
    """Writes the numbers as a table."""
    rows = [_row(each, report, words) for each in report.headlines]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for name, value, change, before, target in rows:
        cells = [_left(name, widths[0]), _right(value, widths[1]), _right(change, widths[2]), _right(before, widths[3])]
        yield "  " + (" " * GAP).join([*cells, target]).rstrip()


def _row(figure: Figure, report: Report, words: Words) -> tuple[str, ...]:
    now, before = figure.compared.now.value, figure.compared.before.value
    target = ""
    if figure.is_met is not None:
        said = words.value(figure.target, figure, report)
        target = words.t("target_met" if figure.is_met else "target_missed", target=said)
    values = words.value(now, figure, report), words.change(figure), words.value(before, figure, report)
    return (words.name(figure), *values, target)


def _listed(section: Section, base_url: str) -> Iterator[str]:
    for number, line in enumerate(section.lines, 1):
        yield from _wrapped(f"{number}. ", line.text)
        yield from (f"     {each}" for each in _where(line, base_url))


def _where(line: Line, base_url: str) -> Iterator[str]:
    if line.place:
        yield line.place
    if line.path:
        yield f"{base_url.rstrip('/')}{line.path}"


def _wrapped(begin: str, text: str) -> Iterator[str]:
    """Breaks a sentence into lines, between words or Chinese signs."""
    line, indent = f"  {begin}", " " * 5
    for word in _words_of(text):
        if _width(line + word) > WIDE and line.strip() not in ("", begin.strip()):
            yield line.rstrip()
            line = indent + word.lstrip()
        else:
            line += word
    yield line.rstrip()


def _words_of(text: str) -> Iterator[str]:
    word = ""
    for sign in text:
        if sign == " " or _width(sign) == 2:
            if word:
                yield word
            word = sign
        else:
            word += sign
    if word:
        yield word


def _left(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _right(text: str, width: int) -> str:
    return " " * (width - _width(text)) + text


def _width(text: str) -> int:
    """Counts the columns that a terminal needs: a Chinese sign takes two."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )
