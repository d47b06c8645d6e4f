"""Asks for the templates that Meta offers to everybody, and makes one of them ours (Meta, "Template library")."""

from typing import Any
from urllib.parse import urlencode

from adapters.meta.graph import Graph
from adapters.meta.template_shape import shape_of
from core.ports.templates import Offer, TemplateState


async def offered(graph: Graph, name: str, language: str) -> Offer | None:
    """Finds a template of the library in a language; None when it is not offered in it. Raises SendError."""
    query = urlencode({"name": name, "language": language})
    for each in await graph.listed(f"message_template_library?{query}"):
        shape = shape_of(each)
        if shape is None or (each.get("name"), each.get("language")) != (name, language):
            continue
        buttons = each.get("buttons")
        listed = [button for button in buttons if isinstance(button, dict)] if isinstance(buttons, list) else []
        return Offer(
            name=name,
            language=language,
            category=str(each.get("category", "")).lower(),
            header=str(each.get("header") or ""),
            text=str(each["body"]),
            header_values=len(shape.header_values),
            values=len(shape.values),
            urls=tuple(str(button.get("text", "")) for button in listed if button.get("type") == "URL"),
        )
    return None


async def adopt(graph: Graph, owner: str, offer: Offer, name: str, url: str) -> TemplateState:
    """Makes a template of the library ours under `name`; `url`, with {{1}} at its end, is where its buttons lead.

    Raises SendError.
    """
    payload: dict[str, Any] = {
        "name": name,
        "language": offer.language,
        "category": "UTILITY",
        "library_template_name": offer.name,
    }
    if offer.urls:
        leads = {"base_url": url, "url_suffix_example": url.replace("{{1}}", "1001")}
        payload["library_template_button_inputs"] = [{"type": "URL", "url": leads} for _ in offer.urls]
    answer = await graph.post(f"{owner}/message_templates", payload)
    category, status = str(answer.get("category") or "UTILITY"), str(answer.get("status") or "PENDING")
    return TemplateState(name, offer.language, category.lower(), status.lower())
