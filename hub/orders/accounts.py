"""Applies what the store says of its customers' accounts and of its connection to us."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.shop.store_events import ConnectionEvent, DisputeEvent, MergeEvent, PrivacyEvent
from hub.accounts import incidents
from hub.accounts.shop_upkeep import SHOPS
from hub.customers import erasing
from hub.hub import Hub
from storage.people import customers, merges
from storage.queues import timers
from storage.shop import orders

CUT = {
    "uninstalled": ":rotating_light: {}: the app was uninstalled there. Orders and parcels are not told any more, and "
    "customers hear nothing of them. Install it again, then run `doorstep shops setup`.",
    "redact": ":lock: {}: 48 hours after the app was uninstalled the store asks to remove, within 30 days, all that is "
    "kept of its customers. Was that meant, `doorstep customer erase` removes each.",
}
STORE = "store"  # the reason of a merge that the store made
ERASE, LOOK = "erase", "look"
BETWEEN_LOOKS = timedelta(minutes=1)  # a shop that hints with every sale is not asked for everything each time


def merge(conn: Connection, event: MergeEvent, now: datetime) -> None:
    """Makes one customer of two, as the store did. One whom nobody here knows just changes their id."""
    kept, gone = _known(conn, event.kept_id), _known(conn, event.gone_id)
    if gone is None or kept == gone:
        return
    if kept is None:
        customers.change(conn, gone, {"store_id": event.kept_id})
    else:
        merges.merge(conn, kept, gone, STORE, now)


def dispute(hub: Hub, conn: Connection, event: DisputeEvent, now: datetime) -> None:
    """Tells the team that a payment is disputed, and how it ended."""
    number = orders.numbers_of(conn, {event.order_id}).get(event.order_id, f"with the store's id {event.order_id}")
    about = f"{event.amount} {event.currency} for order {number}"
    why = f" ({event.reason.replace('_', ' ')})" if event.reason else ""
    due = f" Evidence is due by {event.due}." if event.due and event.kind in ("opened", "changed") else ""
    signs = {"won": ":white_check_mark: The dispute was won", "lost": ":x: The dispute was lost"}
    words = signs.get(event.kind, ":warning: A customer's bank disputes a payment")
    incidents.notice(hub, conn, f"{words}: {about}{why}.{due}", now)


def respect(hub: Hub, conn: Connection, event: PrivacyEvent, now: datetime) -> None:
    """Removes a customer's data as the store asks by law; who asks for them is told to the team, which sends them."""
    known = _known(conn, event.customer_id)
    if event.kind == ERASE:
        if known:
            erasing.erase(hub, conn, known, now, STORE)
        words = "was removed here" if known else "is not known here: there was nothing to remove"
        incidents.notice(hub, conn, f":lock: The store asked to remove customer {event.customer_id}: it {words}.", now)
        return
    how = f"`doorstep customer export {known}` prints them." if known else "Nothing is kept of them here."
    text = f":lock: Customer {event.customer_id} asked the store for their data, due within 30 days. {how}"
    incidents.notice(hub, conn, text, now)


def connection(hub: Hub, conn: Connection, event: ConnectionEvent, now: datetime) -> None:
    """Looks at the store now where it knows more than it told; tells the team that it tells us nothing any more."""
    if event.kind == LOOK:
        pause = min(BETWEEN_LOOKS, hub.timing.upkeep)
        asked = timers.done_until(conn, SHOPS, event.source)
        timers.hasten(conn, SHOPS, event.source, max(now, asked + pause) if asked else now)
        return
    incidents.notice(hub, conn, CUT[event.kind].format(event.source), now)


def _known(conn: Connection, store_id: str) -> str | None:
    """Finds the customer of this account, as they are today."""
    found = customers.known_by(conn, "store_id", store_id)
    now_is = customers.by_id(conn, found[0].id) if found else None
    return now_is.id if now_is else None
