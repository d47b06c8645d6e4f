"""Shows an outgoing Messenger message on a phone."""

from collections.abc import Callable
from typing import Any

import msgspec

from sandbox.platforms.meta.templates import parameters
from sandbox.platforms.meta.templates.registered import Template
from sandbox.world.people import Bubble, Choice, Media

Json = dict[str, Any]
CONTACT_TITLES = {"user_phone_number": "Share phone number", "user_email": "Share e-mail"}


def fill(bubble: Bubble, message: Json, template: Template | None = None) -> Bubble:
    """Fills a bubble from a Send API message; `template` is the utility template that it names."""
    bubble.text = message.get("text", "")
    bubble.choices = [_quick_reply(reply) for reply in message.get("quick_replies") or []]
    if message.get("template"):
        _utility(bubble, message["template"], template)
    attachment = message.get("attachment")
    if attachment:
        _attach(bubble, attachment)
    return bubble


def _quick_reply(reply: Json) -> Choice:
    kind = reply.get("content_type", "text")
    if kind in CONTACT_TITLES:
        return Choice(kind, CONTACT_TITLES[kind], "contact")
    return Choice(reply.get("payload", ""), reply.get("title", ""), "quick_reply")


def _utility(bubble: Bubble, named: Json, template: Template | None) -> None:
    bubble.kind, bubble.template = "template", named["name"]
    components = named.get("components") or []
    parts = {part.get("type"): part.get("parameters") or [] for part in components}
    given = parts.get("body", [])
    if template is None or not template.body:
        bubble.text = "\n".join(value.get("text", "") for value in given)
        return
    bubble.text = parameters.filled(template.body, given)
    bubble.header = parameters.filled(template.header, parts.get("header", []))
    # Postbacks of a utility template are pressed as any other button of a page.
    pressed = parameters.choices(template, components)
    bubble.choices = [
        msgspec.structs.replace(each, kind="postback") if each.kind != "url" else each for each in pressed
    ]


def _attach(bubble: Bubble, attachment: Json) -> None:
    payload = attachment.get("payload") or {}
    if attachment["type"] == "template":
        TEMPLATES[payload["template_type"]](bubble, payload)
    else:
        bubble.kind = "document" if attachment["type"] == "file" else attachment["type"]
        bubble.media = Media(bubble.kind, link=payload.get("url", ""))


def _button_template(bubble: Bubble, payload: Json) -> None:
    bubble.text = payload["text"]
    bubble.choices += [_button(button) for button in payload["buttons"]]


def _generic_template(bubble: Bubble, payload: Json) -> None:
    elements = payload["elements"]
    bubble.text = "\n\n".join(
        element["title"] + ("\n" + element["subtitle"] if element.get("subtitle") else "") for element in elements
    )
    bubble.choices += [_button(button) for element in elements for button in element.get("buttons") or []]


def _media_template(bubble: Bubble, payload: Json) -> None:
    bubble.kind = "image"
    bubble.media = Media("image", link=payload["elements"][0].get("url", ""))


def _button(button: Json) -> Choice:
    if button.get("type") == "web_url":
        return Choice(button["url"], button["title"], "url", url=button["url"])
    return Choice(button.get("payload", ""), button.get("title", ""), "postback")


TEMPLATES: dict[str, Callable[[Bubble, Json], None]] = {
    "button": _button_template,
    "generic": _generic_template,
    "media": _media_template,
}
