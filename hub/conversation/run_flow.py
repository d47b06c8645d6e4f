"""Runs the flow engine until it waits: its questions are answered from the store, its effects go into the turn."""

import logging

from flows.actions import run_action
from flows.engine.advance import advance
from flows.engine.context import ActionContext, CustomerView
from flows.engine.effects import Effect, RunAction
from flows.engine.events import ActionResult, FlowEvent
from hub.conversation.effects import perform
from hub.conversation.store_view import GroupReader, TurnStore
from hub.conversation.turn import Turn

log = logging.getLogger(__name__)

MAX_ACTIONS = 20


def run_flow(turn: Turn, event: FlowEvent, reader: GroupReader) -> None:
    """Advances the conversation by `event`, including every action it asks for."""
    if turn.session is None:
        raise ValueError("the turn has no session")
    view = TurnStore(turn, reader)
    upcoming: FlowEvent | None = event
    for _ in range(MAX_ACTIONS):
        if upcoming is None:
            return
        result = advance(turn.hub.flows, turn.session, upcoming, turn.now)
        turn.session, upcoming = result.session, None
        for effect in result.effects:
            if isinstance(effect, RunAction):
                upcoming, effects = _run(turn, effect, view)
                _perform_all(turn, effects)
            else:
                perform(turn, effect)
    log.error("a flow asked for too many actions", extra={"conversation_id": turn.conversation.id})


def _run(turn: Turn, wanted: RunAction, view: TurnStore) -> tuple[ActionResult, tuple[Effect, ...]]:
    try:
        result = run_action(wanted.name, wanted.args, _context(turn, view))
    except Exception:
        log.exception("an action failed", extra={"action": wanted.name, "conversation_id": turn.conversation.id})
        return ActionResult(wanted.key, error="action_failed"), ()
    return ActionResult(wanted.key, result.value), result.effects


def _perform_all(turn: Turn, effects: tuple[Effect, ...]) -> None:
    for effect in effects:
        perform(turn, effect)


def _context(turn: Turn, view: TurnStore) -> ActionContext:
    who = turn.conversation
    return ActionContext(
        customer=CustomerView(id=turn.customer_id, name=who.name, locale=turn.locale, timezone=who.timezone),
        address=who.address,
        grants=tuple(turn.grants),
        store=view,
        policies=turn.hub.policies,
        now=turn.now,
        proved=turn.phone,
    )
