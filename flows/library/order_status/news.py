"""Says which news of an order the customer gets by themselves, and lets them ask for these."""

from typing import Any

from core.shop.orders import Order, ShipmentStatus
from flows.engine.actions import Result, action
from flows.engine.context import ActionContext
from flows.engine.effects import AllowNews
from flows.library.common.orders import is_open, left_of

_ENDED = (ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED, ShipmentStatus.EXPIRED)


def news(ctx: ActionContext, order: Order, *, digital: bool) -> dict[str, Any]:
    """Tells which notices may still come of an order: {awaited: [shipped, delay], coming, offered}.

    `coming` are those of them that the notifier sends here as things are; `offered`: there are some, and the customer
    has not said yet that they want them. Each is sent once, whoever asked for it (`notifications.kinds`).
    """
    may = [kind for kind in _awaited(order, digital) if kind in ctx.facts.notices(ctx.address.channel)]
    if not may:
        return {"awaited": [], "coming": [], "offered": False}
    wanted = ctx.store.allows_news()
    return {"awaited": may, "coming": may if wanted is not False else [], "offered": not wanted}


@action("allow_news")
def allow_news(_ctx: ActionContext) -> Result:
    """Records that the customer wants them here."""
    return Result(None, (AllowNews(),))


def _awaited(order: Order, digital: bool) -> list[str]:
    if not is_open(order) or digital:
        return []
    unsent = bool(left_of(order))
    under_way = any(parcel.status not in _ENDED for parcel in order.shipments)
    return [*(["shipped"] if unsent else []), *(["delay"] if unsent or under_way else [])]
