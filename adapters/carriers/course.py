"""Makes news of a parcel of what a tracking service tells: its state, its scans, its day, its proof of delivery."""

from datetime import date, datetime, timedelta

import msgspec

from adapters.carriers.words import Meaning, meaning
from core.errors import MalformedPayload
from core.shop import carriers
from core.shop.orders import DeliveryProof, Shipment, ShipmentStatus, Told, TrackingEvent
from core.shop.store_events import Ignored, ShipmentEvent, StoreEvent

LONGEST = 255  # signs of a number
SCANS = 500  # kept of one parcel, the newest
# A scan without a zone may be so far ahead; what is farther is an appointment, or a mistake.
AHEAD = timedelta(hours=26)
ON_ITS_WAY = (ShipmentStatus.PENDING, ShipmentStatus.INFO_RECEIVED, ShipmentStatus.IN_TRANSIT, ShipmentStatus.EXPIRED)


class Scan(msgspec.Struct, frozen=True):
    """One scan as told; `words` say where the parcel was then, the finest first."""

    time: datetime | None
    words: tuple[str, ...]
    location: str = ""
    description: str = ""


class Course(msgspec.Struct, frozen=True):
    """What a service tells of one parcel. `words` as in a Scan; `sent_at` is when it told so, where it says."""

    service: str
    event_id: str
    number: str
    carrier: str
    words: tuple[str, ...]
    scans: tuple[Scan, ...] = ()
    sent_at: datetime | None = None
    eta: date | None = None
    delivered_at: datetime | None = None
    proof: DeliveryProof = DeliveryProof()
    link: str = ""
    day_only: bool = False


def not_used(source: str, event: str, id_: str, at: datetime) -> Ignored:
    """Keeps that a service told of something that is no news of a parcel's course."""
    return Ignored(external_id=id_, source=source, at=at, kind=f"{source} {event}"[:100].strip())


def news(told: Course, name: str, path: str, received_at: datetime) -> list[StoreEvent | Ignored]:
    """Makes the news, of the source `name`. A status that no table has moves nothing: its scans are kept, and it is
    counted. Raises MalformedPayload at `path` where no number is told."""
    if not told.number:
        raise MalformedPayload("expected a tracking number", path)
    found = meaning(told.service, *told.words)
    scans = _scans(told, received_at)
    shipment = _shipment(told, found or Meaning(ShipmentStatus.PENDING), scans, received_at)
    event = ShipmentEvent(
        external_id=told.event_id[:LONGEST],
        source=name,
        at=_at(told, shipment.status, scans, received_at),
        kind="updated",
        order_number="",
        shipment=shipment,
    )
    if found is not None:
        return [event]
    word = next(filter(None, reversed(told.words)), "")[:80]
    unknown = Ignored(
        external_id=f"unknown:{event.external_id}", source=name, at=event.at, kind=f"{name} status {word}"
    )
    return [event, unknown]


def _shipment(told: Course, found: Meaning, scans: tuple[TrackingEvent, ...], received_at: datetime) -> Shipment:
    arrived = found.status is ShipmentStatus.DELIVERED
    last = min(scans[-1].time, received_at) if scans else _sent(told, received_at)
    done = [each.time for each in scans if each.status == ShipmentStatus.DELIVERED]
    proof = msgspec.structs.replace(told.proof, handed_to=found.handed_to or told.proof.handed_to)
    number = told.number[:LONGEST]
    return Shipment(
        id=f"{told.service}:{number}"[:LONGEST],
        status=found.status,
        carrier=carriers.named(told.carrier),
        tracking_number=number,
        tracking_url=told.link,
        eta=told.eta,
        delivered_at=min(told.delivered_at or max(done, default=last), received_at) if arrived else None,
        events=scans,
        proof=proof if arrived and proof != DeliveryProof() else None,
        sub_status=next(filter(None, told.words), ""),
        incident=found.incident,
        told=Told(
            by_carrier=True,
            at=last,
            day_by_carrier=told.eta is not None,
            day_at=_sent(told, received_at) if told.eta else None,
        ),
    )


def _scans(told: Course, received_at: datetime) -> tuple[TrackingEvent, ...]:
    known = [
        TrackingEvent(each.time, _state(told.service, each), each.location, each.description)
        for each in told.scans
        if each.time is not None and each.time <= received_at + AHEAD
    ]
    return tuple(sorted(known, key=lambda each: each.time)[-SCANS:])


def _state(service: str, scan: Scan) -> str:
    """Returns our word for where the parcel was at a scan; empty where the scan tells of none."""
    found = meaning(service, *scan.words)
    return found.status.value if found and found.status is not ShipmentStatus.PENDING else ""


def _at(told: Course, status: ShipmentStatus, scans: tuple[TrackingEvent, ...], received_at: datetime) -> datetime:
    """Returns since when it is so: news of a parcel on its way are as old as the message, what came to a door or ended
    as its scan. So nobody hears now that a parcel arrived last week."""
    if told.day_only or status in ON_ITS_WAY or not scans:
        return _sent(told, received_at)
    return min(scans[-1].time, received_at)


def _sent(told: Course, received_at: datetime) -> datetime:
    return min(told.sent_at or received_at, received_at)
