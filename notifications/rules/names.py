"""Names what the `if` of a rule may read: the facts of notices, and a case, tags, what happened."""

from typing import Any

import msgspec

from notifications.facts import EMPTY as OF_NOTICES

# What a trace keeps for itself: it shows no words and no addresses.
PRIVATE = frozenset(
    {
        ("customer", "name"),
        ("customer", "birthday_on"),
        ("order", "city"),
        ("order", "invoice_url"),
        ("parcel", "handed_to"),
        ("parcel", "last_location"),
        ("parcel", "left_at"),
        ("parcel", "signed_by"),
        ("parcel", "tracking_number"),
        ("parcel", "tracking_url"),
        ("return", "label_url"),
        ("return", "words"),
    }
)
KEPT_BACK = "(not shown)"


class CaseFacts(msgspec.Struct, frozen=True):
    """Holds what is told of a case: the one that an event is about, else the customer's that is open."""

    number: int = 0
    open: bool = False
    state: str = ""
    reason: str = ""
    priority: str = ""
    team: str = ""
    tags: tuple[str, ...] = ()
    claimed: bool = False
    hours_open: float = 0.0


NO_CASE = CaseFacts()


class EventFacts(msgspec.Struct, frozen=True):
    """Holds what happened. `score` is of a rating (1 to 5, or 0 to 10), `amount` of a refund."""

    type: str = ""
    source: str = ""
    score: int = 0
    amount: float = 0.0


_WITHOUT_TAGS = {name: OF_NOTICES[name] for name in ("order", "parcel", "customer", "stock", "return")}
EMPTY: dict[str, Any] = {
    **_WITHOUT_TAGS,
    "order": {**OF_NOTICES["order"], "tags": ()},
    "customer": {**OF_NOTICES["customer"], "tags": ()},
    "case": msgspec.structs.asdict(NO_CASE),
    "event": msgspec.structs.asdict(EventFacts()),
}
# What is not read again when a notice leaves: such a condition is true once and for all.
PASSING = frozenset({"case", "event"})
TAGS = frozenset({("order", "tags"), ("customer", "tags")})
LAST_ORDER = frozenset({("customer", "days_since_order"), ("customer", "last_order_on")})


def read_of(names: frozenset[tuple[str, ...]], scope: dict[str, Any]) -> dict[str, Any]:
    """Returns what a condition read, by dotted name, as plain JSON; without what a trace does not show."""
    found: dict[str, Any] = {}
    for name in sorted(names):
        value: Any = scope
        for part in name:
            value = value[part]
        if not isinstance(value, dict):
            kept = KEPT_BACK if name in PRIVATE and value else value
            found[".".join(name)] = msgspec.to_builtins(round(kept, 2) if isinstance(kept, float) else kept)
    return found
