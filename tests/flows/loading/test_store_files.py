"""Tests the store's own flows, texts and phrases over those we ship."""

from pathlib import Path

import pytest

from core.errors import ConfigurationError
from flows.library import HERE
from flows.linting.lint import lint
from flows.loading.loader import load_store_flows
from flows.loading.policies import Policies

SETTINGS = Policies().settings("Northwind")


def write(store: Path, name: str, text: str) -> Path:
    path = store / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_text_of_any_flow_is_replaced_by_its_key(tmp_path: Path) -> None:
    write(
        tmp_path,
        "responses/en.yaml",
        "utter_thanks: Any time!\nopening_greeting: Welcome to {{ settings.store_name }}.\n",
    )
    flows = load_store_flows(tmp_path, SETTINGS)
    assert flows.say("utter_thanks", "en") == "Any time!"
    assert flows.say("opening_greeting", "en") == "Welcome to Northwind."
    assert flows.say("utter_thanks", "zh") == load_store_flows(tmp_path / "none", SETTINGS).say("utter_thanks", "zh")
    assert not [finding for finding in lint(flows) if finding.severity == "error"]


def test_a_language_can_be_one_file(tmp_path: Path) -> None:
    write(tmp_path, "responses/es.yaml", "utter_thanks: ¡De nada!\n")
    flows = load_store_flows(tmp_path, SETTINGS)
    assert flows.say("utter_thanks", "es-MX") == "¡De nada!"
    assert flows.say("opening_greeting", "es").startswith("Hello!")


def test_a_flow_s_folder_replaces_ours_file_by_file(tmp_path: Path) -> None:
    text = (HERE / "human" / "flow.yaml").read_text(encoding="utf-8")
    own = write(tmp_path, "flows/human/flow.yaml", text)
    flows = load_store_flows(tmp_path, SETTINGS)
    assert flows.flows["human"].place.file == str(own)
    shipped = load_store_flows(tmp_path / "none", SETTINGS)
    assert flows.responses.by_locale.keys() == shipped.responses.by_locale.keys()
    assert not lint(flows)


def test_a_flow_of_the_store_s_own_is_added_with_its_words_and_phrases(tmp_path: Path) -> None:
    write(
        tmp_path,
        "flows/gift/flow.yaml",
        "flows:\n  gift:\n    triggers: [gift]\n    steps: [{utter: utter_gift}]\n",
    )
    write(tmp_path, "flows/gift/en.yaml", "utter_gift: We wrap it for you.\n")
    write(tmp_path, "flows/gift/zh.yaml", "utter_gift: 我们为您包装。\n")
    write(tmp_path, "flows/gift/phrases.yaml", "gift:\n  phrases: [can you wrap it]\n")
    write(
        tmp_path, "phrases/en.yaml", "gift:\n  phrases: [is there gift paper]\nhuman:\n  phrases: [get me the boss]\n"
    )
    flows = load_store_flows(tmp_path, SETTINGS)
    understood = [
        flows.interpreter.read(said).intent for said in ("can you wrap it", "is there gift paper", "get me the boss")
    ]
    assert understood == ["gift", "gift", "human"]
    assert flows.interpreter.read("agent").intent == "human"
    assert not lint(flows)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("flows/returns/actions.py", "", "actions.py: Python is not run from the store's folder"),
        ("responses/actions.py", "", "actions.py: Python is not run"),
        ("flows/returns/flows.yaml", "", "flows.yaml: this file is not read; .* did you mean 'flow.yaml'"),
        ("flows/retruns/en.yaml", "a: b", "retruns: there is no flow.yaml in it, .* did you mean 'returns'"),
        ("flows/returns.yaml", "", "returns.yaml: expected a folder for each flow"),
        ("flows/human/flow.yaml", "flows: {human: {steps: [{utter: utter_thanks}]}}", "flows: no flow has 'human'"),
        ("responses/english.yaml", "", "english.yaml: this file is not read"),
        ("responses/en.yml", "", "en.yml: this file is not read; .* did you mean 'en.yaml'"),
        ("responses/en.yaml", "utter_thanks: [", "en.yaml:1: "),
        ("phrases/en.yaml", "\nhumann: {phrases: [x]}", "en.yaml:2: no flow has the intent 'humann'.* 'human'"),
        ("flows/common/flow.yaml", "flows: {}\n", r"flow.yaml:1: \w+ is missing; the conversation itself needs it"),
        ("flows/common/en.yaml", "a: b", r"en.yaml:1: \w+ is missing; the conversation itself needs it"),
    ],
)
def test_what_would_not_work_is_refused_with_its_place(tmp_path: Path, name: str, text: str, expected: str) -> None:
    write(tmp_path, name, text)
    with pytest.raises(ConfigurationError, match=expected):
        load_store_flows(tmp_path, SETTINGS)


def test_a_slip_in_a_key_is_an_error_with_the_nearest(tmp_path: Path) -> None:
    own = write(tmp_path, "responses/zh.yaml", "utter_thanks: 不客气\nutter_thankss: 不客气\n")
    found = [finding for finding in lint(load_store_flows(tmp_path, SETTINGS)) if finding.severity == "error"]
    assert [(each.file, each.line) for each in found] == [(str(own), 2)]
    assert found[0].message == "nothing says 'utter_thankss'; did you mean 'utter_thanks'?"


def test_a_note_for_people_may_lie_there(tmp_path: Path) -> None:
    write(tmp_path, "flows/returns/README.md", "Why we ask for a photo.")
    load_store_flows(tmp_path, SETTINGS)
