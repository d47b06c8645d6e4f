"""Makes of a report what the desk is posted."""

from core.desk.digest import DigestLine, DigestPart, DigestView
from insights.reports.report import Report
from insights.reports.words import Line, Words

PAGE = "/dashboard/reports?kind={kind}&of={of}"


def digest(report: Report, words: Words, base_url: str) -> DigestView:
    """Makes the post. `base_url` is where the pages are, "" where nobody at the desk could open them."""
    parts = [
        DigestPart(section.title, tuple(_line(each, words, base_url) for each in section.lines))
        for section in words.sections(report)
    ]
    page = PAGE.format(kind=report.kind, of=report.last)
    whole = DigestLine(words.beside(report), *(_address(base_url, page), words.t("dashboard")) if base_url else ())
    return DigestView(words.title(report), tuple(parts), whole)


def _line(line: Line, words: Words, base_url: str) -> DigestLine:
    text = f"{line.text} ({line.place})" if line.place else line.text
    if not base_url or not line.path:
        return DigestLine(text)
    return DigestLine(text, _address(base_url, line.path), words.t("open"))


def _address(base_url: str, path: str) -> str:
    return f"{base_url.rstrip('/')}{path}"
