"""Sends an order elsewhere, while it has not left.

https://shopify.dev/docs/api/admin-graphql/latest/mutations/orderUpdate. Doing it twice changes nothing; names and the
phone of the address stay as they are.
"""

from typing import Any

from adapters.shops.shopify.actions.calls import DONE, LEFT, FaultsError, change, document, find, for_people, refused
from adapters.shops.shopify.admin.client import Admin
from adapters.shops.values import Json, object_, text
from core.shop.outgoing import OutgoingEvent
from core.shop.shop_actions import Refusal, ShopAnswer

_WHO = ("firstName", "lastName", "company", "phone")
FIND = document(
    "OrderToSend",
    "shippingAddress { address1 address2 city zip provinceCode countryCodeV2 firstName lastName company phone }",
)
UPDATE = """mutation SendElsewhere($input: OrderInput!) {
  orderUpdate(input: $input) { order { id } userErrors { field message } } }"""


async def change_address(admin: Admin, request: OutgoingEvent) -> ShopAnswer:
    """Changes it. Raises NoSuchOrderError, SendError."""
    order = await find(admin, FIND, request.data["order_number"])
    if order.get("cancelledAt"):
        return refused(Refusal.CANCELLED)
    now_is = object_(order.get("shippingAddress"))
    wanted = _wanted(request.data["address"], now_is)
    if all(_same(value, now_is.get("countryCodeV2" if name == "countryCode" else name)) for name, value in wanted):
        return DONE
    if text(order.get("displayFulfillmentStatus")) in LEFT:
        return refused(Refusal.SENT)
    who = {name: now_is[name] for name in _WHO if now_is.get(name)}
    try:
        await change(admin, UPDATE, input={"id": order["id"], "shippingAddress": {**who, **dict(wanted)}})
    except FaultsError as error:
        about_it = error.speaks_of("address", "province", "zip", "postal", "country", "city")
        return refused(Refusal.ADDRESS) if about_it else for_people(str(error))
    return DONE


def _wanted(address: Json, now_is: Json) -> list[tuple[str, Any]]:
    """Writes an address as Shopify does. A region that was not told stays, where the country does."""
    country = text(address.get("country")).upper() or text(now_is.get("countryCodeV2"))
    kept = now_is.get("provinceCode") if country == now_is.get("countryCodeV2") else None
    told = {
        "address1": address.get("line1"),
        "address2": address.get("line2") or "",
        "city": address.get("city"),
        "zip": address.get("postcode"),
        "provinceCode": text(address.get("region")) or kept,
        "countryCode": country,
    }
    return [(name, value) for name, value in told.items() if value is not None]


def _same(one: object, other: object) -> bool:
    return " ".join(str(one or "").split()).casefold() == " ".join(str(other or "").split()).casefold()
