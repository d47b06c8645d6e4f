"""Parses AfterShip's webhooks of tracking, of every version; those of its other products are kept as not used.

https://www.aftership.com/docs/tracking/webhook/webhook-specifications
"""

import hashlib
from datetime import date, datetime

from adapters.carriers import course
from adapters.carriers.course import Course, Scan
from adapters.carriers.fields import day, moment, place, seconds, text
from adapters.shops.values import Json, object_, objects
from adapters.transport.json_text import read_json
from core.errors import MalformedPayload
from core.ports.webhooks import RawRequest
from core.shop.orders import DeliveryProof
from core.shop.store_events import Ignored, StoreEvent

NAME = "aftership"
EVENTS = ("tracking_update", "edd_revise", "tracking_pending_time")
# The newest first: what came with 2024 says which one holds, earlier versions had one or a few.
DAYS = (
    ("latest_estimated_delivery", ("date", "datetime_max", "datetime")),
    ("courier_estimated_delivery_date", ("estimated_delivery_date_max", "estimated_delivery_date")),
    ("aftership_estimated_delivery_date", ("estimated_delivery_date_max", "estimated_delivery_date")),
)


def parse(request: RawRequest, received_at: datetime) -> list[StoreEvent | Ignored]:
    """Parses a verified webhook. Raises MalformedPayload."""
    body = read_json(request.body)
    if not isinstance(body, dict):
        raise MalformedPayload("expected an object", "$")
    id_ = text(body.get("event_id")) or text(body.get("id")) or hashlib.sha256(request.body).hexdigest()
    event = text(body.get("event")) or text(body.get("event_type"))
    if event not in EVENTS:
        return [course.not_used(NAME, event, id_, received_at)]
    tracking = object_(body.get("msg"))
    told = Course(
        service=NAME,
        event_id=id_,
        number=text(tracking.get("tracking_number")),
        carrier=text(tracking.get("slug")),
        words=(text(tracking.get("subtag")), text(tracking.get("tag"))),
        scans=tuple(_scan(each) for each in objects(tracking.get("checkpoints"))),
        sent_at=seconds(body.get("ts")),
        eta=_day(tracking),
        delivered_at=_delivered(tracking),
        proof=DeliveryProof(signed_by=text(tracking.get("signed_by")), photo_url=_photo(tracking)),
        link=text(tracking.get("courier_tracking_link")),
        day_only=event == "edd_revise",
    )
    return course.news(told, NAME, "$.msg.tracking_number", received_at)


def _scan(told: Json) -> Scan:
    where = place(told.get("city"), told.get("state"), told.get("country_region_name") or told.get("country_name"))
    return Scan(
        time=moment(told.get("checkpoint_time")),
        words=(text(told.get("subtag")), text(told.get("tag"))),
        location=text(told.get("location")) or where,
        description=text(told.get("message")),
    )


def _day(tracking: Json) -> date | None:
    found = (day(object_(tracking.get(name)).get(key)) for name, keys in DAYS for key in keys)
    return next(filter(None, found), None) or day(tracking.get("expected_delivery"))


def _delivered(tracking: Json) -> datetime | None:
    """Returns when it arrived; a day alone is no time."""
    told = tracking.get("shipment_delivery_date")
    return moment(told) if isinstance(told, str) and len(told) > len("2026-12-01") else None


def _photo(tracking: Json) -> str:
    """Returns the first picture of the proof of delivery, of the versions that have one."""
    proofs = objects(tracking.get("proof_of_delivery"))
    return next((url for each in proofs if (url := text(each.get("url"))).startswith("https://")), "")
