"""Parses 17TRACK's webhooks: TRACKING_UPDATED is news; TRACKING_STOPPED only says that no more will come.

They have no id: the same bytes are the same event.
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
from core.shop import carriers
from core.shop.store_events import Ignored, StoreEvent

NAME, SERVICE = "17track", "seventeentrack"
UPDATED, STOPPED = "TRACKING_UPDATED", "TRACKING_STOPPED"


def parse(request: RawRequest, received_at: datetime) -> list[StoreEvent | Ignored]:
    """Parses a verified webhook. Raises MalformedPayload."""
    body = read_json(request.body)
    if not isinstance(body, dict):
        raise MalformedPayload("expected an object", "$")
    id_ = hashlib.sha256(request.body).hexdigest()
    event = text(body.get("event"))
    if event == STOPPED:
        return []
    if event != UPDATED:
        return [course.not_used(NAME, event, id_, received_at)]
    data = object_(body.get("data"))
    info = object_(data.get("track_info"))
    status = object_(info.get("latest_status"))
    providers = objects(object_(info.get("tracking")).get("providers"))
    told = Course(
        service=SERVICE,
        event_id=id_,
        number=text(data.get("number")),
        carrier=_carrier(data, providers),
        words=(text(status.get("sub_status")), text(status.get("status"))),
        scans=tuple(_scan(each) for each in _events(info, providers)),
        sent_at=max(filter(None, (moment(each.get("latest_sync_time")) for each in providers)), default=None),
        eta=_day(info),
    )
    return course.news(told, NAME, "$.data.number", received_at)


def _carrier(data: Json, providers: list[Json]) -> str:
    """Returns the carrier's name: that of the first who has scans, else of the number by which it was registered."""
    scanning = [each for each in providers if each.get("events")] or providers
    name = next((name for each in scanning if (name := text(object_(each.get("provider")).get("name")))), "")
    code = data.get("carrier")
    return name or (carriers.coded(code) if isinstance(code, int) else "")


def _events(info: Json, providers: list[Json]) -> list[Json]:
    listed = [event for each in providers for event in objects(each.get("events"))]
    return listed or [each for each in [object_(info.get("latest_event"))] if each]


def _scan(told: Json) -> Scan:
    stage = text(told.get("sub_status")) or text(told.get("stage"))
    return Scan(
        time=moment(told.get("time_utc")) or moment(told.get("time_iso")),
        words=(stage, stage.partition("_")[0]),
        location=text(told.get("location")) or _where(object_(told.get("address"))),
        description=text(told.get("description")),
    )


def _where(address: Json) -> str:
    return place(address.get("city"), address.get("state"), address.get("country"))


def _day(info: Json) -> date | None:
    """Returns the last day of the span in which it is expected: the one that can be kept."""
    expected = object_(object_(info.get("time_metrics")).get("estimated_delivery_date"))
    return day(expected.get("to")) or day(expected.get("from"))
