"""Checks an outgoing Telegram message, and reads what the phone shows of it."""

import html
import re
from typing import Any

from sandbox.platforms.telegram.errors import bad
from sandbox.world.people import Choice

Json = dict[str, Any]
TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)[^>]*>")
HTML_TAGS = {
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "a",
    "code",
    "pre",
    "blockquote",
    "span",
    "tg-spoiler",
    "tg-emoji",
}

ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
# ReactionTypeEmoji, Bot API 10.
_EMOJI = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ "
    "🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 "
    "🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡 "
)
REACTIONS = frozenset(_EMOJI.split())


def text_of(params: Json, name: str, limit: int) -> str:
    """Reads the text and its entities; raises TelegramError when it is empty, too long or cannot be parsed."""
    text = str(params.get(name) or "")
    if params.get("parse_mode") == "HTML":
        text = _strip_html(text)
    if name == "text" and not text.strip():
        raise bad("message text is empty")
    if len(text) > limit:
        raise bad("message is too long" if name == "text" else "message caption is too long")
    _entities(params.get("entities") or [], text)
    return text


def choices_of(markup: Json | None) -> list[Choice]:
    """Reads what can be tapped in a reply_markup; raises TelegramError."""
    if not markup:
        return []
    if not isinstance(markup, dict):
        raise bad("can't parse reply keyboard markup JSON object")
    inline = [button for row in markup.get("inline_keyboard") or [] for button in row]
    if len(inline) > 100 or any(len(row) > 8 for row in markup.get("inline_keyboard") or []):
        raise bad("REPLY_MARKUP_TOO_LONG")
    keys = [
        {"text": button} if isinstance(button, str) else button
        for row in markup.get("keyboard") or []
        for button in row
    ]
    return [_inline(button) for button in inline] + [_key(button) for button in keys]


def changes_keyboard(markup: Any) -> bool:
    """Tells whether a reply_markup shows another keyboard of keys, or takes it away."""
    return isinstance(markup, dict) and bool(markup.get("keyboard") or markup.get("remove_keyboard"))


def plain(params: Json) -> Json:
    """Drops uploaded files from the parameters that are kept with the bubble."""
    return {name: value for name, value in params.items() if not hasattr(value, "file")}


def reaction_of(params: Json) -> str:
    """Reads the emoji of setMessageReaction, "" for none; raises TelegramError."""
    given = params.get("reaction") or []
    emoji = [str(one.get("emoji", "")) for one in given if isinstance(one, dict)]
    if len(emoji) > 1 or not all(one in REACTIONS for one in emoji):
        raise bad("REACTION_INVALID")
    return "".join(emoji)


def check_action(params: Json) -> str:
    """Reads the action of sendChatAction; raises TelegramError."""
    action = str(params.get("action") or "")
    if action not in ACTIONS:
        raise bad("wrong parameter action in request")
    return action


def commands_of(params: Json) -> list[Json]:
    """Reads the list of setMyCommands; raises TelegramError."""
    commands = params.get("commands")
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad("can't parse BotCommand: expected an array of at most 100")
    for one in commands:
        if not COMMAND.fullmatch(str(one.get("command", ""))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(one.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return commands


def _inline(button: Json) -> Choice:
    title = button.get("text") or ""
    if not title:
        raise bad('can\'t parse inline keyboard button: field "text" must be of type String')
    if button.get("url"):
        return Choice(button["url"], title, "url", url=button["url"])
    data = button.get("callback_data")
    if data is None:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if not 1 <= len(str(data).encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    return Choice(str(data), title, "callback")


def _key(button: Json) -> Choice:
    title = button.get("text") or ""
    if not title:
        raise bad('can\'t parse keyboard button: field "text" must be of type String')
    kind = "contact" if button.get("request_contact") else "location" if button.get("request_location") else "text"
    return Choice(title, title, kind)


def _entities(entities: list[Json], text: str) -> None:
    length = len(text.encode("utf-16-le")) // 2
    for entity in entities:
        offset, size = entity.get("offset", -1), entity.get("length", 0)
        if offset < 0 or size < 1 or offset + size > length:
            raise bad("can't parse entities: entity is out of the text")


def _strip_html(text: str) -> str:
    opened: list[str] = []
    for match in TAG.finditer(text):
        name = match[1].lower()
        if name not in HTML_TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {match.start()}')
        if not match[0].startswith("</"):
            opened.append(name)
        elif not opened or opened.pop() != name:
            raise bad(f"can't parse entities: Unmatched end tag at byte offset {match.start()}")
    if opened or "<" in TAG.sub("", text):
        raise bad("can't parse entities: Can't find end tag")
    return html.unescape(TAG.sub("", text))
