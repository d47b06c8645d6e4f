"""Reads what Twilio posts as flat fields: a form, or a JSON object (whose hash the URL carries)."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

import msgspec

from core.errors import MalformedPayload
from core.ports.webhooks import RawRequest

Form = dict[str, str]

ID_MAX = 64  # a SID has 34 characters
_BASE64 = re.compile(r"[A-Za-z0-9+/]{58,}={0,2}")


def read_form(raw: RawRequest) -> Form:
    """Reads the fields without NUL characters, which concatenated SMS may hold and PostgreSQL does not keep.

    Raises MalformedPayload for what cannot be read, and for what has no id.
    """
    fields = _json(raw.body) if "json" in raw.headers.get("content-type", "").lower() else _urlencoded(raw.body)
    form = {name.replace("\0", ""): value.replace("\0", "") for name, value in fields.items()}
    if not 0 < len(sid_of(form)) <= ID_MAX:
        raise MalformedPayload("no MessageSid", "$.MessageSid")
    return form


def fields_of(text: str) -> Iterator[tuple[str, str]]:
    """Lists a form's fields in their order, blank ones too: as `parse_qsl`, which took most of a webhook's time."""
    for pair in text.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            yield _unquoted(name), _unquoted(value)


def sid_of(form: Form) -> str:
    """Reads the message's id (or the call's, where a voice webhook was pointed at us)."""
    return form.get("MessageSid") or form.get("SmsSid") or form.get("CallSid") or ""


def readable(body: str) -> str:
    """Decodes `body` where it is base64, as some carriers hand over a long SMS (other gateways saw it).

    Only what is long, has no space and decodes to nothing but text; a character cut at the end is dropped.
    """
    packed = "".join(body.split("\r")).replace("\n", "").strip()
    if len(packed) % 4 or not _BASE64.fullmatch(packed):
        return body
    try:
        content = base64.b64decode(packed, validate=True)
    except binascii.Error:
        return body
    text = _decoded(content)
    return text if "".join(text.split()).isprintable() and text else body


def _unquoted(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        return content[: error.start].decode("utf-8") if error.start >= len(content) - 3 else ""


def _urlencoded(body: bytes) -> Form:
    try:
        return dict(fields_of(body.decode("utf-8")))
    except UnicodeDecodeError as error:
        raise MalformedPayload("the body is not a form") from error


def _json(body: bytes) -> Form:
    try:
        fields = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedPayload("the body is not JSON") from error
    if not isinstance(fields, dict):
        raise MalformedPayload("the body is not an object")
    return {name: _text(value) for name, value in fields.items()}


def _text(value: Any) -> str:
    """Writes a value as a form would have it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
