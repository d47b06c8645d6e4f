"""Tests what `rules.yaml` may say, and that each mistake is refused with file, line and the nearest known word."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ConfigurationError
from core.files.durations import duration
from core.people.conversations import Priority
from notifications.catalogue.loading import shipped
from notifications.rules.rule import AddTag, AtMost, OncePer, OpenCase, Rules, SendNotice, TellStore
from notifications.rules.rules_file import TYPES, load_rules, warnings

EXAMPLE = """\
rules:
  - id: vip_stuck
    on: [shipment.updated, timer]
    if: "customer.tier == 'vip' and parcel.status == 'in_transit' and parcel.hours_since_scan >= 48"
    once_per: parcel
    at_most: {times: 1, per: 7d}
    then:
      - notice: stuck
      - case: {reason: parcel_trouble, priority: high, team: support}
      - tag: vip_stuck
      - event: vip_stuck
"""
TEAMS = ("support", "warehouse")


def load(folder: Path, text: str) -> Rules:
    path = folder / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return load_rules(path, shipped(), TEAMS)


def refused(folder: Path, text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(folder, text)
    return str(caught.value).removeprefix(f"{folder / 'rules.yaml'}:")


def test_the_example_says_all_there_is(tmp_path: Path) -> None:
    (rule,) = load(tmp_path, EXAMPLE).all
    assert (rule.id, rule.on, rule.once_per) == ("vip_stuck", {"shipment.updated", "timer"}, OncePer.PARCEL)
    assert rule.at_most == AtMost(1, duration("7d"))
    assert rule.then == (
        SendNotice("stuck"),
        OpenCase("parcel_trouble", Priority.HIGH, "support"),
        AddTag("vip_stuck"),
        TellStore("vip_stuck"),
    )
    assert rule.lasts


@pytest.mark.parametrize("text", ["", "rules: []"])
def test_no_rule_is_no_mistake(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text) == Rules()


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("rules:", "ruels:", "1: ruels: unknown field 'ruels'; expected one of rules; did you mean 'rules'?"),
        ("once_per:", "one_per:", "5: rules.0.one_per: unknown field 'one_per'"),
        ("once_per: parcel", "once_per: parcels", "did you mean 'parcel'?"),
        ("shipment.updated", "shipment.update", "3: rules.0.on.0: shipment.update: expected some of"),
        ("timer", "timr", "did you mean 'timer'?"),
        ("timer", "customer.updated", "3: rules.0.on.1: customer.updated tells of no parcel"),
        ("customer.tier", "customer.teir", "4: rules.0.if: customer.teir: nothing is called 'teir'"),
        ("customer.tier", "custmer.tier", "did you mean 'customer'?"),
        ("'in_transit'", "'in_transitt'", "4: rules.0.if: parcel.status is never 'in_transitt'"),
        (">= 48", ">= '48'", "4: rules.0.if: "),
        (">= 48", ">= ", "4: rules.0.if: "),
        ("times: 1", "times: 0", "6: rules.0.at_most.times: expected a whole number, 1 or more"),
        ("times: 1", "times: one", "6: rules.0.at_most.times: expected a whole number"),
        ("per: 7d", "per: 7 days", "6: rules.0.at_most.per: '7 days': expected a time like 30s, 10m, 2h or 7d"),
        ("per: 7d", "per: 0d", "6: rules.0.at_most.per: expected more than 0s and at most 366d"),
        ("notice: stuck", "notice: stuk", "8: rules.0.then.0.notice: there is no notice 'stuk'"),
        ("notice: stuck", "notice: delay", "8: rules.0.then.0.notice: delay tells what a rule does not know"),
        ("notice: stuck", "notice: return_label", "return_label is about one return; expected once_per: return"),
        ("notice: stuck", "notice: refund_issued", "refund_issued tells what a rule does not know"),
        (
            "notice: stuck",
            "notice: stuck\n        tag: x",
            "expected one of notice, case, tag, event; found notice and tag",
        ),
        ("notice: stuck", "{}", "8: rules.0.then.0: expected one of notice, case, tag, event; found none"),
        ("priority: high", "priority: hihg", "did you mean 'high'?"),
        ("team: support", "team: suport", "9: rules.0.then.1.case.team: there is no team 'suport'; expected one of"),
        ("tag: vip_stuck", "tag: VIP stuck", "10: rules.0.then.2.tag: expected text like vip_stuck (small letters"),
        ("event: vip_stuck", "evnt: vip_stuck", "did you mean 'event'?"),
        ("id: vip_stuck", "id: 'VIP stuck'", "2: rules.0.id: "),
    ],
)
def test_a_mistake_is_refused_with_its_line(tmp_path: Path, was: str, now: str, expected: str) -> None:
    assert was in EXAMPLE
    text = refused(tmp_path, EXAMPLE.replace(was, now, 1))
    assert re.match(r"\d+: ", text)
    assert expected in text


@pytest.mark.parametrize("key", ["id", "on", "if", "then"])
def test_what_is_missing_is_named(tmp_path: Path, key: str) -> None:
    kept = [line for line in EXAMPLE.splitlines() if f" {key}:" not in line or key not in ("on", "if")]
    text = "\n".join(kept)
    if key == "id":
        text = text.replace("- id: vip_stuck\n    on:", "- on:")
    if key == "then":
        text = text[: text.index("    then:")]
    assert f"{key} is missing" in refused(tmp_path, text)


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    twice = EXAMPLE + EXAMPLE.replace("rules:\n", "")
    assert refused(tmp_path, twice).startswith("12: rules.1.id: there is a rule 'vip_stuck' already")


def taken_or_refused(folder: Path, text: str) -> Rules:
    """Loads the text; where it is refused, with a line, there are no rules."""
    try:
        return load(folder, text)
    except ConfigurationError as error:
        place = re.search(r"rules\.yaml:\d+: ", str(error))
    assert place is not None
    return Rules()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_change_of_a_letter_is_taken_in_silence_for_another_rule(tmp_path_factory: Any, data: st.DataObject) -> None:
    """What one wrong letter makes of the file is the same rule (in a name of its own), or refused with a line."""
    folder = tmp_path_factory.mktemp("store")
    place = data.draw(st.integers(0, len(EXAMPLE) - 1))
    text = EXAMPLE[:place] + data.draw(st.sampled_from("xq7_ :'{[")) + EXAMPLE[place + 1 :]
    rules = taken_or_refused(folder, text)
    for rule in rules.all:
        assert rule.on <= set(TYPES)
        assert all(not isinstance(deed, SendNotice) or deed.kind in shipped() for deed in rule.then)
        assert all(not isinstance(deed, OpenCase) or deed.team in ("", *TEAMS) for deed in rule.then)


@pytest.mark.parametrize(
    ("on", "condition", "once_per"),
    [
        ("shipment.updated", "parcel.left", OncePer.PARCEL),
        ("timer", "return.state == 'received'", OncePer.RETURN),
        ("order.updated", "order.total > 1", OncePer.ORDER),
        ("order.updated", "customer.tier == 'vip'", OncePer.ORDER),
        ("timer", "customer.tier == 'vip'", OncePer.CUSTOMER),
        ("timer", "order.total > 1 and customer.tier == 'vip'", OncePer.ORDER),
        ("customer.updated", "customer.points > 1", OncePer.CUSTOMER),
        ("case.opened", "customer.tier == 'vip'", OncePer.CASE),
        ("timer", "case.open", OncePer.CASE),
        ("stock.problem", "true", OncePer.ORDER),
    ],
)
def test_a_rule_that_does_not_say_fires_once_for_the_narrowest_it_reads(
    tmp_path: Path, on: str, condition: str, once_per: OncePer
) -> None:
    text = f'rules: [{{id: a, on: [{on}], if: "{condition}", then: [{{tag: a}}]}}]'
    (rule,) = load(tmp_path, text).all
    assert rule.once_per is once_per


def test_the_digest_changes_with_what_is_written_and_not_with_its_place(tmp_path: Path) -> None:
    (rule,) = load(tmp_path, EXAMPLE).all
    other = EXAMPLE.replace("rules:\n", "rules:\n  - {id: a, on: [timer], if: 'case.open', then: [{tag: a}]}\n")
    assert load(tmp_path, other).all[1].digest == rule.digest
    assert load(tmp_path, EXAMPLE.replace("48", "49")).all[0].digest != rule.digest


def test_what_works_otherwise_than_one_may_think_is_warned_of(tmp_path: Path) -> None:
    rules = load(tmp_path, EXAMPLE)
    assert [sentence[:32] for sentence in warnings(rules, shipped(), ["stuck"], tells_store=False)] == [
        "rule vip_stuck: stuck is also se",
        "rule vip_stuck: event vip_stuck:",
    ]
    assert list(warnings(rules, shipped(), [], tells_store=True)) == []
