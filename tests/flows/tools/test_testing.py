"""Tests that the runner of conversation tests finds what went otherwise."""

from pathlib import Path

import pytest

from core.errors import ConfigurationError
from flows.engine.flowset import FlowSet
from flows.files import case_files, flow_folder
from flows.loading.policies import Policies
from flows.tools.testing import load_cases, run_case


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


def test_steps_may_wait_and_let_the_store_answer(flows: FlowSet, policies: Policies, tmp_path: Path) -> None:
    path = tmp_path / "asked.yaml"
    path.write_text(
        "cases:\n- case: asked\n  can: [order.cancel]\n  steps:\n"
        "  - {open: shop_request, asked: [], said: []}\n"
        "  - {wait: 1m, never: x, asked: order.cancel 1001}\n"
    )
    [case] = load_cases(path)
    assert case.can == ("order.cancel",)
    (failure,) = run_case(flows, policies, case)
    assert failure.endswith("asked: expected ['order.cancel 1001'], asked for []")
    path.write_text("cases:\n- case: asked\n  can: [order.cancl]\n  steps: []\n")
    with pytest.raises(ConfigurationError, match=r"unknown action 'order.cancl'; expected one of .*order.cancel"):
        load_cases(path)


def test_a_press_can_be_made_once_more(flows: FlowSet, policies: Policies, tmp_path: Path) -> None:
    path = tmp_path / "again.yaml"
    path.write_text(
        "cases:\n- case: again\n  steps:\n"
        "  - {user: menu, said: utter_ask_topic}\n"
        "  - {choose: returns, flow_started: returns}\n"
        "  - {again: true, said: utter_ask_order_number}\n"
    )
    [case] = load_cases(path)
    (failure,) = run_case(flows, policies, case)
    assert failure.endswith("said: expected ['utter_ask_order_number'], said []")


def test_conversations_lie_beside_a_flow_or_in_a_folder_there(tmp_path: Path) -> None:
    for name in ("gift/tests.yaml", "gift/tests/sizes.yaml", "gift/tests/old.yaml", "gift/flow.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = case_files(tmp_path)
    assert {str(path.relative_to(tmp_path)) for path in found} == {
        *("gift/tests.yaml", "gift/tests/old.yaml", "gift/tests/sizes.yaml")
    }
    assert {flow_folder(path) for path in found} == {tmp_path / "gift"}
