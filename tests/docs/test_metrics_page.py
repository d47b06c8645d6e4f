"""Tests that docs/store/metrics.md has the tables that the definitions make, and that its example is a definition."""

import re
from pathlib import Path

import pytest

from core.files.yaml import parse
from insights.measuring.increments import measurers
from insights.metrics import definitions
from insights.metrics.definitions import LANGUAGES, ORDERS, Metric, metrics
from insights.metrics.table import table
from insights.metrics.targets import fault
from tests.fakes import ROOT

PAGE = (ROOT / "docs" / "store" / "metrics.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_tables_are_those_of_the_definitions() -> None:
    assert table() in PAGE, "python -m insights.metrics.table writes them"


def test_its_examples_are_read(tmp_path: Path) -> None:
    targets, added = EXAMPLES
    assert fault(parse(targets)["targets"]) is None
    (tmp_path / "another.yaml").write_text(added, encoding="utf-8")
    assert definitions.read(tmp_path / "another.yaml").id == "another"


@pytest.mark.parametrize("metric", metrics().values(), ids=lambda metric: metric.id)
def test_a_number_is_made_of_what_is_measured(metric: Metric) -> None:
    measured = {name for measurer in measurers().values() for name in measurer.metrics}
    assert metric.of.measure in measured
    assert metric.of.per in {"", ORDERS, *measured}
    for words in (metric.name, metric.formula):
        assert all(words[language].strip() for language in LANGUAGES)
        assert words["en"] != words["zh"]


def test_no_two_numbers_have_one_name() -> None:
    for language in LANGUAGES:
        names = [metric.name[language] for metric in metrics().values()]
        assert len(set(names)) == len(names)
