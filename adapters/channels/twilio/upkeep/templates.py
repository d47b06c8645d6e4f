"""Lists Content templates and what WhatsApp said of each."""

from adapters.channels.twilio.upkeep.rest import CONTENT, Json, Rest
from core.ports import TemplateState

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
    )
