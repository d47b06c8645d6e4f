"""Writes what each service posts of a parcel: all its scans so far, its state, its day."""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from sandbox.platforms.tracking.words import AFTERSHIP, EASYPOST, SEVENTEENTRACK

Json = dict[str, Any]


class Scan(msgspec.Struct, frozen=True):
    """One scan; `word` is the service's own."""

    at: datetime
    word: str
    text: str
    city: str = "Oceanside"
    state: str = "CA"


class Parcel(msgspec.Struct):
    """What a service knows of a number; `word` is its state, which may say more than the last scan (expired)."""

    number: str
    carrier: str
    word: str = ""
    scans: list[Scan] = msgspec.field(default_factory=list)
    eta: str | None = None
    signed_by: str | None = None
    id: str = msgspec.field(default_factory=lambda: uuid.uuid4().hex)


def written(service: str, parcel: Parcel, event_id: str, now: datetime, event: str = "") -> Json:
    """Writes the body; `event` is one of AfterShip's, when it is not news of the state."""
    return _WRITERS[service](parcel, event_id, now, event)


def _aftership(parcel: Parcel, event_id: str, now: datetime, event: str) -> Json:
    last = parcel.word
    points = [
        {
            "slug": parcel.carrier,
            "city": scan.city,
            "state": scan.state,
            "country_region": "USA",
            "country_region_name": "United States",
            "location": f"{scan.city}, {scan.state}, US",
            "message": scan.text,
            "tag": scan.word.partition("_")[0],
            "subtag": scan.word,
            "subtag_message": scan.text,
            "checkpoint_time": scan.at.isoformat(timespec="milliseconds"),
            "postal_code": None,
        }
        for scan in parcel.scans
    ]
    day = {"estimated_delivery_date": parcel.eta} if parcel.eta else None
    tracking = {
        "id": parcel.id,
        "tracking_number": parcel.number,
        "slug": parcel.carrier,
        "active": True,
        "tag": last.partition("_")[0],
        "subtag": last,
        "subtag_message": parcel.scans[-1].text if parcel.scans else "Pending",
        "title": parcel.number,
        "checkpoints": points,
        "signed_by": parcel.signed_by,
        "courier_estimated_delivery_date": day,
        "latest_estimated_delivery": None,
        "courier_tracking_link": None,
        "updated_at": now.isoformat(timespec="seconds"),
    }
    known = [scan.word for scan in parcel.scans[:-1]]
    return {
        "event": event or "tracking_update",
        "event_id": event_id,
        "is_tracking_first_tag": last not in known,
        "msg": tracking,
        "ts": int(now.timestamp()),
    }


def _seventeentrack(parcel: Parcel, _event_id: str, now: datetime, _event: str) -> Json:
    events = [_event_of(scan) for scan in reversed(parcel.scans)]
    last = parcel.word
    provider = {
        "provider": {"key": 100002, "name": parcel.carrier, "alias": parcel.carrier, "tel": None, "homepage": None},
        "service_type": None,
        "latest_sync_status": "Success",
        "latest_sync_time": _zulu(now),
        "events_hash": hash(parcel.number) % 2**31,
        "events": events,
    }
    expected = {"source": "Official" if parcel.eta else None, "from": parcel.eta, "to": parcel.eta}
    info: Json = {
        "latest_status": {"status": last.partition("_")[0], "sub_status": last, "sub_status_descr": None},
        "latest_event": events[0] if events else None,
        "time_metrics": {"days_after_order": 1, "days_of_transit": 1, "estimated_delivery_date": expected},
        "milestone": [],
        "tracking": {"providers_hash": 0, "providers": [provider]},
    }
    data = {"number": parcel.number, "carrier": 100002, "param": None, "tag": None, "track_info": info}
    return {"event": "TRACKING_UPDATED", "data": data}


def _event_of(scan: Scan) -> Json:
    address = {"country": "US", "state": scan.state, "city": scan.city, "street": None, "postal_code": None}
    return {
        "time_iso": scan.at.isoformat(timespec="milliseconds"),
        "time_utc": _zulu(scan.at),
        "description": scan.text,
        "location": f"{scan.city}, {scan.state}, US",
        "stage": scan.word.partition("_")[0],
        "sub_status": scan.word,
        "address": address,
    }


def _easypost(parcel: Parcel, event_id: str, now: datetime, event: str) -> Json:
    state, _, detail = parcel.word.partition(".")
    before = parcel.scans[-2].word.partition(".")[0] if len(parcel.scans) > 1 else "unknown"
    changed = {"est_delivery_date": None} if event else {"status": before}
    tracker = {
        "id": f"trk_{parcel.id}",
        "object": "Tracker",
        "mode": "test",
        "tracking_code": parcel.number,
        "status": state,
        "status_detail": detail,
        "created_at": _zulu(parcel.scans[0].at if parcel.scans else now),
        "updated_at": _zulu(now),
        "signed_by": parcel.signed_by,
        "weight": None,
        "est_delivery_date": f"{parcel.eta}T00:00:00Z" if parcel.eta else None,
        "carrier": parcel.carrier,
        "tracking_details": [_detail(scan, parcel.carrier) for scan in parcel.scans],
        "carrier_detail": {"object": "CarrierDetail", "est_delivery_date_local": parcel.eta},
        "public_url": f"https://track.easypost.com/{parcel.id}",
    }
    return {
        "id": event_id,
        "object": "Event",
        "mode": "test",
        "description": "tracker.updated" if len(parcel.scans) > 1 or event else "tracker.created",
        "previous_attributes": changed,
        "created_at": _zulu(now),
        "updated_at": _zulu(now),
        "status": "pending",
        "result": tracker,
    }


def _detail(scan: Scan, carrier: str) -> Json:
    state, _, detail = scan.word.partition(".")
    where = {"object": "TrackingLocation", "city": scan.city, "state": scan.state, "country": "US", "zip": None}
    return {
        "object": "TrackingDetail",
        "message": scan.text,
        "description": scan.text,
        "status": state,
        "status_detail": detail,
        "datetime": _zulu(scan.at),
        "source": carrier,
        "tracking_location": where,
    }


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_WRITERS: Mapping[str, Callable[[Parcel, str, datetime, str], Json]] = {
    AFTERSHIP: _aftership,
    SEVENTEENTRACK: _seventeentrack,
    EASYPOST: _easypost,
}
