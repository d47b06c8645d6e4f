"""Advances a conversation until it waits, running every action that it asks for on the way: the action loop."""

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from flows.engine.actions import run_action
from flows.engine.advance import advance
from flows.engine.context import ActionContext
from flows.engine.effects import Effect, Focus, Handoff, RunAction, Say, Track
from flows.engine.events import NO_MESSAGE, ActionResult, FlowEvent, UserMessage
from flows.engine.flowset import FlowSet
from flows.engine.hearing.echo import SAME_PAIRS, answered, is_loop
from flows.engine.session import Session, Subject


def converse(
    flows: FlowSet,
    session: Session,
    event: FlowEvent,
    context: Callable[[], ActionContext],
    perform: Callable[[Effect], None],
    faults: tuple[type[Exception], ...] = (),
    seen: Callable[[tuple[tuple[str, str], ...]], None] | None = None,
) -> Session:
    """Returns the session after `event` and the actions that follow from it; STEPS_PER_TURN ends what goes in circles.

    Each effect goes to `perform` as it arises, before the next action asks for its `context`. Raises an action's error
    that is one of `faults` (the database is away); any other is the flow's own `on_error`. `seen` is told
    the steps that ran.
    """
    now, upcoming, said = context().now, event, list[str]()
    message = event if isinstance(event, UserMessage) else NO_MESSAGE
    if isinstance(event, UserMessage) and is_loop(session, event, now):
        return _silenced(session, perform)
    while True:
        turn = advance(flows, session, upcoming, now, message)
        session = turn.session
        if seen is not None:
            seen(turn.visited)
        said += [effect.text for effect in turn.effects if isinstance(effect, Say)]
        wanted = _performed(turn.effects, perform)
        if wanted is None:
            return answered(session, event, said, now) if isinstance(event, UserMessage) else session
        result = run_action(wanted.name, wanted.args, replace(context(), key=wanted.key), faults)
        for effect in result.effects:
            if isinstance(effect, Focus):
                session = replace(session, focus=Subject(effect.order_number, effect.parcel, effect.item, now))
            else:
                perform(effect)
        upcoming = ActionResult(wanted.key, result.value, result.error)


def _performed(effects: Iterable[Effect], perform: Callable[[Effect], None]) -> RunAction | None:
    """Performs effects in their order; returns the action that is wanted, if any."""
    wanted = None
    for effect in effects:
        if isinstance(effect, RunAction):
            wanted = effect
        else:
            perform(effect)
    return wanted


def _silenced(session: Session, perform: Callable[[Effect], None]) -> Session:
    """Says nothing more to what seems to be a machine, and lets people look, once."""
    perform(Track("bot_loop"))
    if session.echo is not None and session.echo.times == SAME_PAIRS:
        perform(Handoff("bot_loop"))
        return replace(session, echo=replace(session.echo, times=SAME_PAIRS + 1))
    return session
