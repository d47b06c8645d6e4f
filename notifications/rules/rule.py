"""Declares a rule: what it hears, when it is true, for what it fires once, and what is done then."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from functools import cached_property

import msgspec

from core.people.conversations import Priority
from core.templating.expressions import Expression
from notifications.catalogue.news import TIMER, hears
from notifications.rules.names import PASSING, TAGS


class OncePer(StrEnum):
    """Lists the subjects of rules: a rule fires once for each, for good."""

    ORDER = "order"
    PARCEL = "parcel"
    RETURN = "return"
    CUSTOMER = "customer"
    CASE = "case"


class AtMost(msgspec.Struct, frozen=True):
    """Limits how often a rule fires for one customer: `times` within `per`, whatever the subjects."""

    times: int
    per: timedelta


class SendNotice(msgspec.Struct, frozen=True, tag="notice"):
    """Tells the customer, by a kind of the catalogue."""

    kind: str


class OpenCase(msgspec.Struct, frozen=True, tag="case"):
    """Opens a case. What is left out `routing.yaml` decides by the reason; `channel` is the id of a Slack channel."""

    reason: str
    priority: Priority | None = None
    team: str = ""
    channel: str = ""
    tags: tuple[str, ...] = ()


class AddTag(msgspec.Struct, frozen=True, tag="tag"):
    """Puts a tag on the rule's subject."""

    tag: str


class TellStore(msgspec.Struct, frozen=True, tag="event"):
    """Tells the store's system, as `doorstep.rule.fired` with this name."""

    name: str


Deed = SendNotice | OpenCase | AddTag | TellStore


class Rule(msgspec.Struct, frozen=True, dict=True):
    """Describes a rule, ready to be asked. `digest` changes with what is written."""

    id: str
    on: frozenset[str]
    condition: Expression
    once_per: OncePer
    then: tuple[Deed, ...]
    digest: str
    at_most: AtMost | None = None

    @cached_property
    def reads(self) -> frozenset[str]:
        """Names whose facts it reads: order, parcel, customer, …"""
        return frozenset(name[0] for name in self.condition.names)

    @property
    def lasts(self) -> bool:
        """Tells whether its condition can be asked again when a notice leaves."""
        return not (self.reads & PASSING or self.condition.names & TAGS)


_BRINGS: Mapping[str, tuple[str, ...]] = {
    "order": ("shipment.created",),
    "shipment": ("shipment.created", "order.updated"),
}


class Rules(msgspec.Struct, frozen=True, dict=True):
    """Holds the store's rules, in the order of the file."""

    all: tuple[Rule, ...] = ()

    def listening(self, type_: str) -> tuple[Rule, ...]:
        """Returns the rules that may hear something of an event of this type: news of an order may bring parcels, and
        news of parcels are its news."""
        if type_ not in self._listening:
            types = (*_BRINGS.get(type_.partition(".")[0], ()), type_)
            self._listening[type_] = tuple(rule for rule in self.all if any(hears(rule.on, each) for each in types))
        return self._listening[type_]

    @cached_property
    def _listening(self) -> dict[str, tuple[Rule, ...]]:
        return {}

    def find(self, id_: str) -> Rule | None:
        """Finds the rule with this id."""
        return next((rule for rule in self.all if rule.id == id_), None)

    @property
    def timed(self) -> tuple[Rule, ...]:
        """Returns those that are asked every quarter of an hour."""
        return tuple(rule for rule in self.all if TIMER in rule.on)


NO_RULES = Rules()
