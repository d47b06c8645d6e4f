"""Says what may become of a case: which step leads from which state to which, in one table.

    after(Step.SNOOZE, CaseState.CLAIMED)                        # snoozed
    after(Step.WAKE, CaseState.SNOOZED)                          # in its agent's hands again
    after(Step.WAKE, CaseState.SNOOZED, is_held=False)           # its agent is away: it waits for somebody
    after(Step.TAKE, CaseState.MERGED)                           # None: it lives on in another case

A merged case and spam are over for good; everything else can go on.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from core.people.conversations import IN_HAND, RESTING, UNRESOLVED, CaseState


class Step(StrEnum):
    """Names what is done to a case, or happens to it."""

    TAKE = "take"  # by who claims it, takes it over or is given it
    RELEASE = "release"
    LEAVE = "leave"  # its agent goes away
    WAIT = "wait"  # for the customer
    HOLD = "hold"  # for a third party
    SNOOZE = "snooze"
    WAKE = "wake"  # its time has come
    HEAR = "hear"  # the customer writes
    RESOLVE = "resolve"
    REOPEN = "reopen"  # for any agent
    COME_BACK = "come_back"  # the customer goes on, with the same agent
    MERGE = "merge"  # into another
    JOIN = "join"  # another is merged into it
    BLOCK = "block"


_O, _C, _W, _H, _S, _R = (CaseState(name) for name in ("open", "claimed", "waiting", "on_hold", "snoozed", "resolved"))

STEPS: Mapping[Step, Mapping[CaseState, CaseState]] = MappingProxyType(
    {
        Step.TAKE: {_O: _C, _C: _C, _W: _W, _H: _H, _S: _C},
        Step.RELEASE: dict.fromkeys(IN_HAND, _O),
        Step.LEAVE: {_C: _O},  # what rests is offered when its time comes
        Step.WAIT: dict.fromkeys((_C, _H, _S), _W),
        Step.HOLD: dict.fromkeys((_C, *RESTING), _H),
        Step.SNOOZE: dict.fromkeys((_C, *RESTING), _S),
        Step.WAKE: dict.fromkeys((_H, _S), _C),
        Step.HEAR: dict.fromkeys((_W, _S), _C),
        Step.RESOLVE: dict.fromkeys(UNRESOLVED, _R),
        Step.REOPEN: {_R: _O},
        Step.COME_BACK: {_R: _C},
        Step.MERGE: dict.fromkeys(UNRESOLVED, CaseState.MERGED),
        Step.JOIN: {_O: _C, **{state: state for state in IN_HAND}},
        Step.BLOCK: dict.fromkeys((*UNRESOLVED, _R), CaseState.SPAM),
    }
)


def after(step: Step, state: CaseState, *, is_held: bool = True) -> CaseState | None:
    """Returns the state that a step leads to; None where it cannot be taken. In hand is only what an agent holds."""
    then = STEPS[step].get(state)
    return CaseState.OPEN if then is CaseState.CLAIMED and not is_held else then


def before(step: Step) -> tuple[CaseState, ...]:
    """Returns the states from which a step can be taken, as a card's buttons ask."""
    return tuple(STEPS[step])
