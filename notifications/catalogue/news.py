"""Says which of what an event changed is news to those who listen for events of some types: kinds of notice, rules."""

from collections.abc import Collection, Iterator

import msgspec

from notifications.facts import EventFacts
from notifications.notice import Change, Subject

TIMER = "timer"
_PARCEL_NEWS, _FIRST_NEWS, _ORDER_NEWS = "shipment.updated", "shipment.created", "order.updated"


def heard(change: Change, subject: Subject, on: Collection[str]) -> Iterator[tuple[str, EventFacts]]:
    """Lists what of the change is news of the subject to whoever listens for these types: (parcel's id or "", event).

    The first news of something are news of it too, so that `shipment.updated` is every news of a parcel, whichever
    event told them; and news of a parcel are news of its order.
    """
    for parcel_id, event in _parcels(change) if subject is Subject.PARCEL else [("", _whole(change, subject))]:
        if hears(on, event.type):
            yield parcel_id, event


def hears(on: Collection[str], type_: str) -> bool:
    """Tells whether somebody who listens for the types `on` hears an event of this type."""
    return type_ in on or f"{type_.partition('.')[0]}.updated" in on


def _whole(change: Change, subject: Subject) -> EventFacts:
    is_parcels = subject is Subject.ORDER and change.event.type in (_PARCEL_NEWS, _FIRST_NEWS)
    return msgspec.structs.replace(change.event, type=_ORDER_NEWS) if is_parcels else change.event


def _parcels(change: Change) -> Iterator[tuple[str, EventFacts]]:
    for parcel in change.after.order.shipments if change.after.order else ():
        before = change.before.parcel(parcel.id) if change.before else None
        if change.event.type == TIMER:
            yield parcel.id, EventFacts(TIMER, change.event.source)
        elif parcel != before:
            yield parcel.id, EventFacts(_PARCEL_NEWS if before else _FIRST_NEWS, change.event.source)
