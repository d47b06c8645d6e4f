"""Asks rules about what happened: of which subjects their `if` is true, and which facts made it so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from core.shop.returns import ReturnRecord
from core.templating.named import holds
from notifications.catalogue.news import heard
from notifications.facts import EMPTY as OF_NOTICES
from notifications.facts import EventFacts as Told
from notifications.notice import Change, Subject
from notifications.rules.names import NO_CASE, CaseFacts, EventFacts, read_of
from notifications.rules.rule import OncePer, Rule, Rules
from notifications.scope import return_facts, scope


@dataclass(frozen=True)
class Asked:
    """Holds what happened to a customer, and what rules may read of it beside the change itself.

    `customer_id` is our id; `case_id` is of the case in `case`, None without one; `returns` are the order's, where the
    change is not of one; `depth` counts the rules that this follows from.
    """

    change: Change
    customer_id: str
    event: EventFacts
    case: CaseFacts = NO_CASE
    case_id: str | None = None
    returns: Sequence[ReturnRecord] = ()
    customer_tags: tuple[str, ...] = ()
    order_tags: tuple[str, ...] = ()
    depth: int = 0
    _made: dict[tuple[str, str, str], dict[str, Any]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )
    _heard: dict[tuple[frozenset[str], bool], list[tuple[str, str]]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def names(self, parcel_id: str, returned: ReturnRecord | None, type_: str) -> dict[str, Any]:
        """Returns what conditions may name, for one of the parcels and returns, or none; once for all rules that hear
        of it by an event of this type."""
        key = parcel_id, returned.id if returned else "", type_
        if key not in self._made:
            self._made[key] = self._names(parcel_id, returned, type_)
        return self._made[key]

    def parcels(self, rule: Rule) -> list[tuple[str, str]]:
        """Lists the parcels that a rule is asked about (id, type of the event); "" where it reads none."""
        key = rule.on, rule.once_per is OncePer.PARCEL or "parcel" in rule.reads
        if key not in self._heard:
            self._heard[key] = _parcels(self.change, *key)
        return self._heard[key]

    def _names(self, parcel_id: str, returned: ReturnRecord | None, type_: str) -> dict[str, Any]:
        change = self.change
        read = scope(change.after, parcel_id, Told(), change.when)
        told = return_facts(returned, change.after.order) if returned else None
        return {
            "order": {**read["order"], "tags": self.order_tags},
            "parcel": read["parcel"],
            "customer": {**read["customer"], "tags": self.customer_tags},
            "return": msgspec.structs.asdict(told) if told else OF_NOTICES["return"],
            "stock": read["stock"],
            "case": msgspec.structs.asdict(self.case),
            "event": {**msgspec.structs.asdict(self.event), "type": type_},
        }


class Found(msgspec.Struct, frozen=True):
    """Says that a rule is true of a subject: its id, and what else is known by name. `facts` made it true."""

    rule: Rule
    subject_id: str
    customer_id: str
    event: str
    facts: Mapping[str, Any]
    order_number: str = ""
    parcel_id: str = ""
    return_id: str = ""
    case_id: str | None = None
    case_number: int = 0
    depth: int = 1


def true_now(rules: Rules, asked: Sequence[Asked]) -> list[Found]:
    """Asks all rules about all that happened; each is found once for a subject."""
    found: dict[tuple[str, str], Found] = {}
    for each in asked:
        for rule in rules.listening(each.change.event.type):
            for one in _true_of(rule, each):
                found.setdefault((rule.id, one.subject_id), one)
    return list(found.values())


def _true_of(rule: Rule, asked: Asked) -> Iterator[Found]:
    for parcel_id, type_ in asked.parcels(rule):
        for returned in _returns(rule, asked):
            names = asked.names(parcel_id, returned, type_)
            subject_id = _subject_id(rule.once_per, asked, parcel_id, returned)
            if subject_id and holds(rule.condition, names):
                yield Found(
                    rule=rule,
                    subject_id=subject_id,
                    customer_id=asked.customer_id,
                    event=type_,
                    facts=read_of(rule.condition.names, names),
                    order_number=names["order"]["number"],
                    parcel_id=parcel_id,
                    return_id=returned.id if returned else "",
                    case_id=asked.case_id,
                    case_number=asked.case.number,
                    depth=asked.depth + 1,
                )


def _parcels(change: Change, on: frozenset[str], reads_parcels: bool) -> list[tuple[str, str]]:
    told = [(parcel_id, event.type) for parcel_id, event in heard(change, Subject.PARCEL, on)]
    whole = next((event.type for _, event in heard(change, change.subject, on)), "")
    if not reads_parcels:
        return [("", whole or told[0][1])] if whole or told else []
    order = change.after.order
    if whole and order and order.shipments:
        types = dict(told)
        return [(parcel.id, types.get(parcel.id, whole)) for parcel in order.shipments]
    return told or ([("", whole)] if whole else [])


def _returns(rule: Rule, asked: Asked) -> Sequence[ReturnRecord | None]:
    if rule.once_per is not OncePer.RETURN and "return" not in rule.reads:
        return (asked.change.after.returned,)
    if asked.change.after.returned:
        return (asked.change.after.returned,)
    return asked.returns or (None,)


def _subject_id(once_per: OncePer, asked: Asked, parcel_id: str, returned: ReturnRecord | None) -> str:
    """Names the subject; "" where there is none."""
    order = asked.change.after.order
    match once_per:
        case OncePer.ORDER:
            return order.number if order else ""
        case OncePer.PARCEL:
            return f"{order.number}/{parcel_id}" if order and parcel_id else ""
        case OncePer.RETURN:
            return returned.id if returned else ""
        case OncePer.CUSTOMER:
            return asked.customer_id
        case OncePer.CASE:
            return asked.case_id or ""
