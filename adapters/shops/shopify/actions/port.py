"""Does at one shop what customers want (core.ports.shop.ShopActions)."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from adapters.shops.shopify.actions.address import change_address
from adapters.shops.shopify.actions.calls import NoSuchOrderError, for_people
from adapters.shops.shopify.actions.cancel import cancel
from adapters.shops.shopify.actions.items import change_items
from adapters.shops.shopify.actions.refund import issue_refund
from adapters.shops.shopify.actions.returns import create_return
from adapters.shops.shopify.admin.access import ACTION_SCOPES, HOW, installation
from adapters.shops.shopify.admin.client import Admin
from adapters.shops.shopify.settings import ShopifySettings
from adapters.transport.http import Http
from core.errors import SendError
from core.shop.outgoing import OutgoingEvent
from core.shop.shop_actions import PREFIX, ShopAction, ShopAnswer

log = logging.getLogger(__name__)

PATIENCE = 6.0  # seconds that a call may wait for its turn at the shop; the request comes again later
_ACTIONS: Mapping[str, Callable[[Admin, OutgoingEvent], Awaitable[ShopAnswer]]] = {
    ShopAction.CANCEL: cancel,
    ShopAction.CHANGE_ADDRESS: change_address,
    ShopAction.CHANGE_ITEMS: change_items,
    ShopAction.CREATE_RETURN: create_return,
    ShopAction.ISSUE_REFUND: issue_refund,
}
_DENIED = "access_denied"


class ShopifyActions:
    """Asks one shop. Lives in one event loop."""

    def __init__(self, http: Http, shop: ShopifySettings, clock: Callable[[], datetime]) -> None:
        self._admin = Admin(http, shop, clock, patience=PATIENCE)
        self._shop = shop.shop

    @property
    def actions(self) -> frozenset[str]:
        """Names all that is done here."""
        return frozenset(_ACTIONS)

    async def ask(self, request: OutgoingEvent) -> ShopAnswer:
        """Carries a request out, once. What the app may not do is people's, who read which scope is missing."""
        action = request.type.removeprefix(PREFIX)
        try:
            return await _ACTIONS[action](self._admin, request)
        except NoSuchOrderError:
            return for_people("no such order is shown to us; one that is older than 60 days needs read_all_orders")
        except SendError as error:
            if error.code != _DENIED:
                raise
            log.warning("the shop does not let us do it", extra={"action": action, "scope": ACTION_SCOPES[action]})
            return for_people(f"the app lacks {ACTION_SCOPES[action]} ({error.detail}); add it, {HOW}")

    async def check(self) -> str:
        """Asks which of it the shop lets us do. Raises SendError."""
        found = await installation(self._admin)
        lacking = sorted(action for action, scope in ACTION_SCOPES.items() if not found.holds(scope))
        but = f" but {', '.join(lacking)}; `doorstep shops status` names the scopes" if lacking else ""
        return f"{self._shop} lets us do everything{but}"
