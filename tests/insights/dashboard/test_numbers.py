"""Tests the pages of numbers: each answers in both languages, says the same in its file, and takes no nonsense."""

import csv
import io
import re
from datetime import date, timedelta

import pytest

from insights.dashboard.house import House
from insights.metrics.comparing import compare
from insights.metrics.counting import counted
from insights.metrics.definitions import metrics
from insights.metrics.figures import figure
from insights.metrics.spans import seven_days
from storage.insight.counting import Span
from tests.insights.dashboard.conftest import NOW
from tests.insights.dashboard.visitor import Visitor

SPAN = "from=2026-11-16&to=2026-11-29"
PAGES = ["/", "/metrics", "/questions", "/flows", "/people", "/notices", "/promises", "/carriers", "/returns", "/costs"]
NUMBERS = [f"/metrics/{name}" for name in ("contacts", "csat", "first_response_s", "cost", "promises_kept")]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", [*PAGES, *NUMBERS, *(f"{path}/behind" for path in NUMBERS)])
def test_every_page_of_numbers_answers(visitor: Visitor, path: str, language: str) -> None:
    for query in (f"lang={language}", f"{SPAN}&lang={language}", f"from=2020-01-01&to=2020-01-07&lang={language}"):
        answer = visitor.get(f"{path}?{query}")
        assert answer.status_code == 200, answer.text[:500]
        assert "Undefined" not in answer.text
        assert "None" not in re.sub(r"<[^>]*>", "", answer.text)


@pytest.mark.parametrize("name", metrics())
def test_every_number_has_a_page_that_says_what_it_means(visitor: Visitor, name: str) -> None:
    for language in ("en", "zh"):
        text = visitor.get(f"/metrics/{name}?{SPAN}&lang={language}").text
        assert metrics()[name].formula[language].replace("'", "&#39;")[:40] in text
    assert visitor.get(f"/metrics/{name}/behind?{SPAN}").status_code == 200


@pytest.mark.parametrize("by", ["day", "week", "hour", "channel", "topic", "agent", "team", "language", "detail"])
def test_a_number_is_shown_by_anything_with_links_that_lead_somewhere(visitor: Visitor, by: str) -> None:
    page = visitor.get(f"/metrics/cases?{SPAN}&by={by}")
    assert page.status_code == 200
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="/dashboard(/metrics/cases[^"#]*)"', page.text)}
    assert links
    for link in sorted(links)[:12]:
        assert visitor.get(link).status_code == 200, link


CARD = re.compile(r'<article class="card" data-number="(\w+)">.*?class="figure"[^>]*>([^<]*)<', re.DOTALL)
LINE = re.compile(r'<tr data-number="(\w+)">.*?<td class="number"[^>]*>([^<]*)<', re.DOTALL)


def test_pages_show_what_the_engine_counts(visitor: Visitor, house: House) -> None:
    zone = house.shop().zone
    week = seven_days(NOW.astimezone(zone).date()).now
    with house.store.read() as conn:
        values = counted(conn, metrics(), week, None, zone)[""]
    told = {name: figure(values[name].value, metric.unit, "en", "USD") for name, metric in metrics().items()}
    cards = dict(CARD.findall(visitor.get("/").text))
    assert cards == {name: told[name] for name, metric in metrics().items() if metric.leads}
    lines = dict(LINE.findall(visitor.get("/metrics").text))
    assert lines == {name: told[name] for name in told if name != "contact_share"}  # all contacts are all contacts


@pytest.mark.parametrize("path", [*PAGES, *NUMBERS, *(f"{path}/behind" for path in NUMBERS)])
def test_every_table_is_a_file_too(visitor: Visitor, path: str) -> None:
    answer = visitor.get(f"{path}?{SPAN}&format=csv")
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}


def file(visitor: Visitor, path: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(visitor.get(path).text.removeprefix("\ufeff"))))


@pytest.mark.parametrize(
    ("name", "value"), [("backlog", "0"), ("contacts", "0"), ("csat", ""), ("first_response_s", ""), ("cost", "")]
)
def test_a_file_leaves_no_day_out(visitor: Visitor, name: str, value: str) -> None:
    """Nothing was before the month: a count of nothing is 0, a share or a wait of nothing is not there."""
    days = [str(date(2026, 9, 24) + timedelta(days=number)) for number in range(7)]
    _, *rows = file(visitor, f"/metrics/{name}?from={days[0]}&to={days[-1]}&by=day&format=csv")
    assert [row[1:] for row in rows] == [[day, value, "0", ""] for day in days]
    _, *rows = file(visitor, f"/metrics/{name}?{SPAN}&by=day&format=csv")
    assert [row[1] for row in rows] == [str(date(2026, 11, 16) + timedelta(days=number)) for number in range(14)]
    assert [row[1] for row in file(visitor, f"/metrics/{name}?{SPAN}&by=hour&format=csv")[1:]][::23] == ["00", "23"]
    page = visitor.get(f"/metrics/{name}?from={days[0]}&to={days[-1]}&lang=en").text
    assert "Nothing to count" in page


@pytest.mark.parametrize("path", ["/metrics", "/"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_changes_are_numbers_with_their_unit_beside_them(
    visitor: Visitor, house: House, path: str, language: str
) -> None:
    zone = house.shop().zone
    with house.store.read() as conn:
        both = compare(conn, metrics(), seven_days(NOW.astimezone(zone).date()), zone)
    header, *rows = file(visitor, f"{path}?format=csv&lang={language}")
    names = {metric.name[language]: metric for metric in metrics().values()}
    assert header[5:7] == (["change", "unit of the change"] if language == "en" else ["变化", "变化的单位"])
    assert len(rows) > 10
    for row in rows:
        metric, (now, before, change, unit) = names[row[1]], (row[3], row[4], row[5], row[6])
        was, is_ = both[metric.id].before.value, both[metric.id].now.value
        assert unit == (metric.unit if metric.unit in ("share", "score") else "ratio")
        far = None if was is None or is_ is None else is_ - was
        if far and unit == "ratio":
            far = far / was if was else None
        assert [_number(each) for each in (now, before, change)] == pytest.approx([is_, was, far], abs=1e-9)


def _number(word: str) -> float | None:
    assert re.fullmatch(r"(-?\d+(\.\d+)?)?", word), word
    return float(word) if word else None


def test_the_file_of_what_is_behind_has_all_and_names_nobody(visitor: Visitor, house: House) -> None:
    span = Span(*(NOW.date().replace(month=11, day=day) for day in (16, 29)))
    with house.store.read() as conn:
        number = counted(conn, ["contacts"], span, None, house.shop().zone)[""]["contacts"].n
    rows = list(csv.reader(io.StringIO(visitor.get(f"/metrics/contacts/behind?{SPAN}&format=csv").text)))
    assert len(rows) - 1 == number
    assert not re.search(r"\+\d{8}", "\n".join(",".join(row[1:]) for row in rows))


def test_what_is_behind_comes_page_by_page(visitor: Visitor) -> None:
    path, seen = f"/metrics/contacts/behind?{SPAN}", list[str]()
    while path:
        text = visitor.get(path).text
        seen += re.findall(r"<tr>\s*<td><time datetime=\"([^\"]+)", text)
        following = re.search(r'rel="next" href="/dashboard([^"]+)"', text)
        path = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) > 50
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(("name", "most"), [("csat", 5), ("nps", 10), ("effort", 7)])
def test_behind_a_number_made_of_scores_are_the_scores(name: str, most: int, visitor: Visitor) -> None:
    text = visitor.get(f"/metrics/{name}/behind?{SPAN}").text
    values = re.findall(r'<td class="number">([^<]+)</td>', text)
    assert values
    assert all(value.isdigit() and int(value) <= most for value in values)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/metrics/nope", 404),
        ("/metrics/nope/behind", 404),
        ("/metrics/contacts?by=chanel", 400),
        ("/metrics/contacts?from=yesterday", 400),
        ("/metrics/contacts?from=2026-12-01&to=2026-11-01", 400),
        ("/metrics/contacts?from=2020-01-01&to=2026-11-01", 400),
        ("/metrics/contacts/behind?after=nonsense", 400),
        ("/metrics/contacts/behind?by=day&key=nonsense", 400),
        ("/metrics/contacts/behind?by=hour&key=nonsense", 400),
        ("/?currency=XXX", 400),
        ("/carriers?where=moon", 400),
    ],
)
def test_nonsense_is_told_what_would_be_right(visitor: Visitor, path: str, status: int) -> None:
    assert visitor.get(path).status_code == status


@pytest.mark.parametrize("word", ["<script>alert(1)</script>", "'; DROP TABLE measures; --", "x" * 200, "%", "订单"])
def test_whatever_is_filtered_by_breaks_nothing(visitor: Visitor, word: str) -> None:
    for path in ("/", "/metrics/contacts", "/metrics/contacts/behind", "/flows", "/questions"):
        answer = visitor.get(path, query_string={"topic": word, "channel": word, "lang": "en"})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
