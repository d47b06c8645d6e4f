"""Runs the flows for one event: actions ask the store, effects become rows of the turn."""

from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from flows.engine.context import ActionContext, CustomerView
from flows.engine.events import FlowEvent
from flows.engine.loop import converse
from hub.conversation.acting.effects import perform
from hub.conversation.store_view import GroupReader, TurnStore
from hub.conversation.turn import Turn


def run_flow(turn: Turn, event: FlowEvent, reader: GroupReader) -> None:
    """Advances the conversation by `event`, including every action it asks for.

    Raises SQLAlchemyError when the database failed under an action: the turn is tried again.
    """
    if turn.session is None:
        raise ValueError("the turn has no session")
    context = partial(_context, turn, TurnStore(turn, reader))
    turn.session = converse(
        turn.hub.flows, turn.session, event, context, partial(perform, turn), faults=(SQLAlchemyError,)
    )
    turn.speak(turn.session.spoken, turn.session.locale)


def _context(turn: Turn, view: TurnStore) -> ActionContext:
    who = turn.conversation
    return ActionContext(
        customer=CustomerView(id=turn.customer_id, name=who.name, locale=turn.locale, timezone=turn.zone),
        address=who.address,
        grants=tuple(turn.grants),
        store=view,
        policies=turn.hub.policies,
        now=turn.now,
        code_ways=turn.hub.code_ways(),
        facts=turn.hub.flows.facts,
        proved=turn.phone,
        shop=turn.hub.shop,
    )
