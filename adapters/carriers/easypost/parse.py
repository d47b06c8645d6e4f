"""Parses EasyPost's events of trackers; those of other objects are kept as not used.

https://docs.easypost.com/docs/trackers
"""

import hashlib
from datetime import date, datetime

from adapters.carriers import course
from adapters.carriers.course import Course, Scan
from adapters.carriers.fields import day, moment, place, text
from adapters.shops.values import Json, object_, objects
from adapters.transport.json_text import read_json
from core.errors import MalformedPayload
from core.ports.webhooks import RawRequest
from core.shop.orders import DeliveryProof
from core.shop.store_events import Ignored, StoreEvent

NAME = "easypost"
EVENTS = ("tracker.created", "tracker.updated")


def parse(request: RawRequest, received_at: datetime) -> list[StoreEvent | Ignored]:
    """Parses a verified webhook. Raises MalformedPayload."""
    body = read_json(request.body)
    if not isinstance(body, dict):
        raise MalformedPayload("expected an object", "$")
    id_ = text(body.get("id")) or hashlib.sha256(request.body).hexdigest()
    event = text(body.get("description"))
    if event not in EVENTS:
        return [course.not_used(NAME, event, id_, received_at)]
    tracker = object_(body.get("result"))
    told = Course(
        service=NAME,
        event_id=id_,
        number=text(tracker.get("tracking_code")),
        carrier=text(tracker.get("carrier")),
        words=_words(tracker),
        scans=tuple(_scan(each) for each in objects(tracker.get("tracking_details"))),
        sent_at=moment(tracker.get("updated_at")) or moment(body.get("created_at")),
        eta=_day(tracker),
        proof=DeliveryProof(signed_by=text(tracker.get("signed_by"))),
        link=text(tracker.get("public_url")),
        day_only="est_delivery_date" in object_(body.get("previous_attributes")),
    )
    return course.news(told, NAME, "$.result.tracking_code", received_at)


def _words(told: Json) -> tuple[str, str]:
    status, detail = text(told.get("status")), text(told.get("status_detail"))
    return (f"{status}.{detail}" if detail else "", status)


def _scan(told: Json) -> Scan:
    where = object_(told.get("tracking_location"))
    return Scan(
        time=moment(told.get("datetime")),
        words=_words(told),
        location=place(where.get("city"), where.get("state"), where.get("country")),
        description=text(told.get("message")) or text(told.get("description")),
    )


def _day(tracker: Json) -> date | None:
    """Returns the day where the parcel goes; `est_delivery_date` is midnight in UTC for a day, without a zone."""
    local = object_(tracker.get("carrier_detail")).get("est_delivery_date_local")
    return day(local) or day(tracker.get("est_delivery_date"))
