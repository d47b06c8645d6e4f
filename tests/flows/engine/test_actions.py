"""Actions by name, and what they may see."""

from datetime import timedelta

import pytest

from core.errors import ConfigurationError
from core.people.conversations import Grant, Proof
from flows.engine.actions import ACTIONS, Result, action, run_action
from flows.engine.context import ActionContext
from flows.engine.effects import GrantProof, RecordProofAttempt
from tests.flows.library.samples import NOW, context


def test_faulty_and_unknown_actions_are_results() -> None:
    @action("faulty_for_test")
    def faulty(ctx: ActionContext) -> Result:
        raise RuntimeError(ctx.now)

    assert run_action("faulty_for_test", {}, context()) == Result(error="RuntimeError")
    del ACTIONS["faulty_for_test"]
    assert run_action("gone", {}, context()).error == "unknown_action"
    assert run_action("find_orders", {"wrong": 1}, context()).error == "TypeError"


def test_two_actions_of_one_name_are_refused() -> None:
    @action("twice_for_test")
    def first(ctx: ActionContext) -> Result:
        return Result(ctx.locale)

    with pytest.raises(ConfigurationError, match=r"first is called 'twice_for_test' already"):

        @action("twice_for_test")
        def second(ctx: ActionContext) -> Result:
            return Result(ctx.locale)

    assert ACTIONS["twice_for_test"].function is first
    del ACTIONS["twice_for_test"]


def test_the_context_learns_what_was_granted() -> None:
    ctx = context().after((GrantProof(Proof.ORDER, "1001"), RecordProofAttempt("1001", True)))
    assert ctx.grants == (Grant(Proof.ORDER, "1001", NOW + timedelta(hours=24)),)
    assert context().after(()).grants == ()
