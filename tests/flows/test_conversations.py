"""Plays the conversations of the flows that we ship."""

from pathlib import Path

import pytest

from flows.engine.flowset import FlowSet
from flows.files import case_files
from flows.loading.loader import LIBRARY
from flows.loading.policies import Policies
from flows.tools.testing import Case, load_cases, run_case

CASES = [case for folder in LIBRARY for path in case_files(folder) for case in load_cases(path)]


@pytest.mark.parametrize("case", CASES, ids=[f"{Path(case.place.file).parent.name}: {case.name}" for case in CASES])
def test_conversation(flows: FlowSet, policies: Policies, case: Case) -> None:
    assert run_case(flows, policies, case) == []


def test_the_runner_finds_what_is_wrong(flows: FlowSet, policies: Policies, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(
        "cases:\n- case: wrong\n  steps:\n"
        "  - {user: hello, said: utter_thanks, bot: nothing like it, never: bot, choices: [], handed_off: angry}\n"
        "  - {user: status, flow_started: returns, slots: {order_number: '1'}, returns: x, idle: true, summary: x}\n"
    )
    [case] = load_cases(path)
    failures = run_case(flows, policies, case)
    assert [failure.split(": ")[2] for failure in failures] == [
        *("said", "bot", "never", "choices", "handed_off"),
        *("flow_started", "slots", "returns", "idle", "summary"),
    ]
    assert failures[0].startswith(f"{path}:4: wrong: ")
