"""Runs the flow engine until it waits: its questions are answered from the store, its effects go into the turn."""

import json
import logging
from datetime import datetime

from core.orders import Order
from flows.actions import run_action
from flows.actions.context import ActionContext, CustomerView
from flows.engine.advance import advance
from flows.engine.effects import Effect, RunAction
from flows.engine.events import ActionResult, FlowEvent
from hub.perform import Turn, perform
from storage import guesses, orders

log = logging.getLogger(__name__)

MAX_ACTIONS = 20


def run_flow(turn: Turn, event: FlowEvent) -> None:
    """Advances the conversation by `event`, including every action it asks for."""
    if turn.session is None:
        raise ValueError("the turn has no session")
    upcoming: FlowEvent | None = event
    for _ in range(MAX_ACTIONS):
        if upcoming is None:
            return
        result = advance(turn.hub.flows, turn.session, upcoming, turn.now)
        turn.session, upcoming = result.session, None
        for effect in result.effects:
            if isinstance(effect, RunAction):
                upcoming, effects = _run(turn, effect)
                _perform_all(turn, effects)
            else:
                perform(turn, effect)
    log.error("a flow asked for too many actions", extra={"conversation_id": turn.conversation.id})


def _run(turn: Turn, wanted: RunAction) -> tuple[ActionResult, tuple[Effect, ...]]:
    try:
        result = run_action(wanted.name, wanted.args, _context(turn))
    except Exception:
        log.exception("an action failed", extra={"action": wanted.name, "conversation_id": turn.conversation.id})
        return ActionResult(wanted.key, error="action_failed"), ()
    return ActionResult(wanted.key, result.value), result.effects


def _perform_all(turn: Turn, effects: tuple[Effect, ...]) -> None:
    for effect in effects:
        perform(turn, effect)


def _context(turn: Turn) -> ActionContext:
    who = turn.conversation
    return ActionContext(
        customer=CustomerView(id=turn.customer_id, name=who.name, locale=turn.locale, timezone=who.timezone),
        address=who.address,
        grants=tuple(turn.grants),
        store=TurnStore(turn),
        policies=turn.hub.policies,
        now=turn.now,
    )


class TurnStore:
    """The read-only view of the store that actions get; it also sees what this turn has not written yet."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._store = turn.hub.store

    def orders_of_phone(self, phone: str) -> list[Order]:
        """Newest first."""
        with self._store.read() as conn:
            return orders.by_phone(conn, phone)

    def order(self, number: str) -> Order | None:
        """By its number."""
        with self._store.read() as conn:
            return orders.by_number(conn, number)

    def order_by_tracking(self, tracking: str) -> Order | None:
        """By a parcel's tracking number."""
        with self._store.read() as conn:
            return orders.by_tracking(conn, tracking)

    def wrong_guesses(self, order_number: str, since: datetime) -> tuple[int, int]:
        """(by this customer, on this order by anybody) since then."""
        with self._store.read() as conn:
            mine, theirs = guesses.wrong(conn, self._turn.conversation.id, order_number, since)
        fresh = [number for number, ok in self._turn.guesses if not ok]
        return mine + len(fresh), theirs + fresh.count(order_number)

    def open_returns(self, order_number: str) -> list[str]:
        """Ids of lines that are on their way back."""
        with self._store.read() as conn:
            found = [lines for _, lines in guesses.open_returns(conn, order_number)]
        found += [lines for number, lines in self._turn.returns if number == order_number]
        return [line["line_id"] for lines in found for line in json.loads(lines)]
