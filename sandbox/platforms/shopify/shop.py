"""Holds what a shop at Shopify knows: scopes, subscriptions, orders in GraphQL's shape, stock, and work under way."""

import functools
import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
Operation = Callable[["Shop", Json], Any]
READING = ("read_orders", "read_fulfillments", "read_returns", "read_customers", "read_customer_merge", "read_products")
WRITING = ("write_orders", "write_order_edits", "write_returns")


class DeniedError(Exception):
    """Raised where a scope is missing; its words name it."""


class UserError(Exception):
    """Raised where a mutation is refused: the words, the field, and the code where that kind has one."""

    def __init__(self, message: str, field: str = "", code: str = "") -> None:
        super().__init__(message)
        self.told = {
            "field": field.split(".") if field else None,
            "message": message,
            **({"code": code} if code else {}),
        }


class Shop:
    """One shop. `told` collects the webhooks that what happens makes due: (topic, payload)."""

    def __init__(self, domain: str, name: str, clock: Callable[[], float]) -> None:
        self.domain = domain
        self.name = name
        self.clock = clock
        self._ids = itertools.count(int(clock()) * 1000)  # no id of a life before comes again, and no number
        self._numbers = itertools.count(int(clock()) % 1_000_000)
        self.reset()

    def reset(self) -> None:
        """Knows nothing any more; no id comes again."""
        self.scopes: set[str] = {*READING, *WRITING}
        self.subscriptions: dict[str, Json] = {}
        self.orders: dict[str, Json] = {}
        self.customers: dict[str, Json] = {}
        self.products: dict[str, Json] = {}
        self.variants: dict[str, Json] = {}
        self.stock: dict[str, int] = {}  # of variants that are counted
        self.metafields: dict[tuple[str, str], str] = {}
        self.edits: dict[str, Json] = {}
        self.jobs: dict[str, Json] = {}
        self.keys: dict[str, tuple[Json, Json]] = {}  # of @idempotent: what was asked, and what came of it
        self.job_seconds = 1.0
        self.job_error = ""  # the next cancellations fail with this code
        self.told: list[tuple[str, Json]] = []

    def new_id(self, kind: str) -> str:
        """Makes an id of this kind."""
        return f"gid://shopify/{kind}/{next(self._ids)}"

    def new_number(self) -> str:
        """Makes the number of an order, as people see it."""
        return f"#{next(self._numbers)}"

    def now(self) -> str:
        """Says the time as the API does."""
        return datetime.fromtimestamp(self.clock(), UTC).isoformat().replace("+00:00", "Z")

    def need(self, scope: str) -> None:
        """Requires a scope; who may write may read. Raises DeniedError."""
        if not self.scopes & {scope, scope.replace("read_", "write_")}:
            raise DeniedError(f"`{scope}` access scope.")

    def order(self, id_: str, field: str = "id") -> Json:
        """Returns an order by its id. Raises UserError."""
        found = self.orders.get(id_)
        if found is None:
            raise UserError("Order does not exist", field, "NOT_FOUND")
        return found

    def changed(self, order: Json) -> None:
        """Notes that an order changed now."""
        order["updatedAt"] = self.now()


def mutation(name: str, result: str, errors: str = "userErrors") -> Callable[[Operation], Operation]:
    """Makes an operation of a function that returns `result`: what it refuses becomes one of its `errors`."""

    def wrapped(does: Operation) -> Operation:
        @functools.wraps(does)
        def operation(shop: "Shop", variables: Json) -> Json:
            try:
                return {name: {result: does(shop, variables), errors: []}}
            except UserError as error:
                return {name: {result: None, errors: [error.told]}}

        return operation

    return wrapped


def nodes(owner: Json, name: str) -> list[Json]:
    """Returns the list of a connection (or of a plain list) to read and to add to."""
    kept = owner.setdefault(name, {"nodes": []})
    listed: list[Json] = kept["nodes"] if isinstance(kept, dict) else kept
    return listed


def number_of(id_: object) -> str:
    """Returns the number of an id."""
    return str(id_).rpartition("/")[2]
