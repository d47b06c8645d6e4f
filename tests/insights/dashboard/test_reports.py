"""Tests the pages of reports and of what was changed."""

import csv
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest

from insights.dashboard.house import House
from insights.dashboard.page import found
from storage.insight import improvements
from storage.insight.tables import improvements as table
from tests.insights.dashboard.conftest import NOW
from tests.insights.dashboard.visitor import Visitor

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def changed(house: House) -> House:
    """Makes a store in which a text was changed nine days ago, and a policy yesterday."""
    rows = [
        {
            "id": f"{number:024x}",
            "at": NOW - timedelta(days=ago),
            "version": str(number),
            "kind": kind,
            "file": file,
            "line": 3,
            "key": key,
            "what": "changed",
            "before": "=1+1",
            "after": HOSTILE,
            "topic": "",
        }
        for number, (ago, kind, file, key) in enumerate(
            [(9, "text", "responses/en.yaml", "utter_bye"), (1, "policy", "policies.yaml", "returns.window_days")]
        )
    ]
    with house.store.write() as conn:
        conn.execute(table.delete())
        improvements.add(conn, rows)
    return house


def test_a_week_has_its_numbers_and_its_findings(visitor: Visitor) -> None:
    page = visitor.get("/reports").text
    assert "Northwind: the week of Nov 23 – 29" in page
    assert 'href="/dashboard/metrics/contacts?from=2026-11-23&amp;to=2026-11-29"' in page
    assert "Top problems" in page
    assert 'href="/dashboard/reports?kind=week&amp;of=2026-11-22"' in page
    assert 'href="/dashboard/reports?kind=week&amp;of=2026-11-30"' in page


def test_one_that_is_not_over_leads_nowhere_later(visitor: Visitor) -> None:
    page = visitor.get("/reports?of=2026-12-01&kind=month&lang=zh").text
    assert "Northwind：2026年12月（至今）" in page
    assert 'rel="next"' not in page


def test_what_is_to_come_is_told_in_a_sentence(visitor: Visitor) -> None:
    answer = visitor.get("/reports?of=2026-12-24")
    assert answer.status_code == 400
    assert "2026-12-24 is still to come" in answer.text


def test_a_kind_that_there_is_not_is_named(visitor: Visitor) -> None:
    answer = visitor.get("/reports?kind=year")
    assert answer.status_code == 400
    assert "year" in answer.text
    assert "still to come" not in answer.text


def test_a_report_of_nothing_says_so(visitor: Visitor) -> None:
    assert "Nothing was counted on these days" in visitor.get("/reports?of=2025-01-01").text


def test_a_report_as_a_file_is_that_of_the_command(visitor: Visitor) -> None:
    answer = visitor.get("/reports?format=csv&kind=month")
    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert {"number", "problem"} <= {row["part"] for row in rows}
    assert "report-month-2026-11-01" in answer.headers["Content-Disposition"]


def test_what_was_changed_stands_beside_its_numbers(changed: House) -> None:
    page = Visitor(changed).get("/improvements").text
    assert "Nov 22: text utter_bye" in page
    assert "<code>responses/en.yaml:3</code>" in page
    assert "Solved by the bot" in page
    assert "too early to tell, the week after is over on Dec 7" in page
    assert HOSTILE not in page
    only = Visitor(changed).get("/improvements?kind=policy").text
    assert "utter_bye" not in only
    assert "returns.window_days" in only


def test_what_was_changed_as_a_file_has_a_line_for_each_number(changed: House) -> None:
    answer = Visitor(changed).get("/improvements?format=csv")
    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    first = rows[0]
    assert (first["key"], first["number"], first["too_early"]) == ("returns.window_days", "", "True")
    assert {row["number"] for row in rows[1:]} >= {"bot_solved", "fallback"}
    assert {row["before"] for row in rows} == {"'=1+1"}


def test_without_a_change_the_page_says_what_would_be_here(house: House) -> None:
    late = replace(house, now=lambda: NOW + timedelta(days=400))
    assert "Nothing was changed on these days" in Visitor(late).get("/improvements").text


@pytest.mark.parametrize("kind", ["week", "month"])
def test_what_a_report_leads_to_is_there(visitor: Visitor, kind: str) -> None:
    answer = visitor.get(f"/reports?format=csv&kind={kind}")
    paths = {row["path"] for row in csv.DictReader(StringIO(answer.text)) if row["path"]}
    assert paths
    for path in paths:
        page = visitor.get(path.removeprefix("/dashboard"))
        assert page.status_code == 200, path
    assert all(urlsplit(path).path.startswith("/dashboard/") for path in paths)
    assert "/reports" in {each.rule for each in found()}
