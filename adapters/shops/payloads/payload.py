"""Reads an object of the store's: unknown fields are kept, null means absent, of repeated keys the last counts."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Payload(BaseModel):
    """An object of the store's; fields beyond the declared ones are kept."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True, frozen=True)


def unknown(payload: Payload) -> dict[str, Any]:
    """Collects the fields of `payload` that have no place here: `{"customer": {"shoe_size": 41}}`.

    Nested as they came; items of a list by id, else by place.
    """
    found: dict[str, Any] = dict(payload.model_extra or {})
    for name in payload.model_fields_set - found.keys():
        value = getattr(payload, name)
        if isinstance(value, Payload):
            inner = unknown(value)
        elif isinstance(value, list):
            inner = _unknown_items(value)
        else:
            continue
        if inner:
            found[name] = inner
    return found


def _unknown_items(values: list[Any]) -> dict[str, Any]:
    pairs = [
        (getattr(value, "id", str(place)), unknown(value))
        for place, value in enumerate(values)
        if isinstance(value, Payload)
    ]
    return {key: inner for key, inner in pairs if inner}
