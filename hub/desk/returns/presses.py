"""Handles buttons and forms under a return: one transaction, in which the return is held."""

from core.desk.events import Pressed
from hub.desk import wording
from hub.desk.act import Act
from hub.desk.agents import refusal
from hub.desk.buttons import BUTTONS
from hub.desk.returns import view
from hub.hub import Hub
from hub.shards import ShardLease
from storage.queues.pending import Item
from storage.shop import filed_returns


def decide(hub: Hub, lease: ShardLease, item: Item, event: Pressed) -> None:
    """Carries a press out, if who pressed may do it; of two agents at once one is told what the other did."""
    with hub.store.read() as conn:
        known = view.people_of(conn, event.value)
    user, button = hub.user(event.user), BUTTONS.get(event.action)
    refused = refusal(user, hub.agents, button.needs, hub.user) if button else wording.NO_BUTTON
    colleagues = {id_: hub.user(id_) for id_ in known.users}  # before the transaction: Slack may be slow
    with hub.store.write() as conn:
        act = Act(hub, conn, event, user, colleagues, hub.now())
        filed_returns.hold(conn, known.order_number)
        filed = filed_returns.by_id(conn, event.value)
        if refused or button is None or filed is None:
            act.answer(refused or wording.NO_BUTTON)
        else:
            button.press(act, event, filed)
        lease.finish(conn, [item.id], hub.now())
    hub.waker.shards(range(hub.shards))
    hub.waker.outgoing()
