"""Submits wordings for approval, and reads those there are (Meta, "Templates", `message_templates`)."""

from typing import Any

from adapters.meta.graph import Graph
from core.ports.templates import Draft, Wording

FIELDS = "name,language,category,status,components"
UTILITY = "utility"
LIVES = (30, 43_200)  # seconds after which Meta may drop a utility template's message ("Time-to-live")


async def wordings(graph: Graph, owner: str) -> list[Wording]:
    """Lists the templates of a business account or page, with their words. Raises SendError."""
    return [_wording(each) for each in await graph.listed(f"{owner}/message_templates?fields={FIELDS}&limit=100")]


async def submit(graph: Graph, owner: str, draft: Draft) -> Wording:
    """Submits one. Raises SendError."""
    payload: dict[str, Any] = {
        "name": draft.name,
        "language": draft.language,
        "category": draft.category.upper(),
        "parameter_format": "NAMED" if draft.is_named else "POSITIONAL",
        "components": _components(draft),
    }
    if LIVES[0] <= draft.valid_for <= LIVES[1] and draft.category == UTILITY:
        payload["message_send_ttl_seconds"] = draft.valid_for
    answer = await graph.post(f"{owner}/message_templates", payload)
    category, status = answer.get("category") or payload["category"], answer.get("status") or "PENDING"
    return Wording(draft.name, draft.name, draft.language, str(category).lower(), str(status).lower(), draft.text)


def _components(draft: Draft) -> list[dict[str, Any]]:
    body: dict[str, Any] = {"type": "BODY", "text": draft.text}
    if draft.examples and draft.is_named:
        named = [{"param_name": name, "example": value} for name, value in draft.examples.items()]
        body["example"] = {"body_text_named_params": named}
    elif draft.examples:
        body["example"] = {"body_text": [[draft.examples[name] for name in sorted(draft.examples, key=int)]]}
    keys = [{"type": "QUICK_REPLY", "text": title} for _, title in draft.buttons]
    return [body, {"type": "BUTTONS", "buttons": keys}] if keys else [body]


def _wording(item: dict[str, Any]) -> Wording:
    """Reads a template; one without a state is of Meta's own library, and approved."""
    parts = item.get("components")
    bodies = [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    text = next((part.get("text") for part in bodies if str(part.get("type")).upper() == "BODY"), "")
    said = {key: str(item.get(key) or "") for key in ("name", "language", "category", "status")}
    status = said["status"].lower() or "approved"
    return Wording(said["name"], said["name"], said["language"], said["category"].lower(), status, str(text or ""))
