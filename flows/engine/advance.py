"""Advances a conversation by one event: pure, deterministic, and without an exception whatever a customer sends."""

from datetime import datetime

import msgspec

from core.templating.sandbox import ExpressionFailed
from flows.engine.dialog import Dialog, LimitReached
from flows.engine.effects import Effect, Handoff, RunAction, Say
from flows.engine.events import NO_MESSAGE, ActionResult, External, FlowEvent, Opened, UserMessage
from flows.engine.flowset import FlowSet
from flows.engine.hearing.listening import listen, open_flow
from flows.engine.session import Session
from flows.engine.stepping.asking import remind
from flows.engine.stepping.results import take_result
from flows.engine.stepping.secrets import without_secrets
from flows.engine.stepping.steps import run
from flows.engine.stepping.summary import summarise
from flows.engine.stepping.waiting import REMINDER, arrive, changes
from flows.engine.versions import settle_versions


class Turn(msgspec.Struct, frozen=True):
    """Holds what came of an event. A `RunAction`, if any, is the last effect: run it and advance with its result.

    `visited` are the steps that ran, each with its flow.
    """

    session: Session
    effects: tuple[Effect, ...]
    visited: tuple[tuple[str, str], ...] = ()


def advance(
    flows: FlowSet, session: Session, event: FlowEvent, now: datetime, message: UserMessage = NO_MESSAGE
) -> Turn:
    """Returns the session after `event` and what is to be done. A flow that cannot go on apologises and hands over.

    `message` is the one that began the turn, which conditions and texts read.
    """
    dialog = Dialog(flows, session, now, message)
    try:
        _take(dialog, event)
    except (ExpressionFailed, LimitReached) as failure:
        _give_up(dialog, failure)
    after = without_secrets(flows, dialog.session())
    return Turn(after, (*changes(session, after), *dialog.effects), tuple(dialog.visited))


def _take(dialog: Dialog, event: FlowEvent) -> None:
    if isinstance(event, ActionResult):
        _take_action(dialog, event)
    elif isinstance(event, Opened):
        open_flow(dialog, event)
    elif isinstance(event, External):
        _take_external(dialog, event)
    else:
        listen(dialog, event)


def _take_action(dialog: Dialog, event: ActionResult) -> None:
    """Takes an action's result, unless nothing waits for it any more."""
    if dialog.pending is None or dialog.pending.key != event.key:
        return
    settle_versions(dialog)
    if dialog.pending is not None:
        take_result(dialog, event.value, event.error)
    run(dialog)


def _take_external(dialog: Dialog, event: External) -> None:
    """Takes what happened elsewhere: the flows that wait for it go on, now or once nothing else runs.

    What nothing waits for leaves the session as it is.
    """
    if event.name == REMINDER:
        remind(dialog, event.key)
    elif arrive(dialog, event):
        settle_versions(dialog)
        dialog.counters.update(steps=0, says=0)
        run(dialog)


def _give_up(dialog: Dialog, failure: Exception) -> None:
    """Ends a flow that failed by our mistake: an apology, a case, a count; a half-made question is taken back."""
    flow = dialog.stack[-1].flow if dialog.stack else ""
    summary = summarise(dialog)
    dialog.effects[:] = [effect for effect in dialog.effects if not isinstance(effect, Say | RunAction)]
    dialog.clear()
    detail = failure.source if isinstance(failure, ExpressionFailed) else str(failure)
    dialog.track("internal_error", flow=flow, failure=type(failure).__name__, detail=detail)
    dialog.counters.update(says=0)
    try:
        dialog.say("utter_internal_error")
    except ExpressionFailed:
        dialog.effects.append(Say("Sorry, something went wrong on our side. A colleague will take over."))
    dialog.effects.append(Handoff("internal_error", summary))
