"""Carries out at a shop on WooCommerce what customers want (core.ports.shop.ShopActions)."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from adapters.shops.values import Json, decimal, object_, objects, text
from adapters.shops.woocommerce.actions import orders, refunds, returns
from adapters.shops.woocommerce.actions.found import Refused, order_of
from adapters.shops.woocommerce.rest.client import Rest
from adapters.shops.woocommerce.settings import WooSettings
from adapters.transport.http import Http
from core.errors import Outcome, SendError
from core.shop.outgoing import OutgoingEvent
from core.shop.shop_actions import EVERY_ACTION, PREFIX, ShopAction, ShopAnswer, ShopStatus

Deed = Callable[[Rest, Json, Json], Awaitable[str]]
ORIGINAL = ("", "original")


class WooActions:
    """Asks one shop. Lives in one event loop."""

    def __init__(self, http: Http, shop: WooSettings, clock: Callable[[], datetime]) -> None:
        self._rest = Rest(http, shop, clock)

    @property
    def actions(self) -> frozenset[str]:
        """Names every action: what an order does not allow is refused, what only people can do is said to be theirs."""
        return EVERY_ACTION

    async def ask(self, request: OutgoingEvent) -> ShopAnswer:
        """Carries out a request, once, however often it is made. Raises SendError."""
        deed = DEEDS[request.type.removeprefix(PREFIX)]
        try:
            order = await order_of(self._rest, str(request.data["order_number"]), request.order_id)
            return ShopAnswer(ShopStatus.DONE, id=await deed(self._rest, order, request.data) or None)
        except Refused as refused:
            return ShopAnswer(ShopStatus.REFUSED, why=refused.why)
        except SendError as error:
            if error.outcome is not Outcome.CONTENT_REJECTED:
                raise
            return ShopAnswer(ShopStatus.FAILED, error.detail or error.code)

    async def check(self) -> str:
        """Asks for an order and for a change of nothing. Raises SendError."""
        await self._rest.get("orders", per_page=1, _fields="id")
        await self._rest.post("webhooks/batch", {})
        return "WooCommerce takes our key, which may read and write"


async def _refund(rest: Rest, order: Json, wanted: Json) -> str:
    """Pays back on the way that it was paid; store credit is a plugin's, and people's work."""
    money = object_(wanted.get("refund"))
    if text(money.get("method")) not in ORIGINAL:
        raise SendError(Outcome.CONTENT_REJECTED, "other_method", "WooCommerce pays back on the way it was paid only")
    if text(money.get("currency")).upper() not in ("", text(order.get("currency")).upper()):
        raise SendError(Outcome.CONTENT_REJECTED, "other_currency", "the order was paid in another currency")
    amount = None if money.get("amount") in (None, "") else decimal(money["amount"])
    if amount is not None and amount <= 0:
        raise SendError(Outcome.CONTENT_REJECTED, "no_amount", "the request names no amount")
    return await refunds.pay_back(rest, order, str(wanted["id"]), amount, objects(money.get("lines")))


DEEDS: dict[str, Deed] = {
    ShopAction.CANCEL: orders.cancel,
    ShopAction.CHANGE_ADDRESS: orders.change_address,
    ShopAction.CHANGE_ITEMS: orders.change_items,
    ShopAction.CREATE_RETURN: returns.create,
    ShopAction.ISSUE_REFUND: _refund,
}
