"""Takes events of the store: `POST /api/v1/events`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from flask import Response
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from adapters.shops import events
from bots.http.answers import as_json, unavailable
from bots.http.api.route import COMPONENT, PREFIX, Fault, Keep, Refusal, Route, Schema
from bots.http.webhooks import View
from bots.wiring.intake import Intake
from core.errors import MalformedPayload, SignatureInvalid
from core.ports.webhooks import RawRequest
from core.shop.store_events import Ignored

EXAMPLES = Path(events.__file__).with_name("examples.json")


class IgnoredEvent(msgspec.Struct, frozen=True):
    """An event of a type that nobody knows, by its place in the request."""

    index: int
    type: str
    did_you_mean: str | None


class Taken(msgspec.Struct, frozen=True):
    """What became of the events; accepted, duplicates and ignored add up to what was sent."""

    accepted: int
    duplicates: int
    ignored: int
    ignored_events: list[IgnoredEvent]


def _view(intake: Intake, keep: Keep) -> View:
    def take(raw: RawRequest) -> Response:
        now = intake.now()
        try:
            events.verify(raw, *intake.store_secrets(), now)
            found = events.parse(raw.body, now)
        except SignatureInvalid as error:
            return as_json(401, Refusal(str(error)))
        except MalformedPayload as error:
            faults = tuple(Fault(path, words) for path, words in error.errors)
            return as_json(400, Refusal(str(error), error.path, faults))
        fresh = keep(found, "store")
        return unavailable() if fresh is None else as_json(202, _counted(found, fresh))

    return take


def _counted(found: Sequence[Any], fresh: Sequence[bool]) -> Taken:
    ignored = [
        IgnoredEvent(place, event.kind, events.likely(event.kind))
        for place, event in enumerate(found)
        if isinstance(event, Ignored)
    ]
    accepted = sum(new and not isinstance(event, Ignored) for event, new in zip(found, fresh, strict=True))
    return Taken(accepted, len(found) - len(ignored) - accepted, len(ignored), ignored)


def _body() -> tuple[Schema, Schema]:
    """Writes down an event, or an array of them: the attributes of a CloudEvent with the `data` of its type."""
    kinds = events.shapes()
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [(events.Envelope, "validation")]
    models += [(each, "validation") for each in dict.fromkeys(kinds.values())]
    made, whole = models_json_schema(models, ref_template=COMPONENT)
    defined = dict(whole.get("$defs", {}))
    envelope = defined.pop(events.Envelope.__name__)
    for kind, data in kinds.items():
        own = {"type": {"const": kind, "type": "string"}, "data": made[data, "validation"]}
        described = {"description": f"`{kind}`.", "required": [*envelope["required"], "data"]}
        defined[_named(kind)] = {**envelope, **described, "properties": {**envelope["properties"], **own}}
    named = {kind: COMPONENT.format(model=_named(kind)) for kind in kinds}
    one: Schema = {"oneOf": [{"$ref": ref} for ref in named.values()]}
    one["discriminator"] = {"propertyName": "type", "mapping": named}
    many = {"type": "array", "maxItems": events.MAX_EVENTS, "items": {"$ref": COMPONENT.format(model="Event")}}
    return {"oneOf": [{"$ref": COMPONENT.format(model="Event")}, many]}, {**defined, "Event": one}


def _named(kind: str) -> str:
    """Names the schema of a type of event: OrderCreatedEvent."""
    return "".join(word.capitalize() for word in kind.split(".")) + "Event"


def examples() -> Mapping[str, Any]:
    """Reads an example of each type of event."""
    found: Mapping[str, Any] = msgspec.json.decode(EXAMPLES.read_bytes())
    return found


ROUTES = (
    Route(
        "POST",
        f"{PREFIX}events",
        "Tell events of the store: one CloudEvent, or an array of them",
        Taken,
        status=202,
        refusals={400: "With one bad event nothing is applied.", 503: "Nothing was stored; send it again."},
        view=_view,
        body=_body,
        examples=examples,
    ),
)
