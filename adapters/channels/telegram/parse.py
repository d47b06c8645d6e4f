"""An update of the Bot API as an inbound event. One update per request."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from telegram import CallbackQuery, Chat, InlineKeyboardMarkup, Message, Update, User

from adapters.channels.telegram.media import attachment_of
from core.addresses import Address
from core.errors import MalformedPayload
from core.messages import Choice, InboundEvent, InboundMessage, Profile, Unsupported, decode_event, encode
from core.ports import RawRequest

# What we ask Telegram for; message_reaction is never sent unless it is named.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "message_reaction", "my_chat_member")
# Content of a customer that has no form here yet, and deserves a word back.
OTHER_CONTENT = ("poll", "dice", "game", "story", "paid_media", "checklist", "gift", "passport_data", "web_app_data")
# Beside the words of a message, and not read; `reply_to_message` gives only its number.
UNREAD = {"reply_to_message", "external_reply", "quote", "reply_to_story", "forward_origin", "via_bot"}
UNREAD |= {"entities", "caption_entities", "link_preview_options", "reply_markup"}
BUTTONS_OF = {"message_id", "date", "chat", "reply_markup"}
ESSENTIAL = ("message_id", "date", "chat", "from", "text")
# What the library, or we, may stumble over in a field of a wrong type; writing the event as for its row finds the rest.
WRONG_TYPES = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, msgspec.MsgspecError)

_START = re.compile(r"/start(?:@\w+)?(?:\s+(?P<payload>\S+))?\s*")


def parser(account: str) -> Callable[[RawRequest, datetime], list[InboundEvent]]:
    """A pure reader of updates for this bot. Raises MalformedPayload unless the body is JSON with an update_id."""

    def parse(raw: RawRequest, now: datetime) -> list[InboundEvent]:
        return [parse_update(_load(raw.body), account, now)]

    return parse


def parse_update(data: dict[str, Any], account: str, now: datetime) -> InboundEvent:
    """The event that one raw update (a dict with `update_id`) means."""
    try:
        return _read(data, account, now)
    except WRONG_TYPES:
        return _salvaged(data, account, now)


def _load(body: bytes) -> dict[str, Any]:
    try:
        data = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedPayload("the body is not JSON") from error
    if not isinstance(data, dict) or type(data.get("update_id")) is not int:
        raise MalformedPayload("no update_id", "$.update_id")
    return _without_nul(data) if b"\\u0000" in body else data


def _without_nul(value: Any) -> Any:
    """PostgreSQL keeps no NUL character, in text or in JSON."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(each) for key, each in value.items()}
    return [_without_nul(each) for each in value] if isinstance(value, list) else value


def _read(data: dict[str, Any], account: str, now: datetime) -> InboundEvent:
    return decode_event(encode(_event(Update.de_json(_needed(data), None), data, account, now)))


def _needed(data: dict[str, Any]) -> dict[str, Any]:
    """The update without the forms that nobody reads: they cost half the time, and any of them may be too new."""
    if isinstance(data.get("message"), dict):
        return {**data, "message": {key: value for key, value in data["message"].items() if key not in UNREAD}}
    query = data.get("callback_query")
    if isinstance(query, dict) and isinstance(query.get("message"), dict):
        kept = {key: value for key, value in query["message"].items() if key in BUTTONS_OF}
        return {**data, "callback_query": {**query, "message": kept}}
    return data


def _salvaged(data: dict[str, Any], account: str, now: datetime) -> InboundEvent:
    """The text, when only something beside it has a form that the library cannot read; else who sent what."""
    message, number = data.get("message"), data["update_id"]
    essentials = {key: message[key] for key in ESSENTIAL if key in message} if isinstance(message, dict) else {}
    try:
        event = _read({"update_id": number, "message": essentials}, account, now)
    except WRONG_TYPES:
        return Unsupported(str(number), Address("telegram", account, ""), now, "unreadable", data, sequence=number)
    if isinstance(event, Unsupported):
        return msgspec.structs.replace(event, kind="unreadable", raw=data, answerable=event.kind == "service")
    return event


def _event(update: Update, data: dict[str, Any], account: str, now: datetime) -> InboundEvent:
    private = update.effective_chat is None or update.effective_chat.type == Chat.PRIVATE
    if private and update.message:
        return _message(update, update.message, data, account, now)
    if private and update.callback_query:
        return _pressed(update, update.callback_query, data, account, now)
    return _unsupported(update, _kind(data) if private else "group", data, account, now)


def _message(update: Update, message: Message, data: dict[str, Any], account: str, now: datetime) -> InboundEvent:
    attachment = attachment_of(message)
    if not message.text and attachment is None:
        kind = _content(message)
        return _unsupported(update, kind or "service", data, account, now, answerable=bool(kind))
    text, choice = _command(message.text or message.caption or "")
    return InboundMessage(
        external_id=str(update.update_id),
        sender=_address(update, account),
        sent_at=message.date,
        text=text,
        choice=choice,
        attachments=(attachment,) if attachment else (),
        reply_to=_quoted(data["message"].get("reply_to_message")),
        profile=_profile(message.from_user),
        sequence=update.update_id,
    )


def _quoted(message: Any) -> str:
    number = message.get("message_id") if isinstance(message, dict) else None
    return str(number) if isinstance(number, int) else ""


def _command(text: str) -> tuple[str, Choice | None]:
    """`/start <payload>` is the deep link of an order page: the payload is a choice, the text only `/start`."""
    start = _START.fullmatch(text)
    if not start:
        return text, None
    payload = start["payload"]
    return "/start", Choice(f"start:{payload}") if payload else None


def _content(message: Message) -> str:
    """What a message without text or known media holds; newer than the library is whatever it could not name."""
    named = next((kind for kind in OTHER_CONTENT if getattr(message, kind, None)), "")
    return named or next(iter(message.api_kwargs), "")


def _pressed(update: Update, query: CallbackQuery, data: dict[str, Any], account: str, now: datetime) -> InboundEvent:
    if not query.data:
        return _unsupported(update, "callback_query", data, account, now)
    message = query.message  # may be missing, or too old for Telegram to show
    return InboundMessage(
        external_id=str(update.update_id),
        sender=_address(update, account),
        sent_at=now,
        choice=Choice(query.data, _title(message.reply_markup, query.data) if isinstance(message, Message) else ""),
        reply_to=str(message.message_id) if message else "",
        profile=_profile(query.from_user),
        sequence=update.update_id,
        callback=query.id,
    )


def _title(markup: InlineKeyboardMarkup | None, data: str) -> str:
    rows = markup.inline_keyboard if markup else ()
    return next((button.text for row in rows for button in row if button.callback_data == data), "")


def _unsupported(
    update: Update, kind: str, data: dict[str, Any], account: str, now: datetime, *, answerable: bool = False
) -> Unsupported:
    message = update.effective_message
    moment = getattr(message, "edit_date", None) or getattr(message, "date", None)
    changed = update.message_reaction or update.my_chat_member
    return Unsupported(
        external_id=str(update.update_id),
        sender=_address(update, account),
        sent_at=moment or (changed.date if changed else now),
        kind=kind,
        raw=data,
        answerable=answerable,
        profile=_profile(update.effective_user),
        sequence=update.update_id,
    )


def _kind(data: dict[str, Any]) -> str:
    return next((key for key in data if key != "update_id"), "empty")


def _address(update: Update, account: str) -> Address:
    """The chat is where we answer; where there is none (a poll's answer), the user's private chat has her own id."""
    place = update.effective_chat or update.effective_user
    return Address("telegram", account, str(place.id) if place else "")


def _profile(user: User | None) -> Profile:
    return Profile(user.full_name, user.language_code or "") if user else Profile()
