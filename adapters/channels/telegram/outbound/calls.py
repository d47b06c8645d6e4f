"""Makes the Bot API's calls that a part may name, with python-telegram-bot."""

import mimetypes
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Bot, InputFile, InputMediaPhoto, InputMediaVideo, Message, MessageEntity
from telegram.error import BadRequest

# (bot, chat id, the part's payload, the contents of its media) -> the message's id, "" for what is no message
Call = Callable[[Bot, str, dict[str, Any], list[bytes]], Awaitable[str]]
CAPTION = ("caption", "caption_entities")
Upload = Callable[..., Awaitable[Message]]

# Refusals of a form only: the same file passes as a document. Photos may have 10,000 pixels in width and height
# together, at most 20 times as wide as high (Bot API, sendPhoto); Premium users may refuse voice messages.
AS_DOCUMENT = (
    *("photo_invalid_dimensions", "image_process_failed", "photo_ext_invalid", "photo_save_file_invalid"),
    *("video_content_type_invalid", "wrong file type", "voice_messages_forbidden"),
)


async def _send_message(bot: Bot, chat_id: str, payload: dict[str, Any], _: list[bytes]) -> str:
    message = await bot.send_message(chat_id, payload["text"], api_kwargs=_without(payload, "text"))
    return str(message.message_id)


async def _answer_callback(bot: Bot, _chat_id: str, payload: dict[str, Any], _: list[bytes]) -> str:
    await bot.answer_callback_query(payload["callback_query_id"])
    return str(payload["callback_query_id"])


async def _send_action(bot: Bot, chat_id: str, payload: dict[str, Any], _: list[bytes]) -> str:
    await bot.send_chat_action(chat_id, payload["action"], api_kwargs=_without(payload, "action"))
    return ""


def _change(call: Callable[..., Awaitable[Any]]) -> Call:
    async def change(bot: Bot, chat_id: str, payload: dict[str, Any], _: list[bytes]) -> str:
        rest = _without(payload, "message_id", "text", "caption")
        words = {name: payload[name] for name in ("text", "caption") if name in payload}
        await call(bot, chat_id=chat_id, message_id=payload["message_id"], **words, api_kwargs=rest)
        return str(payload["message_id"])

    return change


def _send_file(upload: Upload) -> Call:
    async def send(bot: Bot, chat_id: str, payload: dict[str, Any], contents: list[bytes]) -> str:
        file = _input_file(payload["media"][0], contents[0])
        rest = _without(payload, "media")
        try:
            message = await upload(bot, chat_id, file, api_kwargs=rest)
        except BadRequest as refused:
            if not any(words in refused.message.casefold() for words in AS_DOCUMENT):
                raise
            message = await bot.send_document(chat_id, file, api_kwargs=rest)
        return str(message.message_id)

    return send


async def _send_album(bot: Bot, chat_id: str, payload: dict[str, Any], contents: list[bytes]) -> str:
    """Sends one message for each file; the first one's id, which has the caption, stands for all."""
    album = [
        (InputMediaPhoto if each["kind"] == "image" else InputMediaVideo)(
            _input_file(each, content, attach=True), **(_captioned(payload) if n == 0 else {})
        )
        for n, (each, content) in enumerate(zip(payload["media"], contents, strict=True))
    ]
    messages = await bot.send_media_group(chat_id, album, api_kwargs=_without(payload, "media", *CAPTION))
    return str(messages[0].message_id)


def _captioned(payload: dict[str, Any]) -> dict[str, Any]:
    """Reads the caption of an album's first file, and how its words look."""
    looks = MessageEntity.de_list(payload.get("caption_entities") or [], None)
    return {"caption": payload.get("caption"), "caption_entities": looks or None}


def _input_file(media: dict[str, str], content: bytes, *, attach: bool = False) -> InputFile:
    """Makes the file to upload, with an ending in its name, by which Telegram goes."""
    name = media.get("filename") or f"{media['kind']}{mimetypes.guess_extension(media['mime']) or ''}"
    file = InputFile(content, filename=name, attach=attach)
    file.mimetype = media["mime"]  # sniffed from the content: better than the library's guess from the name
    return file


def _without(payload: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in payload.items() if key not in names}


CALLS: dict[str, Call] = {
    "sendMessage": _send_message,
    "editMessageText": _change(Bot.edit_message_text),
    "editMessageCaption": _change(Bot.edit_message_caption),
    "deleteMessage": _change(Bot.delete_message),
    "answerCallbackQuery": _answer_callback,
    "sendChatAction": _send_action,
    "sendMediaGroup": _send_album,
    "sendPhoto": _send_file(Bot.send_photo),
    "sendVideo": _send_file(Bot.send_video),
    "sendAudio": _send_file(Bot.send_audio),
    "sendVoice": _send_file(Bot.send_voice),
    "sendDocument": _send_file(Bot.send_document),
    "sendSticker": _send_file(Bot.send_sticker),
}
