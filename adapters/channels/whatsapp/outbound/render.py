"""Renders a message as Cloud API payloads, without address and correlation. Every length comes from limits.yaml."""

import mimetypes
from typing import Any
from urllib.parse import urlsplit

from core.content.capabilities import Capabilities
from core.content.media_types import codecs_of, container_of, fits, written
from core.content.rendering import BUTTONS, LIST, Fitted, fit
from core.content.text import ELLIPSIS, shorten
from core.messages.outbound import (
    Media,
    Option,
    OutboundMessage,
    TemplateButton,
    TemplateCall,
    TemplateHeader,
)
from core.ports.calls import Part, Rendered

MESSAGE, FILE, MARK = "messages", "file", "mark"  # the calls: one message, one with a file to be uploaded, a read mark
QUOTE = "context"  # the field that names the message that is answered
MENU_TITLE = "Menu"  # the list's button where the flow names none
PARAMETER_MAX = 1024  # a template's body holds no more (Meta, "Message templates")
HEADER_MAX = 60
HEADERS = ("image", "video", "document")  # what a template's header can show
REQUESTS = {  # what is asked for: (type of the interactive message, name of its action)
    "location": ("location_request_message", "send_location"),
    "contact": ("request_contact_info", "request_contact_info"),
}


def render(message: OutboundMessage, limits: Capabilities) -> Rendered:
    """Renders `message`: the template it names, else files, then texts of which the last carries the menu, the link or
    the request. Before files, "typing" is shown; after all, the customer's message is marked as read.
    """
    if message.template is not None:
        return Rendered(_marked([_template(message.template, message, limits)], message))
    fitted = fit(message, limits)
    parts = [_file(media, fitted.caption if n == 0 else "", limits) for n, media in enumerate(fitted.media)]
    parts += [_message(_text(text, message)) for text in fitted.texts[:-1]]
    parts += [_message(payload) for payload in _last(fitted, message, limits)]
    if parts and message.reply_to:
        context = {QUOTE: {"message_id": message.reply_to}}
        parts[0] = Part(parts[0].call, {**parts[0].payload, **context})
    return Rendered(_marked(parts, message), fitted.degradations)


def _marked(parts: list[Part], message: OutboundMessage) -> tuple[Part, ...]:
    """Adds the read mark. A typing indicator marks as read, too; it is worth a call only where files take time."""
    if not message.seen or not parts:
        return tuple(parts)
    mark = {"status": "read", "message_id": message.seen}
    if any(part.call == FILE for part in parts):
        return (Part(MARK, {**mark, "typing_indicator": {"type": "text"}}, silent=True), *parts)
    return (*parts, Part(MARK, mark, silent=True))


def _message(payload: dict[str, Any]) -> Part:
    return Part(MESSAGE, payload)


def _last(fitted: Fitted, message: OutboundMessage, limits: Capabilities) -> list[dict[str, Any]]:
    """Renders the last text with its menu, link or request. A request beside a menu is a message of its own."""
    if not fitted.texts:
        return []
    text = fitted.texts[-1]
    if fitted.menu in (BUTTONS, LIST) and fitted.request:
        return [_menu(text, fitted, message, limits), _request(message.request_title or ELLIPSIS, fitted.request)]
    if fitted.menu in (BUTTONS, LIST):
        return [_menu(text, fitted, message, limits)]
    if fitted.request:
        return [_request(text, fitted.request)]
    return [_interactive("cta_url", text, _link(fitted)) if fitted.link else _text(text, message)]


def _text(text: str, message: OutboundMessage) -> dict[str, Any]:
    return {"type": "text", "text": {"body": text, "preview_url": message.link_preview is True}}


def _menu(text: str, fitted: Fitted, message: OutboundMessage, limits: Capabilities) -> dict[str, Any]:
    if fitted.menu == BUTTONS:
        return _interactive("button", text, _buttons(fitted.options))
    title = shorten(message.menu_title.strip() or MENU_TITLE, limits.list_button)
    return _interactive("list", text, _rows(fitted.options, title))


def _request(text: str, what: str) -> dict[str, Any]:
    """Renders a request; WhatsApp words the button itself."""
    kind, action = REQUESTS[what]
    return _interactive(kind, text, {"name": action})


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


def _file(media: Media, caption: str, limits: Capabilities) -> Part:
    """Renders a message whose file is uploaded when it is sent: `send` replaces `file` by its id at Meta."""
    kind = "audio" if media.kind == "voice" else media.kind
    shown: dict[str, Any] = {"caption": caption} if caption else {}
    if kind == "document":
        shown["filename"] = _filename(media)
    if media.kind == "voice" and media.mime.startswith("audio/ogg"):
        shown["voice"] = True
    return Part(FILE, {"type": kind, kind: shown, "file": _source(media, limits)})


def _source(media: Media, limits: Capabilities) -> dict[str, Any]:
    """Names the file. An upload has the limit of the file's own type, whatever it is shown as; a link has none."""
    kinds = [limit for kind, limit in limits.media.items() if kind != "document"]
    own = [limit.most(media.mime) for limit in kinds if any(fits(media.mime, each) for each in limit.mimes)]
    large = media.kind == "document" and bool(own) and media.size > max(own)
    source = {"id": media.id, "mime": _uploaded(media.mime), "filename": _filename(media), "link": media.link}
    return {**source, "by_link": True} if large and media.link else source


def _uploaded(mime: str) -> str:
    """Writes the type as an upload wants it: without codecs, but for Ogg: it must be named as Opus (Meta, "Media")."""
    container = container_of(mime)
    return written(container, codecs_of(mime) if container == "audio/ogg" else ())


def _filename(media: Media) -> str:
    return media.filename or f"{media.kind}{mimetypes.guess_extension(container_of(media.mime)) or ''}"


def _template(call: TemplateCall, message: OutboundMessage, limits: Capabilities) -> Part:
    """Renders a template (Meta, "Send message templates"). A file of ours takes the place of the header's; without
    buttons of the call's own the options are the template's quick replies, so that our ids come back.
    """
    header = next((each for each in message.media if each.kind in HEADERS), None)
    buttons = call.buttons or tuple(TemplateButton("quick_reply", n, each.id) for n, each in enumerate(message.options))
    components: list[dict[str, Any]] = [
        *(_header(call.header) if call.header and not header else ()),
        *([{"type": "body", "parameters": _values(call.values, call.names, PARAMETER_MAX)}] if call.values else ()),
        *map(_button, buttons),
    ]
    template = {"name": call.name, "language": {"code": call.language}, "components": components}
    payload = {"type": "template", "template": template}
    if header is None:
        return _message(payload)
    shown = {"filename": _filename(header)} if header.kind == "document" else {}
    parameter = {"type": header.kind, header.kind: shown}
    template["components"] = [{"type": "header", "parameters": [parameter]}, *components]
    return Part(FILE, {**payload, "file": _source(header, limits)})


def _header(header: TemplateHeader) -> list[dict[str, Any]]:
    if header.type == "text":
        return [{"type": "header", "parameters": _values(header.values, header.names, HEADER_MAX)}]
    file = {"link": header.link}
    if header.type == "document":
        file["filename"] = urlsplit(header.link).path.rpartition("/")[2] or "document"
    return [{"type": "header", "parameters": [{"type": header.type, header.type: file}]}]


def _values(values: tuple[str, ...], names: tuple[str, ...], limit: int) -> list[dict[str, Any]]:
    """Writes values as a template takes them: no line breaks, tabs or runs of spaces (error 132018).

    A template with named parameters wants each by its name, in any order; one without refuses names.
    """
    texts = [{"type": "text", "text": shorten(" ".join(value.split()), limit)} for value in values]
    named = [{"parameter_name": name} for name in names] or [{}] * len(texts)
    return [{**text, **name} for text, name in zip(texts, named, strict=True)]


def _button(button: TemplateButton) -> dict[str, Any]:
    parameter = (
        {"type": "text", "text": button.value} if button.type == "url" else {"type": "payload", "payload": button.value}
    )
    return {"type": "button", "sub_type": button.type, "index": str(button.index), "parameters": [parameter]}
