"""Actions by name, and what they may see."""

from datetime import timedelta

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


def test_the_context_learns_what_was_granted() -> None:
    ctx = context().after((GrantProof(Proof.ORDER, "1001"), RecordProofAttempt("1001", True)))
    assert ctx.grants == (Grant(Proof.ORDER, "1001", NOW + timedelta(hours=24)),)
    assert context().after(()).grants == ()
