"""Tests what pages are put together from: texts, files, tables as CSV, charts."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count

import pytest

from insights.dashboard import page, statics
from insights.dashboard.charts import Chart, Series
from insights.dashboard.csv_file import ROWS, cell, csv_answer, lines
from insights.dashboard.statics import FOLDER
from insights.dashboard.texts import LANGUAGES, text, texts
from tests.insights.dashboard.visitor import Visitor

ROOM = FOLDER.parent
KEY = re.compile(r"""\bt\(\s*["']([a-z_]+\.[a-z0-9_]+)["']|Mistake\(\s*["']([a-z_]+\.[a-z0-9_]+)["']""")


def used() -> set[str]:
    """Lists the texts that templates and modules name; of some the end is made."""
    files = [*ROOM.rglob("*.py"), *(ROOM / "templates").glob("*.html")]
    named = {key for path in files for found in KEY.findall(path.read_text()) for key in found if key}
    return {key for key in named if not key.endswith("_")}


def test_each_text_that_is_named_is_there_in_every_language() -> None:
    assert used() <= set(texts()), used() - set(texts())
    for key, forms in texts().items():
        assert set(forms) == set(LANGUAGES), key
        names = [set(re.findall(r"{(\w+)}", str(form))) for form in forms.values()]
        assert all(each == names[0] for each in names), key


def test_each_place_of_the_navigation_has_a_name() -> None:
    assert {f"{each.nav}.title" for each in page.found() if each.nav} <= set(texts())
    rules = [each.rule for each in page.found()]
    assert len(set(rules)) == len(rules)


def test_a_text_has_a_form_for_one_and_for_many() -> None:
    assert text("refusals.wait", "en", {"n": 1}).startswith("Wait a second")
    assert text("refusals.wait", "en", {"n": 1200}).startswith("Wait 1,200 seconds")
    assert text("refusals.wait", "zh", {"n": 1}) == "请等 1 秒后再打开此页。"
    with pytest.raises(KeyError):
        text("refusals.nothing", "en", {})


# --- files


def test_files_are_kept_by_browsers_and_known_by_what_is_in_them(visitor: Visitor) -> None:
    for name, path in statics.named().items():
        answer = visitor.get(f"/static/{name}")
        assert answer.status_code == 200
        assert answer.data == path.read_bytes()
        assert answer.headers["Cache-Control"] == statics.FOREVER
    assert visitor.get("/static/app.css").status_code == 404
    assert visitor.get("/static/chart.LICENSE.md").status_code == 404
    assert visitor.get("/static/..%2fapp.py").status_code == 404


def test_nothing_is_loaded_from_elsewhere_and_nothing_stands_in_a_page_that_browsers_refuse() -> None:
    own = [path for path in FOLDER.iterdir() if path.suffix in (".css", ".js") and "chart.umd" not in path.name]
    for path in [*(ROOM / "templates").glob("*.html"), *own]:
        written = path.read_text()
        assert not re.search(r"""(src|href)=["']?(https?:)?//|url\(\s*["']?(https?:)?//|@import""", written), path
        assert not re.search(r"""\son\w+=["']|style=["']|javascript:|<style""", written), path


def test_the_license_of_what_we_ship_is_with_it() -> None:
    assert "MIT" in (FOLDER / "chart.LICENSE.md").read_text()
    assert "sourceMappingURL" not in (FOLDER / "chart.umd.min.js").read_text()


# --- CSV


def read(pieces: Iterator[str]) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(pieces).removeprefix("\ufeff"))))


def test_a_file_opens_in_a_spreadsheet_as_what_it_is() -> None:
    moment = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
    rows = [("=1+1", "+49", "-x", "@a", "\tb", 'a "b", c\n王', -1.5, None, date(2026, 12, 1), moment)]
    (header, row) = read(lines(["=h", "b"], rows))
    assert header == ["'=h", "b"]
    assert row == [
        "'=1+1",
        "'+49",
        "'-x",
        "'@a",
        "'\tb",
        'a "b", c\n王',
        "-1.5",
        "",
        "2026-12-01",
        "2026-12-01T10:00:00+00:00",
    ]
    assert next(lines(["a"], [])).startswith("\ufeff")


@pytest.mark.parametrize(
    ("value", "written"),
    [(5e-05, "0.00005"), (1e20, "100000000000000000000"), (0.1 + 0.2, "0.3"), (-0.25, "-0.25"), (7, 7)],
)
def test_numbers_are_written_out(value: float, written: str) -> None:
    assert cell(value) == written


def test_a_file_leaves_as_its_rows_come() -> None:
    numbers = count()
    pieces = lines(["n"], ((number,) for number in numbers))
    next(pieces)
    assert next(numbers) <= ROWS + 1
    answer = csv_answer("cases-2026-12-01", ["n"], [(1,)])
    assert answer.headers["Content-Disposition"] == 'attachment; filename="cases-2026-12-01.csv"'
    assert answer.get_data(as_text=True) == "\ufeffn\r\n1\r\n"


# --- charts


def test_a_chart_says_what_it_is_drawn_from() -> None:
    chart = Chart("Contacts", ["Mon", "Tue"], [Series("sms", [1, None]), Series("whatsapp", [0, 2.5])], target=3)
    assert not chart.is_empty
    assert Chart("Contacts", ["Mon"], [Series("sms", [None])]).is_empty
    assert chart.columns == [("sms", "number"), ("whatsapp", "number")]
    assert chart.data()["series"] == [{"name": "sms", "values": [1, None]}, {"name": "whatsapp", "values": [0, 2.5]}]
