"""Tests that each planted mistake is found, with its file and line."""

import re
from pathlib import Path

import pytest

from adapters.channels.capability_table import load_all
from flows.engine.flowset import FlowSet
from flows.linting import graph, wording
from flows.linting.lint import ERROR, WARNING, lint, lint_files
from flows.loading.loader import LIBRARY
from flows.understanding.reading import SMALL_TALK

SLOTS = """\
slots:
  name: {type: text}
  sure: {type: bool}
  fruit: {type: choice, choices: [apple]}
  empty: {type: choice}
  order_number: {type: order_number}
flows:
"""
START = len(SLOTS.splitlines())
BEGINS = "  begins:\n    triggers: [order_status]\n    steps:\n      - link: one\n"
LIMITS = load_all()
TEXTS = "utter_hi: Hi\nutter_ask_name: Name?\nutter_ask_order_number: Number?\n"
ASK_SURE = "utter_ask_sure: {text: 'Sure?', choices: {'yes': Go, 'no': Stop}}\n"


def findings(
    tmp_path: Path, steps: str, english: str = TEXTS, chinese: str | None = None, head: str = "", more: str = BEGINS
) -> list[str]:
    indented = "".join(f"      {line}\n" for line in steps.splitlines())
    (tmp_path / "flow.yaml").write_text(f"{SLOTS}  one:\n{head}    steps:\n{indented}{more}", encoding="utf-8")
    words = tmp_path / "words"
    words.mkdir()
    (words / "en.yaml").write_text(english, encoding="utf-8")
    if chinese is not None:
        (words / "zh.yaml").write_text(chinese, encoding="utf-8")
    found = lint_files([tmp_path / "flow.yaml"], [words], {"returns": {"window_days": 30}}, LIMITS)
    return [
        f"{Path(f.file).name}:{f.line - START * (f.file.endswith('flow.yaml'))}: {f.severity}: {f.message}"
        for f in found
    ]


@pytest.mark.parametrize(
    ("steps", "line", "severity", "message"),
    [
        ("- utter: utter_hello", 3, ERROR, "no response 'utter_hello'"),
        ("- utter: utter_hii", 3, ERROR, "did you mean 'utter_hi'"),
        ("- collect: nam", 3, ERROR, "no slot 'nam'"),
        ("- action: find_order", 3, ERROR, "no action 'find_order'; did you mean 'find_orders'"),
        ("- {action: find_orders, args: {number: '1'}}", 3, ERROR, "no argument of 'find_orders' 'number'"),
        ("- action: report_order", 3, ERROR, "needs the argument 'order_number'"),
        ("- {action: find_orders, save: orders}", 3, ERROR, "no slot 'orders'"),
        ("- call: two", 3, ERROR, "no flow 'two'"),
        ("- {utter: utter_hi, if: message.quote == ''}", 3, ERROR, "no message fact 'quote'; did you mean 'quoted'"),
        ("- link: two", 3, ERROR, "no flow 'two'"),
        ("- utter: utter_hi\n- {utter: utter_hi, next: gone}", 4, ERROR, "no step 'gone'"),
        ("- {collect: name, on_max_attempts: gone}", 3, ERROR, "no step 'gone'"),
        ("- {utter: utter_hi, if: slots.nam == 'x'}", 3, ERROR, "no slot 'nam'; did you mean 'name'"),
        ("- set_slots: {nam: none}", 3, ERROR, "no slot 'nam'"),
        ("- set_slots: {name: settings.returns.days}", 3, ERROR, "settings.returns.days: there is no such setting"),
        ("- set_slots: {name: other.x}", 3, ERROR, "nothing is called 'other'"),
        ("- set_slots: {name: dialog.mood}", 3, ERROR, "no dialog fact 'mood'"),
        ("- collect: name\n  rejections: [{if: slots.name, utter: utter_bad}]", 3, ERROR, "no response 'utter_bad'"),
        ("- collect: empty\n  utter: utter_hi", 3, ERROR, "has no choices"),
        ("- {utter: utter_hi, next: END}\n- utter: utter_hi", 4, ERROR, "no way leads to step"),
        ("- {id: a, utter: utter_hi}\n- {id: b, next: a}", 3, ERROR, "in a circle"),
        ("- link: one", 3, ERROR, "in a circle"),
        ("- next: [{if: slots.name, then: END}]\n- utter: utter_hi", 3, WARNING, "have no else"),
        (
            "- action: create_return\n"
            "  args: {order_number: '1', line_id: '1', quantity: 1, reason: '1', resolution: '1'}",
            *(3, ERROR, "has consequences"),
        ),
        (
            "- {collect: sure, ask_before_filling: true, if: slots.name}\n- action: create_return\n"
            "  args: {order_number: '1', line_id: '1', quantity: 1, reason: '1', resolution: '1'}",
            *(4, ERROR, "has consequences"),
        ),
        # what does not load at all
        ("- utter: utter_hi\n- uter: utter_hi", 4, ERROR, "expected one of collect"),
        ("- {utter: utter_hi, link: one}", 3, ERROR, "utter and link"),
        ("- {collect: name, max_attempt: 2}", 3, ERROR, "unknown field 'max_attempt'"),
        ("- {collect: name, max_attempts: no}", 3, ERROR, "expected a number from 1"),
        ("- {utter: utter_hi, if: 'slots.name =='}", 3, ERROR, "expected an expression"),
        ("- collect: name\n- collect: name", 4, ERROR, "two steps are called 'name'"),
        ("- utter: utter_hi\n  next: [{then: END}]", 4, ERROR, "if and then"),
        ("- utter: utter_hi\n  next: [{else: []}]", 4, ERROR, "an empty list"),
        ("- utter: [x]", 3, ERROR, "expected text"),
        ("- hello", 3, ERROR, "expected a mapping"),
        ("- wait: {event: order.updated, for: 8s}", 3, ERROR, "without a key; expected what it is about"),
        ("- wait: {event: order.updated, key: slots.nam, for: 8s}", 3, ERROR, "no slot 'nam'"),
        ("- {wait: 8s, save: nam}", 3, ERROR, "no slot 'nam'"),
        ("- {collect: name, hints: [utter_hii]}", 3, ERROR, "no response 'utter_hii'"),
        ("- {collect: order_number, accept: anything}", 3, ERROR, "takes no anything"),
        ("- {collect: name, optional: true, remind_after: 5m}", 3, WARNING, "may be left open"),
    ],
)
def test_mistakes_in_flows(tmp_path: Path, steps: str, line: int, severity: str, message: str) -> None:
    found = findings(tmp_path, steps, TEXTS + ASK_SURE)
    matching = [finding for finding in found if message in finding]
    assert matching, found
    assert matching[0].startswith(f"flow.yaml:{line}: {severity}: "), matching


@pytest.mark.parametrize(
    ("english", "chinese", "expected"),
    [
        (
            TEXTS + "a: x",
            "utter_hi: 嗨\nutter_ask_name: 名\nutter_ask_order_number: 号",
            "en.yaml:4: warning: a is missing in zh",
        ),
        (TEXTS, TEXTS + "b: x", "zh.yaml:4: warning: b is not in en"),
        (
            TEXTS + "a: '{{ slots.name }}'",
            TEXTS + "a: x",
            "zh.yaml:4: warning: a: placeholders differ from en: slots.name",
        ),
        (
            TEXTS + "a: {text: x, choices: {b: B}}",
            TEXTS + "a: {text: x, choices: {c: C}}",
            "zh.yaml:4: warning: a: choices differ from en: b, c",
        ),
        (
            TEXTS + "a: {text: x, choices: {b: A title that is far too long}}",
            None,
            "en.yaml:4: warning: a: on WhatsApp (Meta) the choice b was shortened",
        ),
        (
            TEXTS + "a: {text: x, choices: {b: A title of 23 letters..}}",
            None,
            "en.yaml:4: warning: a: on Messenger the choice b was shortened",
        ),
        (
            TEXTS + "a: {text: x, choices: {b: {title: B, description: '" + "why " * 20 + "'}}}",
            None,
            "en.yaml:4: warning: a: on WhatsApp (Meta) the description of b was shortened",
        ),
        (
            TEXTS + "a: {text: x, choices: {" + ", ".join(f"v{n}: Title {n}" for n in range(11)) + "}}",
            None,
            "en.yaml:4: warning: a: on WhatsApp (Meta) the menu became 2 pages",
        ),
        (
            TEXTS + "a: {text: '" + "long " * 500 + "'}",
            None,
            "en.yaml:4: warning: a: on Messenger the text became 2 messages",
        ),
        (
            TEXTS + "a: {text: x, link: 'https://shop.example', link_title: Everything that is new}",
            None,
            "en.yaml:4: warning: a: on Messenger the link's title was shortened",
        ),
        (TEXTS + "a: '" + "words " * 160 + "'", None, "en.yaml:4: warning: a: takes about 7 SMS segments"),
        (TEXTS + "a: '" + "words … 字 " * 50 + "'", None, "en.yaml:4: warning: a: takes about 8 SMS segments"),
        (TEXTS + "a: 'On its way :parcel:'", None, "en.yaml:4: warning: a: customers read :parcel: as it stands"),
        (TEXTS + "a: \"{{ item|phrase('gone') }}\"", None, "en.yaml:4: error: a includes 'gone'"),
        (TEXTS + "a: \"{{ item|phrase('gone_' ~ item) }}\"", None, "en.yaml:4: error: a includes 'gone_'"),
        (TEXTS + "a: '{{ slots.nam }}'", None, "en.yaml:4: error: there is no slot 'nam'"),
        (TEXTS + "a: '{{ whatever }}'", None, "en.yaml:4: error: whatever: nothing is called"),
        (TEXTS + "a: [{text: x}, {if: slots.nam, text: y}]", None, "en.yaml:4: error: there is no slot 'nam'"),
    ],
)
def test_mistakes_in_texts(tmp_path: Path, english: str, chinese: str | None, expected: str) -> None:
    found = findings(tmp_path, "- utter: utter_hi", english, chinese)
    assert any(finding.startswith(expected) for finding in found), found


def test_a_wording_for_sms_may_be_shorter_than_the_others(tmp_path: Path) -> None:
    texts = TEXTS + "a: [{text: '" + "words " * 160 + "'}, {channel: sms, text: Words}]"
    assert findings(tmp_path, "- utter: utter_hi", texts) == []


def test_values_of_a_usual_length_count(tmp_path: Path) -> None:
    """900 letters, and 16 for each name with its number; 918 are six segments. Of an if with an else one way counts."""
    filled = "{{ slots.name }}{% if slots.fruit %} {{ slots.order_number }}{% endif %}"
    chosen = "{% if slots.name %}" + "words " * 90 + "{% else %}" + "words " * 80 + "{% endif %}"
    for number, (text, expected) in enumerate(
        [
            ("words " * 150 + filled, []),
            ("words " * 150 + filled + filled.replace("fruit", "name"), ["en.yaml:4: warning: a: takes about 7"]),
            (chosen, []),
        ]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        found = findings(folder, "- utter: utter_hi", f"{TEXTS}a: '{text}'")
        assert [each.partition(" SMS")[0] for each in found] == expected


def test_a_flow_that_nothing_starts(tmp_path: Path) -> None:
    found = findings(tmp_path, "- utter: utter_hi", more="")
    assert found == ["flow.yaml:1: warning: nothing starts one; expected `triggers`, or a flow that calls it"]


def test_a_pattern_under_a_name_that_the_engine_does_not_know(tmp_path: Path) -> None:
    more = BEGINS + "  pattern_expird:\n    steps:\n      - utter: utter_hi\n"
    found = findings(tmp_path, "- utter: utter_hi", more=more)
    assert [each for each in found if "pattern_expird; did you mean 'pattern_expired'?" in each], found


def test_what_begins_by_itself_is_shipped_and_spoken_of(flows: FlowSet) -> None:
    """The list of lint is neither too long nor too short."""
    assert {*flows.flows} >= graph.BEGUN - {"pattern_human_handoff"}  # which is for a store without the intent
    sources = [
        path.read_text(encoding="utf-8") for room in ("flows/engine", "hub") for path in Path(room).rglob("*.py")
    ]
    dynamic = {f"pattern_{intent}" for intent in SMALL_TALK}
    for name in graph.BEGUN - dynamic:
        assert any(f'"{name}"' in source for source in sources), name


def test_every_text_that_we_ship_is_said(flows: FlowSet) -> None:
    """By a step, inside another text, or by name in the code."""
    code = "".join(path.read_text(encoding="utf-8") for room in ("flows", "hub") for path in Path(room).rglob("*.py"))
    named = {*re.findall(r"[\"'](\w+)[\"']", code)}
    begun = tuple({*re.findall(r"f[\"'](\w+_)\{", code), *re.findall(r"[\"'](\w{3,}_)[\"']", code)})
    said = wording.said_keys(flows)
    assert [
        key
        for key in flows.responses.by_locale["en"]
        if not (key in said.whole or key.startswith(said.begun) or key in named or key.startswith(begun))
    ] == []


def test_choices_without_titles(tmp_path: Path) -> None:
    found = findings(tmp_path, "- collect: fruit", TEXTS + "utter_ask_fruit: Which?")
    assert found == ["en.yaml:4: warning: utter_ask_fruit: choice 'apple' has no title"]


def test_names_at_the_head_of_a_flow(tmp_path: Path) -> None:
    head = "    triggers: [order_stats]\n    persist: [nam]\n    fills: [x]\n"
    found = findings(tmp_path, "- utter: utter_hi", head=head)
    assert [finding.partition("; ")[0] for finding in found] == [
        "flow.yaml:1: error: there is no intent 'order_stats'",
        "flow.yaml:1: error: there is no slot 'nam'",
        "flow.yaml:1: error: there is no slot 'x'",
    ]


def test_a_confirmed_deed_is_fine(tmp_path: Path) -> None:
    steps = (
        "- {collect: sure, ask_before_filling: true, next: [{if: slots.sure, then: do}, {else: END}]}\n"
        "- {id: do, action: create_return,\n"
        "   args: {order_number: '1', answers: {}, resolution: '1'}}"
    )
    assert findings(tmp_path, steps, TEXTS + ASK_SURE) == []


def test_what_we_ship_is_clean(flows: FlowSet) -> None:
    assert lint(flows, LIMITS) == []


def test_the_shipped_locales_are_english_and_chinese(flows: FlowSet) -> None:
    assert set(flows.responses.by_locale) == {"en", "zh"}
    assert [path.is_dir() for path in LIBRARY] == [True]


def test_what_a_summary_cannot_name(tmp_path: Path) -> None:
    steps = "- collect: name\n- {collect: sure, ask_before_filling: true}"
    found = findings(tmp_path, steps, TEXTS + ASK_SURE)
    assert [each for each in found if "change_" in each] == [
        "flow.yaml:3: warning: one has a summary, but name no text change_name"
    ]


def test_a_flow_that_customers_read_of_has_a_name(tmp_path: Path) -> None:
    found = findings(tmp_path, "- utter: utter_hi", head="    interruptible: false\n")
    assert "flow.yaml:1: error: one is named to customers; expected a `name`, or a text flow_name_one" in found


def test_a_flow_with_a_name_of_its_own_needs_no_text(tmp_path: Path) -> None:
    found = findings(tmp_path, "- utter: utter_hi", head="    interruptible: false\n    name: this\n")
    assert not [finding for finding in found if "is named to customers" in finding]
