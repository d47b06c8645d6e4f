"""Merges what is told of one parcel, by the shop and by carriers, in whatever order it comes.

The carrier knows where a parcel is: its word on the state and the day counts before the shop's, whoever spoke last. The
shop knows what it sent: the number, the link, the lines. A tracking service that knows nothing (pending, expired)
contradicts nobody. Of one party's words the higher rank holds, of the same rank the later one.
"""

from datetime import UTC, date, datetime

import msgspec

from core.shop.order_numbers import tracking_form
from core.shop.orders import SHIPMENT_RANK, Shipment, ShipmentStatus, Told, TrackingEvent

_EVER = datetime.min.replace(tzinfo=UTC)
_KNOWS_NOTHING = frozenset((ShipmentStatus.PENDING, ShipmentStatus.EXPIRED))


def told_by_shop(shipment: Shipment, at: datetime, *, scanned: bool) -> Shipment:
    """Dates the shop's word on a parcel. `scanned`: its state is news of `at`; else it only stands in a list."""
    if shipment.told != Told():
        return shipment
    told = Told(at=at if scanned else None, day_at=at if shipment.eta else None, shop_at=at)
    return msgspec.structs.replace(shipment, told=told)


def advance_shipment(known: Shipment | None, news: Shipment) -> Shipment:
    """Updates a parcel by `news`: its state never goes back, scans are joined, known facts are not lost to silence."""
    if known is None:
        return msgspec.structs.replace(news, events=_by_time(news.events))
    if _is_sent_anew(known, news):
        known = _without_state(known)
    forward = _counts_more(news, known)
    now, then = (news, known) if forward else (known, news)
    eta, day = _day(known, news, forward=forward)
    ours, other = (known, news) if _is_late_word(known, news) else (news, known)
    merged = Shipment(
        id=known.id,
        status=now.status,
        carrier=ours.carrier or other.carrier,
        tracking_number=ours.tracking_number or other.tracking_number,
        tracking_url=ours.tracking_url or other.tracking_url,
        lines=ours.lines or other.lines,
        eta=eta,
        delivered_at=_delivered(now, then),
        events=_by_time((*known.events, *news.events)),
        proof=now.proof or then.proof,
        sub_status=now.sub_status,
        incident=now.incident,
        told=Told(
            by_carrier=now.told.by_carrier,
            at=now.told.at,
            day_by_carrier=day.day_by_carrier,
            day_at=day.day_at,
            shop_at=max(filter(None, (known.told.shop_at, news.told.shop_at)), default=None),
        ),
    )
    # A shop tells its orders again and again: when it last did so is not worth a write.
    is_repeated = not news.told.by_carrier and msgspec.structs.replace(merged, told=known.told) == known
    return known if is_repeated else merged


def _counts_more(news: Shipment, known: Shipment) -> bool:
    """Tells whether the state that is news holds from now on."""
    new, old = _weight(news), _weight(known)
    if new != old:
        return new > old
    if news.told.at is None or known.told.at is None:
        return known.told.at is None
    return _order(news) >= _order(known)


def _weight(parcel: Shipment) -> tuple[bool, int]:
    return _is_carriers_word(parcel), SHIPMENT_RANK[parcel.status]


def _is_carriers_word(parcel: Shipment) -> bool:
    return parcel.told.by_carrier and parcel.status not in _KNOWS_NOTHING


def _order(parcel: Shipment) -> tuple[datetime, str, str, str]:
    return parcel.told.at or _EVER, parcel.status, parcel.sub_status, parcel.incident


def _day(known: Shipment, news: Shipment, *, forward: bool) -> tuple[date | None, Told]:
    """Chooses the day of delivery, and whose word it is: the carrier's before the shop's, then the later one."""
    if news.eta is None or known.eta is None:
        one = news if known.eta is None else known
        return one.eta, one.told
    new, old = news.told, known.told
    if new.day_by_carrier != old.day_by_carrier:
        later = new.day_by_carrier
    elif new.day_at is not None and old.day_at is not None:
        later = (new.day_at, news.eta) >= (old.day_at, known.eta)
    else:
        later = forward
    return (news.eta, new) if later else (known.eta, old)


def _delivered(now: Shipment, then: Shipment) -> datetime | None:
    """Returns since when it is there: by the carrier's word alone where it has one, else the first that was said."""
    if _is_carriers_word(now) and not _is_carriers_word(then):
        return now.delivered_at
    return min(filter(None, (now.delivered_at, then.delivered_at)), default=None)


def _is_late_word(known: Shipment, news: Shipment) -> bool:
    """Tells whether what is sent how stays as it is known: a carrier tells of it, or the shop's word was overtaken."""
    if news.told.by_carrier:
        return True
    said, before = news.told.shop_at, known.told.shop_at
    return said is not None and before is not None and said < before


def _is_sent_anew(known: Shipment, news: Shipment) -> bool:
    """Tells whether the shop gave the parcel another number: what the carrier said was of the earlier one."""
    if not known.told.by_carrier or _is_late_word(known, news):
        return False
    numbers = {tracking_form(each.tracking_number) for each in (known, news)} - {""}
    return len(numbers) > 1


def _without_state(known: Shipment) -> Shipment:
    told = Told(shop_at=known.told.shop_at)
    return msgspec.structs.replace(
        known,
        status=ShipmentStatus.PENDING,
        sub_status="",
        incident="",
        eta=None,
        delivered_at=None,
        proof=None,
        told=told,
    )


def _by_time(events: tuple[TrackingEvent, ...]) -> tuple[TrackingEvent, ...]:
    return tuple(sorted(dict.fromkeys(events), key=lambda event: (event.time, event.status, event.description)))
