"""Says in a sentence what the store was asked for, for the people who see to it."""

from collections.abc import Iterator
from typing import Any

import msgspec

from core.shop.shop_actions import PREFIX, ShopAction
from storage.outgoing.rows import Outgoing

_TITLES = {
    ShopAction.CANCEL: "Cancel order {}",
    ShopAction.CHANGE_ADDRESS: "Change the address of order {}",
    ShopAction.CHANGE_ITEMS: "Change the items of order {}",
    ShopAction.CREATE_RETURN: "Make a return for order {}",
    ShopAction.ISSUE_REFUND: "Refund order {}",
}
_HEAD = frozenset(("id", "expires_at", "order_number", "requested_by", "proof"))
LONGEST = 1500


def title(request: Outgoing) -> str:
    """Names what is wanted."""
    return _TITLES[ShopAction(request.type.removeprefix(PREFIX))].format((request.order_number or "").lstrip("#"))


def of_request(request: Outgoing) -> str:
    """Writes the request, filled in, for the case that it becomes."""
    data: dict[str, Any] = msgspec.json.decode(request.body)
    told = "; ".join(f"{name}: {value}" for name, value in _told(data))
    proof = f"proof: {data.get('proof', 'none')}"
    why = request.reason or request.code or "no answer"
    words = f"{title(request)}. The store did not say that it did ({why}). {told}"
    return f"{words.strip()[:LONGEST].rstrip(';')}; {proof}; request {request.key}"


def of_answer(request: Outgoing, status: str, reason: str | None, *, told: bool) -> str:
    """Writes what the store answered, for the thread of a case that is open; `told`: the customer hears it from us."""
    who = "The customer was told." if told else "The customer was not told: they want no messages here."
    return f"{title(request)}: {status}{f' ({reason})' if reason else ''}, says the store. {who}"


def _told(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        if name not in _HEAD:
            yield from _flat(name, value)


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Writes nested values as lines: {"lines": [{"line_id": "l1", "quantity": 1}]} as "lines 1: line_id l1, …"."""
    if value in (None, "", [], {}):
        return
    if isinstance(value, dict):
        plain = {key: each for key, each in value.items() if not isinstance(each, dict | list) and each is not None}
        if plain:
            yield name, ", ".join(f"{key} {each}" for key, each in plain.items())
        for key, each in value.items():
            if isinstance(each, dict | list):
                yield from _flat(f"{name} {key}", each)
    elif isinstance(value, list):
        for count, each in enumerate(value, start=1):
            yield from _flat(f"{name} {count}", each)
    else:
        yield name, str(value)
