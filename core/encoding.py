"""Writes values as the JSON that rows keep; each is read back by the `decode_…` beside its definition."""

import msgspec


def encode(value: msgspec.Struct) -> str:
    """Writes JSON for a row."""
    return _ENCODER.encode(value).decode()


_ENCODER = msgspec.json.Encoder()
