"""Names what a store can be asked to do for a customer, and what it may answer."""

from datetime import timedelta
from enum import StrEnum

import msgspec

EXPIRES_AFTER = timedelta(minutes=15)  # a request without an answer becomes a case then, and is not made again
PREFIX = "doorstep."  # before the names of what we tell and ask, outside this installation


class ShopAction(StrEnum):
    """What a store can be asked to do."""

    CANCEL = "order.cancel"
    CHANGE_ADDRESS = "order.change_address"
    CHANGE_ITEMS = "order.change_items"
    CREATE_RETURN = "return.create"
    ISSUE_REFUND = "refund.issue"


EVERY_ACTION = frozenset(action.value for action in ShopAction)


class ShopStatus(StrEnum):
    """What became of a request."""

    DONE = "done"
    REFUSED = "refused"
    PENDING = "pending"  # the store took it, and tells later
    FAILED = "failed"  # nobody knows, or the store could not read it: people take over


class Refusal(StrEnum):
    """Why a store refuses, where that is known well enough to be said in the customer's language."""

    SENT = "sent"  # it has left, or is being packed
    CANCELLED = "cancelled"  # the order is
    RETURN_OPEN = "return_open"
    UNPAID = "unpaid"  # a payment is still under way
    NOT_RETURNABLE = "not_returnable"  # not sent yet, or on its way back already
    OUT_OF_STOCK = "out_of_stock"
    TOO_MUCH = "too_much"  # more than is left to be paid back
    ADDRESS = "address"  # the store does not know such a place


class ShopAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the store says. `reason` is in its own words, for the customer (of FAILED: for the people who take over);
    `why` says it in ours instead. `id` is its name for what came of it. Of PENDING, `again`: so many seconds later
    the store is to be asked again, because nothing tells by itself that it came to nothing."""

    status: ShopStatus
    reason: str | None = None
    id: str | None = None
    why: Refusal | None = None
    again: float | None = None
