"""Tests the steps of a return: what each forbids, alone and in any sequence."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.shop import return_steps as steps
from core.shop.return_steps import Counted, StepRefusedError, Why
from core.shop.return_tracks import COUNTED, HERE, PAID, UNDECIDED, Approval, Logistics, Settlement, Tracks
from core.shop.returns import ReturnedLine

APPROVED = Tracks(Approval.APPROVED)
HERE_NOW = Tracks(Approval.APPROVED, Logistics.INSPECTED, Settlement.QUOTED)
LINES = (ReturnedLine("l1", 3, "changed_mind"), ReturnedLine("l2", 1, "damaged"))


def refused(why: Why, step: Callable[[], object]) -> None:
    with pytest.raises(StepRefusedError) as told:
        step()
    assert told.value.why is why


def test_two_of_three_arrived_and_one_of_them_is_damaged() -> None:
    counts = {"l1": Counted("l1", ok=1, damaged=1), "l2": Counted("l2", damaged=1)}
    assert steps.receive(APPROVED, LINES, counts).logistics is Logistics.PARTIALLY_RECEIVED
    whole = {**counts, "l1": Counted("l1", ok=1, damaged=1, missing=1)}
    assert steps.receive(APPROVED, LINES, whole).logistics is Logistics.INSPECTED
    assert whole["l1"].condition == "missing"


def test_more_than_was_sent_and_nothing_at_all_are_not_received() -> None:
    refused(Why.TOO_MANY, lambda: steps.receive(APPROVED, LINES, {"l1": Counted("l1", ok=4)}))
    refused(Why.TOO_MANY, lambda: steps.receive(APPROVED, LINES, {"l9": Counted("l9", ok=1)}))
    refused(Why.NOTHING, lambda: steps.receive(APPROVED, LINES, {"l1": Counted("l1")}))


@pytest.mark.parametrize("logistics", sorted(HERE))
def test_what_is_here_is_not_called_off(logistics: Logistics) -> None:
    refused(Why.RECEIVED, lambda: steps.cancel(Tracks(Approval.APPROVED, logistics)))


@pytest.mark.parametrize("approval", [each for each in Approval if each not in UNDECIDED])
def test_what_is_decided_is_not_decided_again(approval: Approval) -> None:
    refused(Why.DECIDED, lambda: steps.approve(Tracks(approval), quoted=True))
    refused(Why.DECIDED, lambda: steps.decline(Tracks(approval)))


def test_money_comes_after_the_goods_unless_they_are_kept() -> None:
    refused(Why.NOT_HERE, lambda: steps.ask_for_money(APPROVED, keeps=False, above_limit=False))
    assert steps.ask_for_money(APPROVED, keeps=True, above_limit=False).settlement is Settlement.PROCESSING


@pytest.mark.parametrize("settlement", sorted(set(Settlement) - {Settlement.NONE, Settlement.QUOTED}))
def test_money_is_asked_for_once(settlement: Settlement) -> None:
    tracks = Tracks(Approval.APPROVED, Logistics.INSPECTED, settlement)
    with pytest.raises(StepRefusedError):
        steps.ask_for_money(tracks, keeps=False, above_limit=False)


def test_who_asked_does_not_approve() -> None:
    waits = steps.ask_for_money(HERE_NOW, keeps=False, above_limit=True)
    refused(Why.SAME_PERSON, lambda: steps.grant_money(waits, "UANNA", "UANNA"))
    assert steps.grant_money(waits, "UANNA", "UBEN").settlement is Settlement.PROCESSING


@given(st.decimals(-10, 200, places=2), st.decimals(-10, 200, places=2))
def test_never_more_than_is_left(amount: Decimal, left: Decimal) -> None:
    if 0 < amount <= left:
        steps.require_balance(amount, left)
    else:
        refused(Why.OVER_BALANCE, lambda: steps.require_balance(amount, left))


class Desk(RuleBasedStateMachine):
    """Presses everything in any sequence, as agents, the warehouse, finance and the gateway do at the same time."""

    @initialize(start=st.sampled_from(sorted(UNDECIDED)), keeps=st.booleans(), above=st.booleans())
    def file(self, start: Approval, keeps: bool, above: bool) -> None:
        self.tracks, self.keeps, self.above = Tracks(start), keeps, above
        self.sent = 0  # times that money was really asked for at the gateway
        self.paid = 0
        self.granted_by = ""

    def _try(self, step: Callable[[], Tracks]) -> bool:
        before = self.tracks
        try:
            self.tracks = step()
        except StepRefusedError:
            assert self.tracks == before
            return False
        return True

    @rule()
    def approve(self) -> None:
        self._try(lambda: steps.approve(self.tracks, quoted=True))

    @rule()
    def decline(self) -> None:
        self._try(lambda: steps.decline(self.tracks))

    @rule()
    def cancel(self) -> None:
        if self._try(lambda: steps.cancel(self.tracks)):
            assert self.tracks.logistics not in HERE
            assert self.tracks.settlement in (Settlement.NONE, Settlement.QUOTED)

    @rule()
    def reconsider(self) -> None:
        self._try(lambda: steps.reconsider(self.tracks))

    @rule(ok=st.integers(0, 4), damaged=st.integers(0, 4), missing=st.integers(0, 4))
    def receive(self, ok: int, damaged: int, missing: int) -> None:
        counts = {"l1": Counted("l1", ok, damaged, missing=missing), "l2": Counted("l2", ok=1)}
        if self._try(lambda: steps.receive(self.tracks, LINES, counts)):
            assert ok + damaged + missing <= 3
            assert (self.tracks.logistics is Logistics.INSPECTED) == (ok + damaged + missing == 3)

    @rule()
    def ask(self) -> None:
        if self._try(lambda: steps.ask_for_money(self.tracks, keeps=self.keeps, above_limit=self.above)):
            self.sent += self.tracks.settlement is Settlement.PROCESSING

    @rule(by=st.sampled_from(["UANNA", "UBEN"]))
    def grant(self, by: str) -> None:
        if self._try(lambda: steps.grant_money(self.tracks, "UANNA", by)):
            self.granted_by = by
            self.sent += 1

    @rule()
    def again(self) -> None:
        self._try(lambda: steps.try_money_again(self.tracks))

    @rule(works=st.booleans())
    def gateway(self, works: bool) -> None:
        if self.tracks.settlement is Settlement.PROCESSING:
            self.paid += works
            self.tracks = steps.pay(self.tracks) if works else steps.money_came_back(self.tracks)

    @invariant()
    def money_goes_once_and_only_with_approval(self) -> None:
        assert self.paid <= 1
        assert self.sent <= 1
        assert self.granted_by != "UANNA"
        if self.tracks.settlement in PAID:
            assert self.tracks.approval is Approval.APPROVED
            assert self.keeps or self.tracks.logistics in COUNTED
            assert not self.above or self.granted_by == "UBEN"


def test_no_sequence_pays_twice_or_without_the_approval_that_it_needs() -> None:
    run_state_machine_as_test(Desk)
