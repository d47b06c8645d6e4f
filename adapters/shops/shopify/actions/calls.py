"""Shares what all actions do: find the order, make a change, say what came of it."""

import re
from collections.abc import Sequence

import msgspec

from adapters.shops.shopify.admin.client import Admin
from adapters.shops.shopify.inbound.values import id_of
from adapters.shops.values import Json, object_, objects, text
from core.errors import Outcome, SendError
from core.shop.shop_actions import Refusal, ShopAnswer, ShopStatus

DONE = ShopAnswer(ShopStatus.DONE)
LEFT = frozenset(("FULFILLED", "PARTIALLY_FULFILLED"))  # of displayFulfillmentStatus
NOTE = 255  # signs of a note
_REASON = 300
NAMED = """query OrderNamed($query: String!) {
  orders(first: 20, query: $query) { nodes { id name } } }"""
_QUOTED = re.compile(r"['\\]")


class Fault(msgspec.Struct, frozen=True):
    """One of the `userErrors` of a mutation. Some have no `code`."""

    code: str
    field: str
    message: str


class FaultsError(Exception):
    """Raised where a mutation was refused, and nothing of it was done."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(each.message for each in faults)[:_REASON])
        self.faults = tuple(faults)

    def speaks_of(self, *words: str) -> bool:
        """Tells whether any of these words is in what was said."""
        said = " ".join(f"{each.code} {each.field} {each.message}" for each in self.faults).casefold()
        return any(word in said for word in words)


class NoSuchOrderError(Exception):
    """Raised where the shop shows us no order with this number."""


def document(name: str, fields: str, more: str = "") -> str:
    """Writes the query that looks at an order; `more`: further variables, like ", $key: String!"."""
    return f"""query {name}($id: ID!{more}) {{
  order(id: $id) {{ id cancelledAt displayFulfillmentStatus {fields} }} }}"""


async def find(admin: Admin, query: str, number: str, **variables: str) -> Json:
    """Returns the order with this number, as `query` asks for it. Raises NoSuchOrderError, SendError."""
    asked = "name:'{}'".format(_QUOTED.sub(r"\\\g<0>", number))  # which also finds those that have it in their number
    for found in nodes((await admin.ask(NAMED, query=asked)).get("orders")):
        if text(found.get("name")) == number:
            return await look(admin, query, found["id"], **variables)
    raise NoSuchOrderError(number)


async def look(admin: Admin, query: str, id_: str, **variables: str) -> Json:
    """Returns the order with this id. Raises NoSuchOrderError, SendError."""
    order = object_((await admin.ask(query, id=id_, **variables)).get("order"))
    if not order:
        raise NoSuchOrderError(id_)
    return order


async def change(admin: Admin, mutation: str, /, **variables: object) -> Json:
    """Makes one change and returns its payload. Raises FaultsError, SendError."""
    data = await admin.ask(mutation, **variables)
    payload = object_(next(iter(data.values()), None))
    found = faults(payload.get("userErrors")) or faults(payload.get("orderCancelUserErrors"))
    error = FaultsError(found)
    if error.speaks_of("idempotency_concurrent_request", "currently in progress, please try again"):
        raise SendError(Outcome.RETRY, "in_progress")
    if found:
        raise error
    return payload


def faults(listed: object) -> list[Fault]:
    """Reads a list of errors."""
    return [
        Fault(text(each.get("code")), ".".join(map(str, each.get("field") or ())), text(each.get("message")))
        for each in objects(listed)
    ]


def refused(why: Refusal) -> ShopAnswer:
    """Says why not, in words that we have in each language."""
    return ShopAnswer(ShopStatus.REFUSED, why=why)


def for_people(words: str) -> ShopAnswer:
    """Hands it to people, who read why."""
    return ShopAnswer(ShopStatus.FAILED, f"Shopify: {words}"[:_REASON])


def gid(kind: str, id_: object) -> str:
    """Writes the id by which GraphQL knows something: `gid://shopify/LineItem/866550311766439020`."""
    return f"gid://shopify/{kind}/{id_of(id_)}"


def nodes(connection: object) -> list[Json]:
    """Returns the objects of a connection."""
    return objects(object_(connection).get("nodes"))
