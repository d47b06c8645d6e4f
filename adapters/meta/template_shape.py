"""Reads what a template of Meta's wants filled in, as `message_templates` lists it."""

import re
from collections.abc import Mapping
from typing import Any

from core.ports.templates import OPEN_URL, QUICK_REPLY, TemplateShape

FIELDS = "name,language,category,status,parameter_format,components"
_HOLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def shape_of(item: Mapping[str, Any]) -> TemplateShape | None:
    """Reads a template; None where Meta does not say what it is made of.

    One of Meta's own library, as a page lists it, has its texts beside its name instead of in components.
    """
    listed = item.get("components")
    parts = {str(part.get("type", "")).upper(): part for part in _dicts(listed)}
    body = parts.get("BODY", {}).get("text", item.get("body"))
    if not isinstance(body, str) or not body:
        return None
    header = parts.get("HEADER", {})
    buttons = parts.get("BUTTONS", {}).get("buttons", item.get("buttons"))
    return TemplateShape(
        is_named=str(item.get("parameter_format", "")).upper() == "NAMED",
        header=str(header.get("format", "text")).lower() if header else "",
        header_values=_holes(header.get("text", item.get("header"))),
        values=_holes(body),
        buttons=tuple(_button(button) for button in _dicts(buttons)),
    )


def _holes(text: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_HOLE.findall(text))) if isinstance(text, str) else ()


def _button(button: Mapping[str, Any]) -> str:
    kind = str(button.get("type", "")).upper()
    if kind == "URL" and _HOLE.search(str(button.get("url", ""))):
        return OPEN_URL
    return QUICK_REPLY if kind in ("QUICK_REPLY", "POSTBACK") else ""


def _dicts(listed: object) -> list[dict[str, Any]]:
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
