"""Tests that a button of the desk is one file: card, parser and press agree about each, and about one more."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from adapters.desks.slack.blocks.messages import ephemeral
from adapters.desks.slack.inbound.parse import parse
from core.desk.events import ON_CASE, ON_HELD, ON_REPLY, ON_RETURN, Pressed
from core.people.conversations import IN_HAND, CaseState
from hub.desk.buttons import BUTTONS, on_card, under_held
from tests.hub.desk.slack_press import pressed
from tests.hub.house import House

ROOT = Path(__file__).parents[3]
ADDED = Path(__file__).parent / "fixtures" / "buttons" / "weigh.py"
NOW = datetime(2026, 12, 1, 10, 2, tzinfo=UTC)
MANIFEST = yaml.safe_load((ROOT / "adapters" / "desks" / "slack" / "manifest.yaml").read_text(encoding="utf-8"))
SHORTCUTS = {each["callback_id"] for each in MANIFEST["features"]["shortcuts"]}
ROWS = {state.value: on_card("c1", state) for state in CaseState} | {"held": under_held("h1")}


IN_HAND_BUTTONS = {CaseState.WAITING: "Waiting", **{state: "" for state in IN_HAND if state is not CaseState.WAITING}}


def in_hand(besides: str) -> list[str]:
    daily = ["Saved replies", "Waiting", "Resolve", "Show details"]
    aside = ["Suggested answers", "Send later", "On hold", "Snooze"]
    seldom = ["Take over", "Assign", "Release", "Back to bot", "Merge", "Block"]
    return [label for label in (*daily, *aside, *seldom) if label != besides]


def test_which_buttons_stand_where() -> None:
    assert {name: [button.label for button in row] for name, row in ROWS.items()} == {
        "open": [
            "Claim",
            "Saved replies",
            "Resolve",
            "Show details",
            "Suggested answers",
            "Send later",
            "Assign",
            "Back to bot",
            "Merge",
            "Block",
        ],
        **{state.value: in_hand(besides) for state, besides in IN_HAND_BUTTONS.items()},
        "resolved": ["Reopen", "Show details", "Block"],
        "merged": ["Show details"],
        "spam": ["Unblock", "Show details"],
        "held": ["Send to customer", "Send later", "Keep as note"],
    }


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_one_that_slack_takes(row: str) -> None:
    """At most 25 elements with labels of 75 characters (docs: Block Kit), and one that stands out."""
    assert len(ROWS[row]) <= 25
    assert all(len(button.label) <= 75 for button in ROWS[row])
    assert sum(bool(button.style) for button in ROWS[row]) <= 1


@pytest.mark.parametrize("id_", BUTTONS)
def test_what_is_drawn_is_what_is_pressed(id_: str) -> None:
    button = BUTTONS[id_]
    blocks = ephemeral("Well?", [button.about("value-1")]).blocks
    event = parse(pressed(blocks, button.label, "U0BEA"), NOW)
    assert isinstance(event, Pressed)
    assert BUTTONS[event.action] is button
    assert event.value == "value-1"


@pytest.mark.parametrize("id_", BUTTONS)
def test_a_button_stands_somewhere(id_: str) -> None:
    button = BUTTONS[id_]
    if id_.startswith(ON_RETURN):
        assert not button.states
        assert bool(button.open) == bool(button.teams)
    elif id_ not in SHORTCUTS:
        assert id_.startswith(ON_CASE if button.states else (ON_HELD, ON_REPLY))


def test_a_button_that_was_taken_away_says_so(house: House) -> None:
    house.presses("case_of_yesterday")
    assert "no longer in use" in house.ephemerals()[0].text


def test_a_file_adds_a_button(tmp_path: Path) -> None:
    hub = shutil.copytree(ROOT / "hub", tmp_path / "hub", ignore=lambda *_: {"__pycache__"})
    shutil.copy(ADDED, hub / "desk" / "buttons" / "case")
    script = ROOT / "tests" / "hub" / "desk" / "press_weigh.py"
    path = {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    command = [sys.executable, str(script), str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, env=path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == {
        "card": [
            "Claim",
            "Saved replies",
            "Weigh",
            "Resolve",
            "Show details",
            "Suggested answers",
            "Send later",
            "Assign",
            "Back to bot",
            "Merge",
            "Block",
        ],
        "answer": "Case 1 weighs 3 kg, Anna.",
    }
