"""Reads the body of a call as its type, and says all that is wrong with it."""

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from bots.http.api.route import Fault, Refusal, RefusedError
from core.files.near import one_of

BAD_REQUEST = 400
T = TypeVar("T", bound=msgspec.Struct)


def read_body(body: bytes, type_: type[T]) -> T:
    """Reads it; every field is looked at by itself. Raises RefusedError with all that is to be mended."""
    try:
        said = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise _refused([Fault("$", f"this is no JSON: {error}")]) from error
    if not isinstance(said, dict):
        raise _refused([Fault("$", "expected an object")])
    faults = list(_faults(said, type_))
    if faults:
        raise _refused(faults)
    return msgspec.convert(said, type_)


def _faults(said: dict[str, Any], type_: type[T]) -> Iterator[Fault]:
    fields = {each.encode_name: each for each in msgspec.structs.fields(type_)}
    yield from (Fault(f"$.{name}", one_of(name, fields)) for name in said if name not in fields)
    for name, each in fields.items():
        if name not in said:
            if each.required:
                yield Fault(f"$.{name}", "this is needed")
            continue
        try:
            msgspec.convert(said[name], each.type)
        except msgspec.ValidationError as error:
            words, _, inside = str(error).partition(" - at `$")
            yield Fault(f"$.{name}{inside.rstrip('`')}", words)


def _refused(faults: list[Fault]) -> RefusedError:
    return RefusedError(BAD_REQUEST, Refusal(faults[0].error, faults[0].path, tuple(faults)))
