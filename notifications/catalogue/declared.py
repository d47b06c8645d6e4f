"""Makes a kind of notice of its `kind.yaml`: conditions, key and values are expressions over named facts."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from core.shop.promises import Purpose
from core.templating.expressions import Expression, Text
from core.templating.named import holds, named_expression, named_text
from notifications.catalogue.kind_file import Written
from notifications.catalogue.news import heard
from notifications.facts import EMPTY, EventFacts, Money
from notifications.notice import Change, Fact, Kind, Notice, Promises, View

_LIKE = "parcel.status == 'available_for_pickup'"


OF_THE_MOMENT = (("customer", "today"), ("customer", "hour"))  # known of everybody


class Conditions(msgspec.Struct, frozen=True):
    """Holds the compiled expressions of a kind."""

    due: Expression
    still_true: Expression
    key: Text
    variables: Mapping[str, Expression]
    link: Expression | None
    promises: Mapping[Purpose, Expression]

    def reads(self) -> frozenset[str]:
        """Names what must be known when a notice leaves: the first words of all names."""
        later = [
            self.still_true,
            *self.variables.values(),
            *([self.link] if self.link else ()),
            *self.promises.values(),
        ]
        return frozenset(name[0] for each in later for name in each.names if name not in OF_THE_MOMENT)


def declared(name: str, written: Written) -> Kind:
    """Makes the kind. Raises ConfigurationError with the line of what is wrong."""
    file, subject = written.file, written.subject
    names = {**EMPTY, "before": EMPTY[subject]}
    conditions = Conditions(
        named_expression(written.document("if"), file.condition, names, "if", like=_LIKE),
        named_expression(written.document("still_true"), file.still_true, EMPTY, "still_true", like=_LIKE),
        named_text(written.document("key"), file.key, names, "key"),
        {
            each: named_expression(written.document("variables"), source, EMPTY, "variables", each, like="order.number")
            for each, source in file.variables.items()
        },
        named_expression(written.document("link"), file.link, EMPTY, "link", like="parcel.tracking_url")
        if file.link
        else None,
        {
            Purpose(each): named_expression(
                written.document("promises"), source, EMPTY, "promises", each, like="parcel.eta"
            )
            for each, source in file.promises.items()
        },
    )
    rule = _Rule(name, written, conditions)
    return Kind(
        name=name,
        subject=subject,
        category=file.category,
        priority=file.priority,
        expires_after=written.length("expires_after", file.expires_after),
        variables=tuple(file.variables),
        due=rule.due,
        still_true=rule.still_true,
        facts=rule.facts,
        link=rule.link,
        settle=written.length("settle", file.settle),
        deadline=written.length("deadline", file.deadline) if file.deadline else None,
        choices=file.choices,
        is_on=file.is_on,
        template_of=file.template_of,
        family=file.family or name,
        unless_asked=file.unless_asked,
        promises=rule.promises,
        hears=frozenset(file.on),
        reads=conditions.reads(),
    )


class _Rule:
    """Answers what a `Kind` is asked, by a kind's conditions."""

    def __init__(self, name: str, written: Written, conditions: Conditions) -> None:
        self._name = name
        self._subject = written.subject
        self._on = frozenset(written.file.on)
        self._expires_after = written.length("expires_after", written.file.expires_after)
        self._conditions = conditions

    def due(self, change: Change) -> list[Notice]:
        """Makes the notices that a change makes due."""
        return [
            self._notice(change, parcel_id, names)
            for parcel_id, event in heard(change, self._subject, self._on)
            if holds(self._conditions.due, names := self._names(change, parcel_id, event))
        ]

    def still_true(self, view: View) -> bool:
        """Tells whether a notice's news are so still."""
        return holds(self._conditions.still_true, view.names)

    def facts(self, view: View) -> Mapping[str, Fact]:
        """Returns the values of the text's variables."""
        return {name: _fact(value(view.names)) for name, value in self._conditions.variables.items()}

    def promises(self, view: View) -> Promises:
        """Returns the dates and times that the words may tell."""
        found = {purpose: value(view.names) for purpose, value in self._conditions.promises.items()}
        return {purpose: value for purpose, value in found.items() if isinstance(value, date)}

    def link(self, view: View) -> str:
        """Returns the page that goes with it."""
        return str(self._conditions.link(view.names) or "") if self._conditions.link else ""

    def _names(self, change: Change, parcel_id: str, event: EventFacts) -> dict[str, Any]:
        was, names = change.names(parcel_id)
        return {**names, "event": msgspec.structs.asdict(event), "before": was[self._subject]}

    def _notice(self, change: Change, parcel_id: str, names: dict[str, Any]) -> Notice:
        return Notice(
            kind=self._name,
            key=f"{self._name}:{self._conditions.key(names)}",
            created_at=change.when.now,
            expires_at=change.when.now + self._expires_after,
            order_number=names["order"]["number"],
            shipment_id=parcel_id,
            subject_id=change.subject_id,
        )


def _fact(value: Any) -> Fact:
    if isinstance(value, str | date | datetime | Money):
        return value
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return "" if value is None or value is False else f"{value:g}" if isinstance(value, float) else str(value)
