"""Lists Content templates and what WhatsApp said of each."""

import re

import msgspec

from adapters.channels.twilio.upkeep.rest import CONTENT, Json, Rest
from core.ports.templates import TemplateShape, TemplateState

_HOLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")

# Twilio, "Content API: approval statuses". What is not submitted, or only received, may not be sent yet.
_STATUSES = {"received": "pending", "unsubmitted": "pending"}


async def listed(rest: Rest) -> list[TemplateState]:
    """Reads GET content/v1/ContentAndApprovals; a template's name is its Content SID (`HX…`). Raises SendError."""
    contents = await rest.listed(f"{CONTENT}/v1/ContentAndApprovals", "contents")
    return [_state(content) for content in contents if isinstance(content.get("sid"), str)]


def _state(content: Json) -> TemplateState:
    approval = content.get("approval_requests")
    approval = approval if isinstance(approval, dict) else {}
    status = str(approval.get("status") or "unsubmitted").lower()
    return TemplateState(
        name=content["sid"],
        language=str(content.get("language") or ""),
        category=str(approval.get("category") or "").lower(),
        status=_STATUSES.get(status, status),
        shape=_shape(content),
    )


def _shape(content: Json) -> TemplateShape | None:
    """Reads which values it wants, wherever in it they are: all are given as one set."""
    types = content.get("types")
    if not isinstance(types, dict) or not types:
        return None
    holes = dict.fromkeys(_HOLE.findall(msgspec.json.encode(types).decode()))
    return TemplateShape(not all(hole.isdecimal() for hole in holes), values=tuple(holes))
