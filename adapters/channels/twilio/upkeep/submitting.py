"""Submits wordings to WhatsApp by Twilio's Content API, and reads those there are."""

from typing import Any

from adapters.channels.twilio.upkeep.rest import CONTENT, Json, Rest
from core.ports.templates import Draft, Wording

RECEIVED = "received"


async def wordings(rest: Rest) -> list[Wording]:
    """Lists contents with their words and WhatsApp's word on each. Raises SendError."""
    contents = await rest.listed(f"{CONTENT}/v1/ContentAndApprovals", "contents")
    return [_wording(each) for each in contents if isinstance(each.get("sid"), str)]


async def submit(rest: Rest, draft: Draft) -> Wording:
    """Makes a content and asks for WhatsApp's approval of it; one that was made and not submitted is not made again.

    Raises SendError.
    """
    made = next((each for each in await wordings(rest) if _is(each, draft) and each.status == "unsubmitted"), None)
    sid = made.id if made else str((await rest.post_json(f"{CONTENT}/v1/Content", _content(draft))).get("sid"))
    asked = {"name": draft.name, "category": draft.category.upper()}
    answer = await rest.post_json(f"{CONTENT}/v1/Content/{sid}/ApprovalRequests/whatsapp", asked)
    category, status = str(answer.get("category") or draft.category), str(answer.get("status") or RECEIVED)
    return Wording(sid, draft.name, draft.language, category.lower(), status.lower(), draft.text)


def _is(wording: Wording, draft: Draft) -> bool:
    return (wording.name, wording.language, wording.text) == (draft.name, draft.language, draft.text)


def _content(draft: Draft) -> Json:
    """Writes a content: a text, or one with buttons to answer by (Content API, `twilio/quick-reply`)."""
    types: dict[str, Any] = {"twilio/text": {"body": draft.text}}
    if draft.buttons:
        actions = [{"title": title, "id": id_} for id_, title in draft.buttons]
        types = {"twilio/quick-reply": {"body": draft.text, "actions": actions}}
    return {
        "friendly_name": draft.name,
        "language": draft.language,
        "variables": dict(draft.examples),
        "types": types,
    }


def _wording(content: Json) -> Wording:
    approval = content.get("approval_requests")
    approval = approval if isinstance(approval, dict) else {}
    types = content.get("types")
    bodies = [each.get("body") for each in types.values() if isinstance(each, dict)] if isinstance(types, dict) else []
    return Wording(
        id=content["sid"],
        name=str(content.get("friendly_name") or ""),
        language=str(content.get("language") or ""),
        category=str(approval.get("category") or "").lower(),
        status=str(approval.get("status") or "unsubmitted").lower(),
        text=str(next(filter(None, bodies), "")),
    )
