"""A message as Cloud API payloads, without address and correlation. Pure; every length comes from limits.yaml."""

from typing import Any

from core.capabilities import Capabilities
from core.messages import Option, OutboundMessage, TemplateCall
from core.ports import Part, Rendered
from core.rendering import BUTTONS, LIST, Fitted, fit
from core.text import shorten

MENU_TITLE = "Menu"  # the list's button where the flow names none
PARAMETER_MAX = 1024  # a template's body holds no more (Meta, "Message templates")


def render(message: OutboundMessage, limits: Capabilities) -> Rendered:
    """The calls for `message`: the template it names, else texts of which the last carries the menu or the link."""
    if message.template is not None:
        return Rendered((_part(_template(message.template, message.options)),))
    fitted = fit(message, limits)
    if not fitted.texts:
        return Rendered((), fitted.degradations)
    payloads = [*map(_text, fitted.texts[:-1]), _last(fitted, message, limits)]
    if message.reply_to:
        payloads[0] = {**payloads[0], "context": {"message_id": message.reply_to}}
    return Rendered(tuple(map(_part, payloads)), fitted.degradations)


def _part(payload: dict[str, Any]) -> Part:
    return Part("messages", payload)


def _last(fitted: Fitted, message: OutboundMessage, limits: Capabilities) -> dict[str, Any]:
    text = fitted.texts[-1]
    if fitted.link:
        return _interactive("cta_url", text, _link(fitted))
    if fitted.menu == BUTTONS:
        return _interactive("button", text, _buttons(fitted.options))
    if fitted.menu == LIST:
        title = shorten(message.menu_title.strip() or MENU_TITLE, limits.list_button)
        return _interactive("list", text, _rows(fitted.options, title))
    return _text(text)


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _interactive(kind: str, text: str, action: dict[str, Any]) -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action}}


def _link(fitted: Fitted) -> dict[str, Any]:
    return {"name": "cta_url", "parameters": {"display_text": fitted.link_title, "url": fitted.link}}


def _buttons(options: tuple[Option, ...]) -> dict[str, Any]:
    return {"buttons": [{"type": "reply", "reply": {"id": each.id, "title": each.title}} for each in options]}


def _rows(options: tuple[Option, ...], title: str) -> dict[str, Any]:
    rows = [
        {"id": each.id, "title": each.title, **({"description": each.description} if each.description else {})}
        for each in options
    ]
    return {"button": title, "sections": [{"rows": rows}]}


def _template(call: TemplateCall, options: tuple[Option, ...]) -> dict[str, Any]:
    """The values fill the body in order; the options are the template's quick replies, so that our ids come back."""
    components: list[dict[str, Any]] = []
    if call.values:
        components.append({"type": "body", "parameters": [{"type": "text", "text": _value(v)} for v in call.values]})
    components += [
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": str(index),
            "parameters": [{"type": "payload", "payload": option.id}],
        }
        for index, option in enumerate(options)
    ]
    return {
        "type": "template",
        "template": {"name": call.name, "language": {"code": call.language}, "components": components},
    }


def _value(value: str) -> str:
    """A value as a template takes it: no line breaks, tabs or runs of spaces (error 132018), never empty."""
    return shorten(" ".join(value.split()), PARAMETER_MAX) or "-"
