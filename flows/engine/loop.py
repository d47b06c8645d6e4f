"""Advances a conversation until it waits, running every action that it asks for on the way: the action loop."""

from collections.abc import Callable

from msgspec.structs import replace

from flows.engine.actions import run_action
from flows.engine.advance import advance
from flows.engine.context import ActionContext
from flows.engine.effects import Effect, Focus, RunAction
from flows.engine.events import NO_MESSAGE, ActionResult, FlowEvent, UserMessage
from flows.engine.flowset import FlowSet
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
    now, upcoming = context().now, event
    message = event if isinstance(event, UserMessage) else NO_MESSAGE
    while True:
        turn = advance(flows, session, upcoming, now, message)
        session, wanted = turn.session, None
        if seen is not None:
            seen(turn.visited)
        for effect in turn.effects:
            if isinstance(effect, RunAction):
                wanted = effect
            else:
                perform(effect)
        if wanted is None:
            return session
        result = run_action(wanted.name, wanted.args, replace(context(), key=wanted.key), faults)
        for effect in result.effects:
            if isinstance(effect, Focus):
                session = replace(session, focus=Subject(effect.order_number, effect.parcel, effect.item, now))
            else:
                perform(effect)
        upcoming = ActionResult(wanted.key, result.value, result.error)
