"""Checks an outgoing WhatsApp message against the documented limits."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.platforms.meta.errors import GraphError, invalid, missing

Json = dict[str, Any]
FORBIDDEN_IN_PARAMETER = re.compile(r"[\n\t\r]| {5,}")
PHONE = re.compile(r"\+?\d{6,20}")
USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")


def check(message: Json) -> str:
    """Checks a message of the Cloud API; returns its type or raises GraphError."""
    if message.get("messaging_product") != "whatsapp":
        raise GraphError(100, "The parameter messaging_product is required.")
    _recipient(message)
    _at_most(message, "biz_opaque_callback_data", 512)
    kind = message.get("type", "text")
    if kind not in CHECKS:
        raise GraphError(131051, f"Message type '{kind}' is not currently supported.")
    if not isinstance(message.get(kind), list if kind == "contacts" else dict):
        raise missing(kind)
    CHECKS[kind](message[kind])
    return str(kind)


def _recipient(message: Json) -> None:
    """Checks who is written to: `to` takes a number, `recipient` a user id (Cloud API "Business-scoped user IDs")."""
    if not (message.get("to") or message.get("recipient")):
        raise missing("to")
    if message.get("to") and not PHONE.fullmatch(str(message["to"])):
        raise invalid("to must be a phone number; use recipient for a business-scoped user ID.")
    if not message.get("to") and not USER_ID.fullmatch(str(message["recipient"])):
        raise invalid("recipient must be a business-scoped user ID.")


def _text(text: Json) -> None:
    if not str(text.get("body") or "").strip():
        raise missing("text['body']")
    if len(text["body"]) > 4096:
        raise GraphError(100, "Param text['body'] must be at most 4096 characters long.")


def _media(media: Json) -> None:
    if bool(media.get("id")) == bool(media.get("link")):
        raise GraphError(100, "Exactly one of id or link is required.")
    if media.get("link") and not str(media["link"]).startswith(("http://", "https://")):
        raise invalid("link must be an http(s) URL.")
    _at_most(media, "caption", 1024)


def _interactive(interactive: Json) -> None:
    kind = interactive.get("type")
    if kind not in INTERACTIVE:
        raise invalid(f"interactive['type'] '{kind}' is not valid.")
    body = (interactive.get("body") or {}).get("text")
    if not body:
        raise missing("interactive['body']")
    _short(body, 4096 if kind == "list" else 1024, "Body text")
    _short((interactive.get("footer") or {}).get("text", ""), 60, "Footer text")
    _header(interactive.get("header") or {}, str(kind))
    if not isinstance(interactive.get("action"), dict):
        raise missing("interactive['action']")
    INTERACTIVE[str(kind)](interactive["action"])


def _header(header: Json, kind: str) -> None:
    if header and header.get("type") != "text" and kind not in {"button", "cta_url"}:
        raise invalid("Only text headers are allowed here.")
    _short(header.get("text", ""), 60, "Header text")


def _buttons(action: Json) -> None:
    buttons = action.get("buttons") or []
    if not 1 <= len(buttons) <= 3:
        raise invalid("Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3")
    replies = [button.get("reply") or {} for button in buttons]
    for reply in replies:
        _between(reply.get("title", ""), 20, "Button title")
        _between(reply.get("id", ""), 256, "Button id")
    _distinct([reply["id"] for reply in replies], "button id")
    _distinct([reply["title"] for reply in replies], "button title")


def _list(action: Json) -> None:
    _between(action.get("button", ""), 20, "List button text")
    sections = action.get("sections") or []
    if not 1 <= len(sections) <= 10:
        raise invalid("Sections count must be between 1 and 10.")
    rows = [row for section in sections for row in section.get("rows") or []]
    if not 1 <= len(rows) <= 10:
        raise invalid("Total row count exceed max allowed count: 10")
    for section in sections:
        _short(section.get("title", ""), 24, "Section title")
        if len(sections) > 1 and not section.get("title"):
            raise invalid("Section title is required when there is more than one section.")
    for row in rows:
        _between(row.get("title", ""), 24, "Row title")
        _between(row.get("id", ""), 200, "Row id")
        _short(row.get("description", ""), 72, "Row description")
    _distinct([row["id"] for row in rows], "row id")


def _cta(action: Json) -> None:
    parameters = action.get("parameters") or {}
    if action.get("name") != "cta_url":
        raise invalid("action['name'] must be cta_url.")
    _between(parameters.get("display_text", ""), 20, "Display text")
    if not str(parameters.get("url", "")).startswith(("http://", "https://")):
        raise invalid("url must be an http(s) URL.")


def _location_request(action: Json) -> None:
    if action.get("name") != "send_location":
        raise invalid("action['name'] must be send_location.")


def _contact_request(action: Json) -> None:
    if action.get("name") != "request_contact_info":
        raise invalid("action['name'] must be request_contact_info.")


def _template(template: Json) -> None:
    if not re.fullmatch(r"[a-z0-9_]{1,512}", str(template.get("name", ""))):
        raise GraphError(132001, "Template name does not exist in the translation")
    if not (template.get("language") or {}).get("code"):
        raise missing("template['language']['code']")
    for component in template.get("components") or []:
        if component.get("type") not in {"header", "body", "button", "carousel", "limited_time_offer"}:
            raise invalid(f"component type '{component.get('type')}' is not valid.")
        for parameter in component.get("parameters") or []:
            _template_parameter(parameter)


def _template_parameter(parameter: Json) -> None:
    if parameter.get("type") == "text":
        text = parameter.get("text")
        if not text:
            raise missing("parameters['text']")
        if FORBIDDEN_IN_PARAMETER.search(text):
            raise GraphError(132018, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces")
        if len(text) > 1024:
            raise GraphError(132005, "Translated text too long")


def _location(location: Json) -> None:
    for name in ("latitude", "longitude"):
        if not isinstance(location.get(name), int | float | str):
            raise missing(f"location['{name}']")


def _contacts(contacts: list[Json]) -> None:
    if not contacts or not all((contact.get("name") or {}).get("formatted_name") for contact in contacts):
        raise missing("contacts[0]['name']['formatted_name']")


def _reaction(reaction: Json) -> None:
    if not reaction.get("message_id"):
        raise missing("reaction['message_id']")


CHECKS: dict[str, Callable[[Any], None]] = {
    "text": _text,
    "interactive": _interactive,
    "template": _template,
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    **dict.fromkeys(("image", "audio", "video", "document", "sticker"), _media),
}
INTERACTIVE: dict[str, Callable[[Json], None]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _cta,
    "location_request_message": _location_request,
    "request_contact_info": _contact_request,
}


def _at_most(owner: Json, name: str, limit: int) -> None:
    if len(str(owner.get(name) or "")) > limit:
        raise GraphError(100, f"Param {name} must be at most {limit} characters long.")


def _short(text: str, limit: int, what: str) -> None:
    if len(text) > limit:
        raise invalid(f"{what} length invalid. Max length: {limit}")


def _between(text: str, limit: int, what: str) -> None:
    if not 1 <= len(text) <= limit:
        raise invalid(f"{what} length invalid. Min length: 1, Max length: {limit}")


def _distinct(values: list[str], what: str) -> None:
    if len(set(values)) < len(values):
        raise invalid(f"Duplicated {what}.")
