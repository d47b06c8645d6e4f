"""Tells who waits for a product that it is in stock again: once, here, and only while it is."""

from datetime import timedelta

from core.people.conversations import Owner
from flows.engine.events import Opened
from flows.engine.session import new_session
from hub.conversation.run_flow import run_flow
from hub.conversation.store_view import GroupReader
from hub.conversation.turn import Turn
from hub.conversation.unasked.gate import may_write
from storage.queues import waits
from storage.queues.tables import waits as waits_table
from storage.shop import products, stock_alerts

RESTOCKED = "product.restocked"
FLOW = "restocked"
LATER = timedelta(minutes=15)  # where something else goes on now


def tell_restocked(turn: Turn, alert_id: str, reader: GroupReader) -> None:
    """Begins the flow that tells it; a wish that is told, taken back or no longer met by now is passed over.

    Where the bot may not write here (no window, no consent) it stays: a notice may reach the customer.
    """
    alert = stock_alerts.waiting(reader.conn, alert_id)
    product = products.by_id(reader.conn, alert.product_id) if alert else None
    met = alert is not None and product is not None and alert.is_met(product, turn.now.date())
    if not met or FLOW not in turn.hub.flows.flows or not may_write(turn, reader.conn):
        return
    if _is_busy(turn):
        again = waits.row(turn.conversation.id, RESTOCKED, alert_id, turn.now + LATER, ("", ""), turn.now)
        turn.batch.insert(waits_table, again)
        return
    if turn.session is None:
        turn.session = new_session(turn.locale, turn.conversation.channel, turn.zone)
    run_flow(turn, Opened(FLOW, {"alert": alert_id}), reader)


def _is_busy(turn: Turn) -> bool:
    """Tells whether a person has the conversation, or the customer is in the middle of something."""
    if turn.case_id or (turn.owner is not Owner.BOT and turn.hub.has_desk):
        return True
    talking = turn.inbound_at is not None and turn.now - turn.inbound_at < LATER
    return talking and turn.session is not None and not turn.session.idle
