"""Flows, policies and phrases from files; mistakes stop the start with their place."""

from pathlib import Path

import pytest

from core.errors import ConfigurationError
from flows.engine.flowset import FlowSet
from flows.loading.loader import LIBRARY, load_flows
from flows.loading.policies import load_policies
from flows.understanding.interpreter import read_phrases


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("flow: {}", ":1: unknown field 'flow'; expected one of slots, flows"),
        ("slots:\n  a: {type: colour}", ":2: slot a has type 'colour'; expected one of text"),
        ("flows:\n  a:\n    steps: []", ":3: flow a has no steps"),
        ("flows:\n  a: {description: x}", ":2: found nothing; expected a list"),
        ("flows:\n  a:\n    steps:\n      - utter: x\n        when: y", ":5: unknown field 'when'"),
        ("flows:\n  human2:\n    triggers: [human]\n    steps: [{handoff: x}]", ":2: 'human' starts human already"),
        ("slots:\n  a: {type: imag}", ":2: slot a has type 'imag'; expected one of text"),
        ("slots:\n  a: {type: bool, min: 1}", ":2: slot a of type bool has min; expected it on int, money, date, text"),
        ("slots:\n  a: {type: int, min: 5, max: 2}", ":2: min 5 is above max 2"),
        ("slots:\n  a: {type: int, min: few}", ":2: min is 'few'; expected a number"),
        ("slots:\n  a: {type: text, multiple: true}", ":2: slot a of type text is multiple; expected it on choice"),
        ("slots:\n  a: {type: text, multiple: maybe}", ":2: multiple is 'maybe'; expected true or false"),
        ("slots:\n  a: {type: text, pattern: '('}", ":2: pattern '(': "),
        ("slots:\n  a: {type: text, pattern: '(a+)+b'}", ":2: pattern '(a+)+b' may take long"),
        ("slots:\n  a: {type: int, pattern: a}", ":2: slot a of type int has a pattern"),
        (
            "slots:\n  a: {type: text, pii: masked}",
            ":2: pii is 'masked'; expected one of mask, never_store; did you mean 'mask'?",
        ),
        (
            "flows:\n  a:\n    expire_after: soon\n    steps: [{handoff: x}]",
            ":3: expire_after is 'soon'; expected a time like",
        ),
        (
            "flows:\n  a:\n    resume: maybe\n    steps: [{handoff: x}]",
            ":3: resume is 'maybe'; expected one of ask, auto, never",
        ),
        ("flows:\n  a:\n    version_policy: pinned\n    steps: [{handoff: x}]", ":3: version_policy is 'pinned'"),
        ("flows:\n  a:\n    steps:\n      - wait: {event: x, key: y}", ":4: a wait without `for`; expected how long"),
        ("flows:\n  a:\n    steps:\n      - wait: a while", ":4: "),
        ("flows:\n  a:\n    steps:\n      - wait: {for: 8s, until: x}", ":4: unknown field 'until'"),
        (
            "slots:\n  x: {type: text}\nflows:\n  a:\n    steps:\n      - collect: x\n        tells: {kinds: y}",
            ":7: unknown field 'kinds'; expected one of kind, as",
        ),
        ("flows:\n  a:\n    steps:\n      - {collect: b, accept: all}", ":4: accept is 'all'"),
        (
            "flows:\n  a:\n    steps:\n      - {collect: b, remind_after: 5}",
            ":4: remind_after is 5; expected a time like",
        ),
        ("flows:\n  ../up:\n    steps: [{handoff: x}]", ":2: the flow is called '../up'; expected a-z, 0-9 and _"),
        ("slots:\n  a-b: {type: text}", ":2: the slot is called 'a-b'; expected a-z, 0-9 and _"),
        ("flows:\n  a:\n    steps:\n      - {handoff: x, id: 7}", ":4: the step is called '7'; expected a-z"),
        ("flows: [", ":1:"),
        ("- a", ":1: found"),
    ],
)
def test_mistakes_stop_the_start_with_their_place(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "flows.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        load_flows([*LIBRARY, path])
    assert f"{path}{expected}" in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_flows([tmp_path / "gone.yaml"])
    with pytest.raises(ConfigurationError, match="no flows found"):
        load_flows([tmp_path])


def test_staff_replace_a_flow_and_a_text(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("flows:\n  human:\n    triggers: [human]\n    steps: [{handoff: mine}]\n")
    words = tmp_path / "words"
    words.mkdir()
    (words / "en.yaml").write_text("utter_thanks: No problem!\n")
    flows = load_flows([*LIBRARY, tmp_path / "mine.yaml"], [*LIBRARY, words])
    assert flows.flows["human"].place.file == str(tmp_path / "mine.yaml")
    assert flows.say("utter_thanks", "en") == "No problem!"


def test_in_one_folder_a_name_is_written_once(tmp_path: Path) -> None:
    for flow in ("a", "b"):
        (tmp_path / flow).mkdir()
        (tmp_path / flow / "flow.yaml").write_text(f"flows:\n  {flow}:\n    steps: [{{utter: hello}}]\n")
        (tmp_path / flow / "en.yaml").write_text("hello: Hello\n")
    first, second = tmp_path / "a", tmp_path / "b"
    with pytest.raises(ConfigurationError, match=f"{second}/en.yaml:1: hello is in {first}/en.yaml:1 already"):
        load_flows([tmp_path], [tmp_path])
    (second / "en.yaml").unlink()
    assert set(load_flows([tmp_path], [tmp_path]).flows) == {"a", "b"}
    (second / "flow.yaml").write_text("\nflows:\n  a:\n    steps: [{utter: hello}]\n")
    with pytest.raises(ConfigurationError, match=f"{second}/flow.yaml:3: a is in {first}/flow.yaml:2 already"):
        load_flows([tmp_path], [tmp_path])


def test_the_version_is_the_text_s_own(flows: FlowSet, tmp_path: Path) -> None:
    again = load_flows(settings=flows.settings)
    assert {flow.id: flow.version for flow in again.flows.values()} == {f.id: f.version for f in flows.flows.values()}
    assert len({flow.version for flow in flows.flows.values()}) == len(flows.flows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("returns: {window_days: many}", ":1: returns.window_days: expected a whole number, found text"),
        ("returns:\n  window_days: -3", ":2: returns.window_days: expected a whole number, 0 or more"),
        ("returns:\n  window_days: 30000", ":2: returns.window_days: expected a whole number, 3650 or less"),
        (
            "store_name: x\nreturns:\n  windowdays: 3",
            ":3: returns.windowdays: unknown field 'windowdays'; expected one of auto_approve, claims, currency,"
            " enabled, exchange, exchange_only, final_sale, finance_above, grace_days, holiday_extension,"
            " keep_item_under, not_returnable, outcomes, refund_days, window_days, withdrawal, zones;"
            " did you mean 'window_days'?",
        ),
        (
            "returns:\n  holiday_extension:\n    bought_from: 2026-12-24\n    bought_until: 2026-11-01\n"
            "    return_until: 2027-01-31\n",
            ":2: returns.holiday_extension: expected bought_from, bought_until and return_until one after the other",
        ),
    ],
)
def test_policies_name_the_wrong_field_and_the_cure(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "policies.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        load_policies(path)
    assert str(caught.value) == f"{path}{expected}"


def test_phrases_name_the_wrong_pattern(tmp_path: Path) -> None:
    (tmp_path / "en.yaml").write_text("human:\n  patterns: ['(']\n")
    with pytest.raises(ConfigurationError, match=r"en\.yaml:1: .* expected a regular expression"):
        read_phrases([tmp_path / "en.yaml"])
