"""Tells that an order which was bought for a holiday comes after it; who knows of a delay already is spared."""

from collections.abc import Mapping
from datetime import date

import msgspec

from core.shop.promises import Purpose
from notifications.campaigns.at_risk import at_risk
from notifications.catalogue.news import TIMER
from notifications.kinds.delay import DELAYS
from notifications.notice import Change, Fact, Kind, Notice, View

DECIDES = ("on", "if", "still_true", "key", "link", "promises")


def complete(kind: Kind) -> Kind:
    """Gives the kind the holiday, and the day on which the order is expected."""

    def facts(view: View) -> Mapping[str, Fact]:
        titles: Mapping[str, str] = view.notice.data["titles"]
        holiday = titles.get(view.locale) or next(iter(titles.values()))
        return {**kind.facts(view), "holiday": holiday, "estimate": _expected(view)}

    return msgspec.structs.replace(
        kind,
        variables=(*kind.variables, "holiday", "estimate"),
        facts=facts,
        due=lambda change: _due(kind, change),
        still_true=_still_true,
        promises=lambda view: {Purpose.DELIVERY: _expected(view)},
        hears=frozenset({TIMER}),
    )


def _due(kind: Kind, change: Change) -> list[Notice]:
    order, now = change.after.order, change.when.now
    if change.event.type != TIMER or order is None or _knows(change):
        return []
    risk = at_risk(change.when.calendar, order, now)
    if risk is None:
        return []
    told = {"titles": dict(risk.holiday.titles), "estimate": risk.expected.isoformat()}
    return [
        Notice(
            kind=kind.name,
            key=f"{kind.name}:{order.number}:{risk.holiday.id}",
            created_at=now,
            expires_at=now + kind.expires_after,
            order_number=order.number,
            data={"holiday": risk.holiday.id, **told},
        )
    ]


def _knows(change: Change) -> bool:
    """Tells whether the customer was told of a delay of this order."""
    begun = tuple(f"{kind}:" for kind in DELAYS)
    return any(reached and key.startswith(begun) for key, reached in change.told.items())


def _still_true(view: View) -> bool:
    risk = at_risk(view.when.calendar, view.about.order, view.when.now) if view.about.order else None
    return risk is not None and risk.holiday.id == view.notice.data["holiday"]


def _expected(view: View) -> date:
    risk = at_risk(view.when.calendar, view.about.order, view.when.now) if view.about.order else None
    return risk.expected if risk else date.fromisoformat(view.notice.data["estimate"])
