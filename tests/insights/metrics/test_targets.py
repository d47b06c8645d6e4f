"""Tests what numbers are to reach: the usual, what the shop says instead, and what is wrong with that."""

from pathlib import Path

import pytest

from bots.wiring.store.policies import load_shop_of
from core.errors import ConfigurationError
from insights.metrics.definitions import metrics
from insights.metrics.targets import Distance, distance, targets_of

SHOP = "name: North\ntimezone: Europe/Berlin\ncurrency: EUR\ntargets:\n  {}\n"


def test_what_the_shop_says_is_in_place_of_the_usual() -> None:
    usual = targets_of({})
    own = targets_of({"first_response_s": "15m", "csat": None, "cases": 12})
    assert (usual["first_response_s"], usual["sla_met"]) == (1800, 0.95)
    assert own == {
        **{name: each for name, each in usual.items() if name != "csat"},
        "first_response_s": 900,
        "cases": 12,
    }


@pytest.mark.parametrize(
    ("name", "value", "far"),
    [
        ("first_response_s", 1500, Distance(1800, True, -300)),
        ("first_response_s", 2400, Distance(1800, False, 600)),
        ("sla_met", 0.95, Distance(0.95, True, 0)),
        ("sla_met", 0.75, Distance(0.95, False, pytest.approx(-0.2))),
        ("sla_met", None, None),
        ("contact_share", 0.5, None),
    ],
)
def test_how_far_a_number_is_from_there(name: str, value: float | None, far: Distance | None) -> None:
    assert distance(metrics()[name], value, targets_of({}).get(name)) == far


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("first_respons_s: 15m", "shop.yaml:5: targets.first_respons_s: expected one of"),
        ("first_respons_s: 15m", "did you mean 'first_response_s'?"),
        ("contact_share: 0.5", "expected one of"),
        ("first_response_s: 900", "expected a time like 30s, 10m, 2h or 7d, or null"),
        ("first_response_s: soon", "expected a time like 30s"),
        ("sla_met: 95", "expected a share from 0 to 1, like 0.95, or null"),
        ("sla_met: 95m", "expected a share"),
        ("cases: -1", "expected a number, or null"),
        ("csat: [1]", "targets.csat"),
    ],
)
def test_a_target_that_says_nothing_is_refused_with_its_line(tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP.format(line), encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        load_shop_of(tmp_path)
    assert says in str(raised.value)


def test_what_says_something_is_read(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP.format("{nps: -5, sla_met: 1, resolution_s: 2d, csat: null}"), "utf-8")
    targets = targets_of(load_shop_of(tmp_path).targets)
    assert (targets["nps"], targets["sla_met"], targets["resolution_s"], "csat" in targets) == (-5, 1, 172_800, False)
