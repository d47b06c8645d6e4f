"""A message as Send API payloads, without address and correlation. Pure; every length comes from limits.yaml."""

from typing import Any

import msgspec

from core.capabilities import Capabilities
from core.messages import Option, OutboundMessage, Speaker, TemplateCall
from core.ports import Part, Rendered
from core.rendering import BUTTONS, Fitted, fit

UNASKED = (Speaker.NOTICE, Speaker.MARKETING)


def render(message: OutboundMessage, limits: Capabilities) -> Rendered:
    """The calls for `message`: the template it names, else texts of which the last carries the menu or the link."""
    if message.template is not None:
        return Rendered((_part({"messaging_type": "UTILITY", "message": _template(message.template)}),))
    fitted = fit(message, _limits_for(message, limits))
    if not fitted.texts:
        return Rendered((), fitted.degradations)
    kind = _messaging_type(message)
    payloads = [{**kind, "message": each} for each in (*map(_text, fitted.texts[:-1]), _last(fitted))]
    if message.reply_to:
        payloads[0] = {**payloads[0], "reply_to": {"mid": message.reply_to}}
    return Rendered(tuple(map(_part, payloads)), fitted.degradations)


def _part(payload: dict[str, Any]) -> Part:
    return Part("messages", payload)


def _limits_for(message: OutboundMessage, limits: Capabilities) -> Capabilities:
    """Quick replies hang under an ordinary text; only a link button shares its bubble with a short one."""
    return msgspec.structs.replace(limits, button_text_max=0) if message.options else limits


def _messaging_type(message: OutboundMessage) -> dict[str, str]:
    """HUMAN_AGENT is for words a person wrote, after the 24 hours (Meta, "Human agent"); all other tags are gone."""
    if message.late and message.speaker is Speaker.AGENT:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return {"messaging_type": "UPDATE" if message.speaker in UNASKED else "RESPONSE"}


def _last(fitted: Fitted) -> dict[str, Any]:
    text = fitted.texts[-1]
    if fitted.link:
        return _link_button(text, fitted)
    if fitted.menu == BUTTONS:
        return {"text": text, "quick_replies": list(map(_quick_reply, fitted.options))}
    return _text(text)


def _text(text: str) -> dict[str, Any]:
    return {"text": text}


def _quick_reply(option: Option) -> dict[str, Any]:
    return {"content_type": "text", "title": option.title, "payload": option.id}


def _link_button(text: str, fitted: Fitted) -> dict[str, Any]:
    button = {"type": "web_url", "url": fitted.link, "title": fitted.link_title}
    return {
        "attachment": {"type": "template", "payload": {"template_type": "button", "text": text, "buttons": [button]}}
    }


def _template(call: TemplateCall) -> dict[str, Any]:
    """A utility template, its values in order."""
    parameters = [{"type": "text", "text": " ".join(value.split()) or "-"} for value in call.values]
    components = [{"type": "body", "parameters": parameters}] if parameters else []
    return {"template": {"name": call.name, "language": {"code": call.language}, "components": components}}
