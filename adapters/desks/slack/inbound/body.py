"""Reads the body of a request from Slack: JSON, JSON in a form's field `payload`, or a form.

Bolt and Slack's SDK read without bounds: deep nesting exhausts their stack, and half an emoji can be stored nowhere.
"""

from typing import Any
from urllib.parse import parse_qsl

from adapters.transport.json_text import read_json
from core.errors import MalformedPayload


def read_body(text: str, content_type: str = "") -> dict[str, Any]:
    """Reads the payload: an event (JSON), an interaction (`payload=…`) or a command. Raises MalformedPayload."""
    payload = read_json(text.encode()) if _is_json(text, content_type) else _form(text)
    if not isinstance(payload, dict):
        raise MalformedPayload("expected an object", "$")
    return payload


def _is_json(text: str, content_type: str) -> bool:
    return content_type.lower().startswith("application/json") or text.startswith("{")


def _form(text: str) -> Any:
    fields = dict(parse_qsl(text, keep_blank_values=True))
    if "payload" in fields:
        return read_json(fields["payload"].encode())
    return {name: value.replace("\0", "") for name, value in fields.items()}  # PostgreSQL keeps no NUL
