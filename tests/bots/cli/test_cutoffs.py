"""Tests `doorstep cutoffs` and `doorstep promises`, as a program reads them."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from bots.cli import cli


@pytest.fixture(autouse=True)
def _installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, words)


@pytest.mark.parametrize("place", [("--country", "us", "--region", "hi"), ("--postcode", "96813")])
def test_a_day_to_arrive_by(place: tuple[str, ...]) -> None:
    done = run("cutoffs", "show", *place, "--date", "2030-12-20", "--json")
    assert done.exit_code == 0, done.output
    (found,) = msgspec.json.decode(done.output)
    assert (found["country"], found["region"], found["deliver_by"]) == ("US", "HI", "2030-12-20")
    assert [each["service"] for each in found["services"]] == ["UPS Ground", "UPS Next Day Air"]
    assert all(each["open"] for each in found["services"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--country", "BR"), "cutoffs.yaml has no service to BR; there are some to CA, CN, DE, GB, US"),
        (("--date", "2020-01-01"), "2020-01-01 is over"),
        (("--date", "2026-02-30"), "2026-02-30"),
        (("--postcode", "1234"), "'1234' is no postcode of the US"),
        (("--postcode", "96813", "--country", "DE"), "only those of the US tell a region"),
        (("--postcode", "96813", "--region", "NY"), "96813 is in HI, not in NY"),
        (("--region", "HI"), "say its --country too"),
    ],
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], message: str) -> None:
    done = run("cutoffs", "show", *words)
    assert done.exit_code in (1, 2)
    assert message in done.output


def test_an_installation_without_orders_misses_and_promises_nothing() -> None:
    assert msgspec.json.decode(run("cutoffs", "at-risk", "--json").output) == []
    assert run("promises", "list").output == "Nothing of this kind was promised.\n"
    assert run("promises", "list", "--state", "forgotten").exit_code == 2
