"""Renders a message as calls of the Bot API: plain text, files with a caption, buttons in an inline keyboard."""

from typing import Any

from core.content.capabilities import Capabilities
from core.content.media_types import container_of
from core.content.rendering import BUTTONS, Fitted, fit
from core.content.styles import Look, Styled
from core.content.text import shorten, size
from core.messages.outbound import Media, Option, OutboundMessage, Speaker
from core.ports.calls import Part, Rendered

SHORT_TITLE = 16  # two buttons with such titles fit side by side on a phone
ANSWER = "answerCallbackQuery"
ALBUM = 10  # files of one sendMediaGroup
ALBUM_KINDS = {"image", "video"}
# Media kind -> the call that uploads it, and what the chat shows meanwhile.
UPLOADS = {
    "image": ("sendPhoto", "upload_photo"),
    "video": ("sendVideo", "upload_video"),
    "audio": ("sendAudio", "upload_voice"),
    "voice": ("sendVoice", "upload_voice"),
    "document": ("sendDocument", "upload_document"),
    "sticker": ("sendSticker", "choose_sticker"),
}
# What is asked for -> the button's field, and its words where nobody gave any.
REQUESTS = {"location": ("request_location", "📍"), "contact": ("request_contact", "📱")}
ENTITIES = {
    Look.BOLD: "bold",
    Look.ITALIC: "italic",
    Look.STRIKE: "strikethrough",
    Look.CODE: "code",
    Look.BLOCK: "pre",
    Look.QUOTE: "blockquote",
    Look.LINK: "text_link",
}

Json = dict[str, Any]


def render(message: OutboundMessage, limits: Capabilities) -> Rendered:
    """Renders the calls in order: answer to a pressed button and sign of an upload (both silent), files, texts.

    The keyboard hangs on the last text, the quote on whatever is first. Text goes out without parse_mode, its looks
    beside it: an underscore in an order number must not become italics.
    """
    fitted = fit(message, limits)
    texts = (Part("sendMessage", _text(text, n, fitted, message)) for n, text in enumerate(fitted.texts))
    spoken = [*_uploads(fitted, limits), *texts]
    lost = fitted.degradations
    if spoken:
        spoken[0].payload.update(_quote(message.reply_to))
    if fitted.texts:
        spoken[-1].payload.update(_markup(message, fitted, limits))
    if fitted.request and fitted.menu == BUTTONS:
        lost = (*lost, "options_to_keyboard")
    silent = _silent(message, fitted)
    for part in (*silent, *spoken):
        part.payload.update(_topic(part.call, message.route))
    return Rendered((*silent, *spoken), lost)


def _silent(message: OutboundMessage, fitted: Fitted) -> list[Part]:
    parts = []
    if message.callback:
        parts.append(Part(ANSWER, {"callback_query_id": message.callback}, silent=True))
    if fitted.media:
        parts.append(Part("sendChatAction", {"action": UPLOADS[fitted.media[0].kind][1]}, silent=True))
    return parts


def _uploads(fitted: Fitted, limits: Capabilities) -> list[Part]:
    """Makes a call for each file; photos and videos that follow one another are an album, of 2 to 10."""
    groups: list[list[Media]] = []
    for each in fitted.media:
        if groups and _joins(groups[-1], each, limits):
            groups[-1].append(each)
        else:
            groups.append([each])
    parts = [_upload(group) for group in groups]
    if fitted.caption:
        parts[0].payload["caption"] = fitted.caption
        parts[0].payload.update(entities_of("caption_entities", fitted.caption, fitted, 0))
    return parts


def _joins(group: list[Media], media: Media, limits: Capabilities) -> bool:
    """Tells whether a file joins the album: all files of one are a single request, no larger than the largest file."""
    total = sum(each.size for each in group) + media.size
    return (
        len(group) < ALBUM
        and {group[-1].kind, media.kind} <= ALBUM_KINDS
        and total <= max(limit.max_bytes for limit in limits.media.values())
    )


def _upload(group: list[Media]) -> Part:
    call = "sendMediaGroup" if len(group) > 1 else UPLOADS[group[0].kind][0]
    return Part(call, {"media": [_file(each) for each in group]})


def _file(media: Media) -> Json:
    return {"id": media.id, "kind": media.kind, "mime": container_of(media.mime), "filename": media.filename}


def _text(text: str, n: int, fitted: Fitted, message: OutboundMessage) -> Json:
    previews = {"link_preview_options": {"is_disabled": message.link_preview is not True}}
    return {"text": text, **entities_of("entities", text, fitted, n), **previews}


def entities_of(field: str, text: str, fitted: Fitted, n: int) -> Json:
    """Makes the field with the looks of a text, if it has any."""
    entities = [_entity(text, style) for style in fitted.styles[n]] if fitted.styles else []
    return {field: entities} if entities else {}


def _entity(text: str, style: Styled) -> Json:
    """Makes a MessageEntity, which counts UTF-16 units."""
    at, length = size(text[: style.start], "utf16"), size(text[style.start : style.end], "utf16")
    return {"type": ENTITIES[style.look], "offset": at, "length": length, **({"url": style.link} if style.link else {})}


def _topic(call: str, route: str | None) -> Json:
    """Names the topic of a private chat (Bot API, "sendMessage"): all calls know it but the answer to a press."""
    if call == ANSWER or not (route or "").isdecimal():
        return {}
    return {"message_thread_id": int(route or "")}


def _quote(reply_to: str) -> Json:
    if not reply_to.isdigit():
        return {}
    return {"reply_parameters": {"message_id": int(reply_to), "allow_sending_without_reply": True}}


def _markup(message: OutboundMessage, fitted: Fitted, limits: Capabilities) -> Json:
    """Makes the keyboard below the last text. A text of the bot without one removes that of an earlier request."""
    if fitted.request:
        return {"reply_markup": _request(message, fitted, limits)}
    if fitted.menu == BUTTONS:
        return {"reply_markup": {"inline_keyboard": _menu(fitted.options)}}
    if fitted.link:
        return {"reply_markup": {"inline_keyboard": [[{"text": fitted.link_title, "url": fitted.link}]]}}
    return {"reply_markup": {"remove_keyboard": True}} if message.speaker is Speaker.BOT else {}


def _request(message: OutboundMessage, fitted: Fitted, limits: Capabilities) -> Json:
    """Makes the keyboard that asks, in place of the customer's own. Options are words then: a message has one."""
    field, sign = REQUESTS[fitted.request]
    title = shorten(" ".join(message.request_title.split()), limits.button_title, limits.text_unit) or sign
    rows: list[list[Json]] = [[{"text": title, field: True}], *([{"text": each.title}] for each in fitted.options)]
    return {"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True}


def _menu(options: tuple[Option, ...]) -> list[list[Json]]:
    per_row = 1 if any(len(option.title) > SHORT_TITLE for option in options) else 2
    buttons = [{"text": option.title, "callback_data": option.id} for option in options]
    return [buttons[n : n + per_row] for n in range(0, len(buttons), per_row)]
