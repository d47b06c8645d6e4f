"""Tests the rules that rank cases: what they decide, and what is refused at load, with file, line and cure."""

from pathlib import Path

import pytest

from core.cases.routing import Facts, OrderFacts, load_routing
from core.errors import ConfigurationError
from core.people.conversations import Priority, Routed
from tests.fakes import STORE_DIR

EXAMPLE = """
teams:
  support: {channel: C0SUPPORT01, lead: U0LEAD0001}
  warehouse: {channel: C0WAREHOUS}
  finance: {channel: C0FINANCE1}
rules:
  - {id: risk, if: "reason in ['legal', 'safety', 'chargeback']", then: {priority: urgent, sla: fast, tags: [risk]}}
  - {id: chinese, if: "language == 'zh'", then: {team: support, channel: C0CHINESE1}}
  - {id: dear, if: "tier == 'vip' or order.total >= 500", then: {priority: high, sla: fast, tags: [dear]}}
  - {id: parcels, if: "reason == 'parcel_trouble'", then: {team: warehouse}}
default: {team: support, priority: normal, sla: standard}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "routing.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_first_rule_that_sets_a_field_wins_and_tags_add_up(tmp_path: Path) -> None:
    routing = load_routing(written(tmp_path, EXAMPLE))
    legal = Facts("legal", language="zh", tier="vip")
    assert routing.route(legal) == Routed(Priority.URGENT, "support", "fast", ("risk", "dear"), "C0CHINESE1")


def test_without_a_rule_the_default_holds_in_the_team_s_channel(tmp_path: Path) -> None:
    routing = load_routing(written(tmp_path, EXAMPLE))
    assert routing.route(Facts("asked_human")) == Routed(Priority.NORMAL, "support", "standard", (), "C0SUPPORT01")
    assert routing.route(Facts("parcel_trouble")).place == "C0WAREHOUS"


def test_an_order_is_asked_about_and_a_case_without_one_is_no_mistake(tmp_path: Path) -> None:
    routing = load_routing(written(tmp_path, EXAMPLE))
    assert routing.route(Facts("other", order=OrderFacts("1", "paid", 500.0, "USD"))).priority is Priority.HIGH
    assert routing.route(Facts("other")).priority is Priority.NORMAL


def test_an_empty_file_routes_nothing(tmp_path: Path) -> None:
    assert load_routing(written(tmp_path, "")).route(Facts("legal")) == Routed()


@pytest.mark.parametrize(
    ("was", "said", "expected"),
    [
        (
            "teams:",
            "teem:",
            "2: teem: unknown field 'teem'; expected one of default, rules, teams; did you mean 'teams'?",
        ),
        ("priority: urgent", "priorty: urgent", "did you mean 'priority'?"),
        ("priority: urgent", "priority: asap", "expected one of low, normal, high, urgent"),
        ("team: warehouse", "team: warehouses", "there is no team 'warehouses'; expected one of support, warehouse"),
        ("team: support, priority", "team: suport, priority", "did you mean 'support'?"),
        ("language ==", "langage ==", "nothing is called 'langage'; there are reason, channel"),
        ("order.total", "order.totl", "order.totl: nothing is called 'totl'; there are number, status, total"),
        ("order.total >= 500", "order.total >= '500'", "rules.2.if:"),
        ("reason == 'parcel_trouble'", "reason = 'parcel_trouble'", "expected an expression like"),
        ("id: parcels", "id: dear", "there is a rule 'dear' already"),
        ("C0CHINESE1", "'#chinese'", "rules.1.then.channel:"),
    ],
)
def test_mistakes_are_refused_with_file_line_and_cure(tmp_path: Path, was: str, said: str, expected: str) -> None:
    path = written(tmp_path, EXAMPLE.replace(was, said, 1))
    with pytest.raises(ConfigurationError) as error:
        load_routing(path)
    assert str(error.value).startswith(f"{path}:")
    assert expected in str(error.value)


@pytest.mark.parametrize(
    ("facts", "priority", "tag"),
    [
        (Facts("safety"), Priority.URGENT, "safety"),
        (Facts("legal"), Priority.URGENT, "legal"),
        (Facts("chargeback"), Priority.URGENT, "fraud"),
        (Facts("account_takeover"), Priority.URGENT, "fraud"),
        (Facts("repeat_contact", mood="angry"), Priority.URGENT, "angry"),
        (Facts("asked_human", mood="angry"), Priority.HIGH, "angry"),
        (Facts("privacy"), Priority.HIGH, "privacy"),
        (Facts("low_rating"), Priority.HIGH, "low_rating"),
        (Facts("asked_human", tier="vip"), Priority.HIGH, "vip"),
        (Facts("asked_human"), Priority.NORMAL, None),
        (Facts("media_only"), Priority.LOW, None),
    ],
)
def test_what_we_ship_puts_danger_first(facts: Facts, priority: Priority, tag: str | None) -> None:
    routed = load_routing(STORE_DIR / "routing.yaml").route(facts)
    assert routed.priority is priority
    assert tag is None or tag in routed.tags
    assert routed.team in ("support", "warehouse", "finance")


def test_a_policy_that_sla_yaml_does_not_have_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, EXAMPLE)
    assert load_routing(path, ("standard", "fast")).default.sla == "standard"
    with pytest.raises(ConfigurationError, match=r"yaml:7: rules.0.then.sla: sla.yaml has no policy 'fast'; .*'fasst'"):
        load_routing(path, ("standard", "fasst"))
