"""Tests that a number's file says what is wrong with it, and that numbers stand in the order of their groups."""

from pathlib import Path

import pytest

from core.errors import ConfigurationError
from insights.metrics.definitions import GROUPS, metrics, read
from insights.metrics.report import Numbers

GOOD = """\
group: people
name: {en: Cases, zh: 工单}
formula: {en: Cases that were opened., zh: 新打开的工单。}
unit: count
of: {measure: case}
"""


def test_numbers_stand_in_the_order_of_groups_and_places() -> None:
    ranks = [(GROUPS.index(each.group), each.place) for each in metrics().values()]
    assert ranks == sorted(ranks)
    assert tuple(metrics()) == Numbers.__struct_fields__[1:]


def test_what_is_left_out_is_the_usual(tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(GOOD, encoding="utf-8")
    found = read(path)
    assert (found.id, found.clock, found.better, found.of.as_, found.target) == (
        "cases",
        "none",
        "neither",
        "number",
        None,
    )
    assert (found.counts.metric, found.counts.details, found.per) == ("case", (), None)


@pytest.mark.parametrize(
    ("was", "is_", "says"),
    [
        ("group: people", "group: peple", "cases.yaml:1: group"),
        ("zh: 工单", "fr: Cas", "cases.yaml:2: name: expected words in en and zh"),
        ("{en: Cases that were opened., zh: 新打开的工单。}", "{en: Cases}", "cases.yaml:3: formula: expected words"),
        ("unit: count", "unit: counts", "cases.yaml:4: unit"),
        ("{measure: case}", "{measure: case, as: sums}", "of.as"),
        ("{measure: case}", "{measure: case, older: soon}", "cases.yaml:5: of.older: expected a time like 30s"),
        ("{measure: case}", "{measure: case, per: order, share: [channel]}", "share"),
        ("unit: count", "units: count", "units"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, was: str, is_: str, says: str) -> None:
    path = tmp_path / "cases.yaml"
    assert was in GOOD
    path.write_text(GOOD.replace(was, is_), encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        read(path)
    assert says in str(raised.value)
