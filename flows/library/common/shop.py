"""Asks the store to act, for all flows whose wish changes something there."""

import hashlib
from typing import Any

import msgspec

from flows.engine.context import ActionContext
from flows.engine.effects import ShopRequest


def connected(ctx: ActionContext, type_: str) -> bool:
    """Tells whether the store can be asked for this (`core.shop.shop_actions.ShopAction`); else people do it."""
    return type_ in ctx.shop


def request(ctx: ActionContext, type_: str, order_number: str, data: dict[str, Any]) -> ShopRequest:
    """Makes the request. The same wish of the same call has the same id, whatever happens in between, so that it is
    carried out once."""
    what = (ctx.customer.id, ctx.address.key, ctx.key, type_, order_number, data)
    digest = hashlib.blake2b(msgspec.json.encode(what, order="deterministic"), digest_size=10).hexdigest()
    return ShopRequest(f"act-{digest}", type_, order_number, data)
