"""Shows an outgoing WhatsApp message on a phone."""

from collections.abc import Callable
from typing import Any

from sandbox.platforms.meta.templates import parameters
from sandbox.platforms.meta.templates.registered import Template
from sandbox.world.people import Bubble, Choice, Media

Json = dict[str, Any]


def fill(bubble: Bubble, kind: str, body: Any, template: Template | None = None) -> Bubble:
    """Fills a bubble from the part `body` of a message of type `kind`; `template` is the one it names, if known."""
    bubble.kind = kind
    if kind == "template":
        _template(bubble, body, template)
    elif kind in {"image", "audio", "video", "document", "sticker"}:
        bubble.text = body.get("caption", "")
        bubble.media = _file(kind, body)
    else:
        FILLERS[kind](bubble, body)
    return bubble


def _file(kind: str, body: Json) -> Media:
    path = f"/media/{body['id']}" if body.get("id") else ""
    return Media(kind, link=body.get("link", ""), path=path, name=body.get("filename", ""))


def _text(bubble: Bubble, body: Json) -> None:
    bubble.text = body["body"]


def _interactive(bubble: Bubble, body: Json) -> None:
    bubble.text = body["body"]["text"]
    header = body.get("header") or {}
    bubble.header = header.get("text", "")
    bubble.footer = (body.get("footer") or {}).get("text", "")
    media = header.get(header.get("type", "")) if header.get("type") not in {None, "text"} else None
    if media:
        bubble.media = _file(header["type"], media)
    bubble.choices = CHOICES[body["type"]](body["action"])
    bubble.menu = body["action"].get("button", "")


def _buttons(action: Json) -> list[Choice]:
    return [Choice(button["reply"]["id"], button["reply"]["title"], "reply") for button in action["buttons"]]


def _rows(action: Json) -> list[Choice]:
    return [
        Choice(
            row["id"], row["title"], "list", section=section.get("title", ""), description=row.get("description", "")
        )
        for section in action["sections"]
        for row in section["rows"]
    ]


def _link(action: Json) -> list[Choice]:
    parameters = action["parameters"]
    return [Choice(parameters["url"], parameters["display_text"], "url", url=parameters["url"])]


def _send_location(_action: Json) -> list[Choice]:
    return [Choice("send_location", "Send location", "location")]


def _send_contact(_action: Json) -> list[Choice]:
    return [Choice("share_contact", "Share contact info", "contact")]


def _template(bubble: Bubble, body: Json, known: Template | None) -> None:
    components = body.get("components") or []
    parts = {part["type"]: part.get("parameters") or [] for part in components if part["type"] != "button"}
    bubble.template = body["name"]
    given = parts.get("body", [])
    bubble.text = parameters.filled(known.body, given) if known and known.body else _bare(given)
    for value in parts.get("header", []):
        _template_header(bubble, value)
    if known and known.header:
        bubble.header = parameters.filled(known.header, parts.get("header", []))
    bubble.footer = known.footer if known else ""
    if known and known.buttons:
        bubble.choices = parameters.choices(known, components)
    else:
        bubble.choices = [_template_button(part) for part in components if part["type"] == "button"]


def _bare(given: list[Json]) -> str:
    """Shows the values of a template whose words nobody described."""
    return "\n".join(str(value.get("text", "")) for value in given)


def _template_header(bubble: Bubble, value: Json) -> None:
    kind = str(value.get("type", "text"))
    if kind in {"image", "video", "document"}:
        bubble.media = _file(kind, value.get(kind) or {})
    else:
        bubble.header = str(value.get("text", ""))


def _template_button(part: Json) -> Choice:
    value: Json = (part.get("parameters") or [{}])[0]
    if part.get("sub_type") == "quick_reply":
        payload = value.get("payload", "")
        return Choice(payload, _title(payload), "template")
    return Choice(value.get("text", ""), "Open link", "url", url=value.get("text", ""))


def _title(payload: str) -> str:
    word = payload.rsplit(":", maxsplit=1)[-1].rsplit("/", maxsplit=1)[-1].replace("_", " ").strip()
    return word[:20].capitalize() or "Button"


def _location(bubble: Bubble, body: Json) -> None:
    bubble.text = (
        " · ".join(str(body[name]) for name in ("name", "address") if body.get(name))
        or f"{body['latitude']}, {body['longitude']}"
    )


def _contacts(bubble: Bubble, body: list[Json]) -> None:
    bubble.text = ", ".join(contact["name"]["formatted_name"] for contact in body)


def _reaction(bubble: Bubble, body: Json) -> None:
    bubble.text = body.get("emoji", "")


FILLERS: dict[str, Callable[[Bubble, Any], None]] = {
    "text": _text,
    "interactive": _interactive,
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
}
CHOICES: dict[str, Callable[[Json], list[Choice]]] = {
    "button": _buttons,
    "list": _rows,
    "cta_url": _link,
    "location_request_message": _send_location,
    "request_contact_info": _send_contact,
}
