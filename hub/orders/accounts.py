"""Applies what the store says of its customers' accounts and of its connection to us."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.shop.store_events import ConnectionEvent, MergeEvent, PrivacyEvent
from hub.accounts import incidents
from hub.accounts.shop_upkeep import SHOPS
from hub.hub import Hub
from storage.people import customers, merges, privacy
from storage.queues import timers

STORE = "store"  # the reason of a merge that the store made
ERASE, LOOK = "erase", "look"
BETWEEN_LOOKS = timedelta(
    minutes=1
)  # a shop that hints with every sale is not asked for everything each time


def merge(conn: Connection, event: MergeEvent, now: datetime) -> None:
    """Makes one customer of two, as the store did. One whom nobody here knows just changes their id."""
    kept, gone = _known(conn, event.kept_id), _known(conn, event.gone_id)
    if gone is None or kept == gone:
        return
    if kept is None:
        customers.change(conn, gone, {"store_id": event.kept_id})
    else:
        merges.merge(conn, kept, gone, STORE, now)


def respect(hub: Hub, conn: Connection, event: PrivacyEvent, now: datetime) -> None:
    """Removes a customer's data as the store asks by law; who asks for them is told to the team, which sends them."""
    known = _known(conn, event.customer_id)
    if event.kind == ERASE:
        if known:
            privacy.erase(conn, known, now, STORE)
        words = "was removed here" if known else "is not known here: there was nothing to remove"
        incidents.notice(hub, conn, f":lock: The store asked to remove customer {event.customer_id}: it {words}.", now)
        return
    how = f"`doorstep customer export {known}` prints them." if known else "Nothing is kept of them here."
    text = f":lock: Customer {event.customer_id} asked the store for their data, due within 30 days. {how}"
    incidents.notice(hub, conn, text, now)


def connection(hub: Hub, conn: Connection, event: ConnectionEvent, now: datetime) -> None:
    """Looks at the store now where it knows more than it told; tells the team that it tells us nothing any more."""
    if event.kind == LOOK:
        asked = timers.done_until(conn, SHOPS, event.source)
        timers.hasten(conn, SHOPS, event.source, max(now, asked + BETWEEN_LOOKS) if asked else now)
        return
    text = (
        f":rotating_light: {event.source}: the app was uninstalled there. Orders and parcels are not told any more, "
        "and customers hear nothing of them. Install it again, then run `doorstep shops setup`."
    )
    incidents.notice(hub, conn, text, now)


def _known(conn: Connection, store_id: str) -> str | None:
    """Finds the customer of this account, as they are today."""
    found = customers.known_by(conn, "store_id", store_id)
    now_is = customers.by_id(conn, found[0].id) if found else None
    return now_is.id if now_is else None
