"""Tests what is found to be another text, policy or rule."""

import pytest

from core.files.yaml import parse
from insights.improvements.changes import ADDED, CHANGED, REMOVED, changed, line_of

RULE = {"id": "vip_stuck", "if": "parcel.hours_since_scan >= 48", "then": [{"notice": "stuck"}]}
RULE_WRITTEN = '{"id":"vip_stuck","if":"parcel.hours_since_scan >= 48","then":[{"notice":"stuck"}]}'


@pytest.mark.parametrize(
    ("file", "was", "is_", "expected"),
    [
        (
            "policies.yaml",
            {"returns": {"window_days": 30, "exchange": True}},
            {"returns": {"window_days": 45, "exchange": True}},
            ("returns.window_days", CHANGED, "30", "45"),
        ),
        (
            "responses/en.yaml",
            {"utter_bye": "Bye."},
            {"utter_bye": "Bye!\nSee you."},
            ("utter_bye", CHANGED, "Bye.", "Bye! See you."),
        ),
        ("responses/en.yaml", {}, {"utter_bye": [{"text": "Bye."}]}, ("utter_bye", ADDED, "", "Bye.")),
        (
            "rules.yaml",
            {"rules": [RULE]},
            {"rules": [{**RULE, "if": "false"}]},
            ("rules.vip_stuck.if", CHANGED, RULE["if"], "false"),
        ),
        ("rules.yaml", {"rules": [RULE]}, {"rules": []}, ("rules.vip_stuck", REMOVED, RULE_WRITTEN, "")),
        (
            "faq.yaml",
            {},
            {"faq": [{"id": "a", "answer": "A"}]},
            ("faq.a", ADDED, "", '{"id":"a","answer":"A"}'),
        ),
        (
            "shop.yaml",
            {"channels": ["sms"]},
            {"channels": ["sms", "whatsapp"]},
            ("channels", CHANGED, "sms", '["sms","whatsapp"]'),
        ),
        (
            "routing.yaml",
            {"rules": [{"id": "a"}, {"id": "b"}]},
            {"rules": [{"id": "b"}, {"id": "a"}]},
            ("rules", CHANGED, '["a","b"]', '["b","a"]'),
        ),
        ("flows/gift/flow.yaml", None, {"flows": {"gift": {}}}, ("", ADDED, "", "")),
        ("notices/delay/en.yaml", {"text": "Late."}, None, ("", REMOVED, "", "")),
        ("shop.yaml", {"name": "A", "peak": True}, {"peak": True, "name": "A"}, None),
    ],
)
def test_a_change_is_named_by_its_key(file: str, was: object, is_: object, expected: tuple[str, ...] | None) -> None:
    before, after = ({file: each} if each is not None else {} for each in (was, is_))
    found = changed(before, after)
    assert [(each.key, each.what, each.before, each.after) for each in found] == ([expected] if expected else [])
    assert {each.file for each in found} <= {file}


def test_a_long_text_is_kept_short() -> None:
    (found,) = changed({"responses/en.yaml": {"a": "x"}}, {"responses/en.yaml": {"a": "word " * 500}})
    assert len(found.after) <= 200
    assert found.after.endswith("…")


def test_a_flow_is_compared_step_by_step() -> None:
    steps = [{"id": "ask", "collect": "reason"}, {"id": "tell", "utter": "utter_told"}]
    was = {"flows": {"returns": {"steps": steps}}}
    is_ = {"flows": {"returns": {"steps": [steps[0], {**steps[1], "utter": "utter_other"}]}}}
    (found,) = changed({"flows/returns/flow.yaml": was}, {"flows/returns/flow.yaml": is_})
    assert (found.key, found.before, found.after) == ("flows.returns.steps.tell.utter", "utter_told", "utter_other")


def test_the_line_of_an_entry_is_found() -> None:
    document = parse("name: A\nrules:\n  - id: a\n  - id: b\n    if: x\n")
    assert line_of(document, ("rules", "b", "if")) == 5
    assert line_of(document, ("rules", "gone")) == 2
    assert line_of(document, ()) == 1
