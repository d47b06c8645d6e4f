"""Begins the flow at which an agent gave the conversation back to the bot."""

from core.people.conversations import Owner
from flows.engine.events import Opened
from flows.engine.session import new_session
from hub.conversation.run_flow import run_flow
from hub.conversation.store_view import GroupReader
from hub.conversation.turn import Turn


def begin(turn: Turn, flow: str, reader: GroupReader) -> None:
    """Begins it, unless an agent has the conversation again; what the bot was at before the agent is over."""
    if turn.owner is not Owner.BOT or turn.case_id or flow not in turn.hub.flows.flows:
        return
    if turn.session is None or not turn.session.idle:
        turn.session = new_session(turn.locale, turn.conversation.channel, turn.zone)
    run_flow(turn, Opened(flow), reader)
