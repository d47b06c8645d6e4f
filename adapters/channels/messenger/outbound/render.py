"""Renders a message as Send API payloads, without address and correlation. Every length comes from limits.yaml."""

from typing import Any

import msgspec

from core.content.capabilities import Capabilities
from core.content.media_types import container_of
from core.content.rendering import BUTTONS, Fitted, fit
from core.messages.outbound import (
    Media,
    Option,
    OutboundMessage,
    Speaker,
    TemplateButton,
    TemplateCall,
    TemplateHeader,
)
from core.ports.calls import Part, Rendered

MESSAGE, MEDIA, ACTION = "messages", "media", "sender_action"  # the calls that `send` knows
QUOTE = "reply_to"  # the field that names the message that is answered
MIDS = ("m_", "mid.")  # a cart or a form has no message, and gets an id of our own making
TYPES = {"image": "image", "video": "video", "audio": "audio", "voice": "audio", "document": "file"}

_UNASKED = (Speaker.NOTICE, Speaker.MARKETING)
_PHONE_REQUEST = {"content_type": "user_phone_number"}


def render(message: OutboundMessage, limits: Capabilities) -> Rendered:
    """Renders `message`: the template it names, else files, then texts of which the last carries the menu, the link or
    the request.

    Files go first: quick replies are shown only under the newest message. "Typing" is shown while they are uploaded;
    the read mark comes last.
    """
    if message.template is not None:
        fitted = Fitted(())
        said = [_part({"messaging_type": "UTILITY", "message": _template(message.template)})]
    else:
        fitted = fit(message, _limits_for(message, limits))
        said = _said(fitted, message)
    typing = [_action("typing_on")] if any(part.call == MEDIA for part in said) and not message.late else []
    seen = [_action("mark_seen")] if message.seen else []
    return Rendered((*typing, *said, *seen), fitted.degradations)


def _said(fitted: Fitted, message: OutboundMessage) -> list[Part]:
    kind = _messaging_type(message)
    texts = [*map(_text, fitted.texts[:-1]), _last(fitted)] if fitted.texts else []
    said = [Part(MEDIA, {**kind, **_file(each)}) for each in fitted.media]
    said += [_part({**kind, "message": each}) for each in texts]
    if message.reply_to.startswith(MIDS) and said:
        said[0] = msgspec.structs.replace(said[0], payload={**said[0].payload, QUOTE: {"mid": message.reply_to}})
    return said


def _part(payload: dict[str, Any]) -> Part:
    return Part(MESSAGE, payload)


def _action(name: str) -> Part:
    return Part(ACTION, {"sender_action": name}, silent=True)


def _file(media: Media) -> dict[str, Any]:
    """Describes a file by what `send` needs to upload it."""
    return {"media": media.id, "type": TYPES[media.kind], "mime": container_of(media.mime), "filename": media.filename}


def _limits_for(message: OutboundMessage, limits: Capabilities) -> Capabilities:
    """Chooses limits: quick replies go with an ordinary text; only a link button needs a short one.

    The request for a phone number is one of the quick replies.
    """
    if not (message.options or message.request):
        return limits
    return msgspec.structs.replace(limits, button_text_max=0, buttons=limits.buttons - bool(message.request))


def _messaging_type(message: OutboundMessage) -> dict[str, str]:
    """Chooses the tag: HUMAN_AGENT for words a person wrote, after the 24 hours (Meta, "Human agent")."""
    if message.late and message.speaker is Speaker.AGENT:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return {"messaging_type": "UPDATE" if message.speaker in _UNASKED else "RESPONSE"}


def _last(fitted: Fitted) -> dict[str, Any]:
    text = fitted.texts[-1]
    if fitted.link:
        return _link_button(text, fitted)
    replies = list(map(_quick_reply, fitted.options)) if fitted.menu == BUTTONS else []
    replies += [_PHONE_REQUEST] if fitted.request == "contact" else []
    return {"text": text, "quick_replies": replies} if replies else _text(text)


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
    """Renders a utility template (Meta, "Send a utility message"): its buttons are one component, in their order."""
    components = [{"type": "body", "parameters": _values(call.values, call.names)}] if call.values else []
    if call.header:
        components.insert(0, {"type": "header", "parameters": _header(call.header)})
    if call.buttons:
        in_order = sorted(call.buttons, key=lambda button: button.index)
        components.append({"type": "buttons", "parameters": [_button(each) for each in in_order]})
    return {"template": {"name": call.name, "language": {"code": call.language}, "components": components}}


def _header(header: TemplateHeader) -> list[dict[str, Any]]:
    if header.type == "text":
        return _values(header.values, header.names)
    return [{"type": header.type, header.type: {"link": header.link}}]


def _values(values: tuple[str, ...], names: tuple[str, ...]) -> list[dict[str, Any]]:
    texts = [{"type": "text", "text": " ".join(value.split())} for value in values]
    named = [{"parameter_name": name} for name in names] or [{}] * len(texts)
    return [{**text, **name} for text, name in zip(texts, named, strict=True)]


def _button(button: TemplateButton) -> dict[str, Any]:
    if button.type == "url":
        return {"type": "URL", "url": button.value}
    return {"type": "POSTBACK", "payload": button.value}
