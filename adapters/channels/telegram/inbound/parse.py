"""Parses an update of the Bot API into an inbound event. One update per request."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import msgspec
from telegram import Chat

from adapters.channels.telegram.inbound.changes import read_membership, read_reaction
from adapters.channels.telegram.inbound.messages import read_edit, read_message
from adapters.channels.telegram.inbound.presses import read_press
from adapters.channels.telegram.inbound.update import (
    WRONG_TYPES,
    Json,
    Update,
    address_of,
    chat_of,
    moment,
    profile_of,
    route_of,
    unsupported,
    user_of,
)
from adapters.transport.batch import put_aside, unnamed
from adapters.transport.json_text import without_nul
from core.content.facts import facts
from core.encoding import encode
from core.errors import MalformedPayload
from core.messages.inbound import AccountNews, InboundEvent, Unsupported, decode_event
from core.people.addresses import Address
from core.ports.webhooks import RawRequest

READERS: dict[str, Callable[[Update], InboundEvent]] = {
    "message": read_message,
    "edited_message": read_edit,
    "callback_query": read_press,
    "message_reaction": read_reaction,
    "my_chat_member": read_membership,
}
# What we ask Telegram for; message_reaction is never sent unless it is named.
ALLOWED_UPDATES = tuple(READERS)
# Users of Telegram itself, which stand for no person: its service messages, anonymous admins, channels.
NO_PEOPLE = (777000, 1087968824, 136817688)
ESSENTIAL = (
    *("message_id", "date", "edit_date", "chat", "from", "text"),
    *("message_thread_id", "is_topic_message"),
)


def parser(account: str) -> Callable[[RawRequest, datetime], list[InboundEvent]]:
    """Makes a pure reader of this bot's updates. Raises MalformedPayload unless the body is JSON with an update_id."""

    def parse(raw: RawRequest, now: datetime) -> list[InboundEvent]:
        event = parse_update(_load(raw.body), account, now)
        if isinstance(event, Unsupported) and event.kind == "foreign_account":
            return [event, _unnamed(event.sender.account, now)]
        return [event]

    return parse


def parse_stray(raw: RawRequest, now: datetime) -> list[InboundEvent]:
    """Keeps an update at the path of a bot that no setting names, and tells of it. Raises MalformedPayload as above."""
    name = PurePosixPath(urlsplit(raw.url).path).name[:64]
    return [put_aside("foreign_account", Address("telegram", name, ""), _load(raw.body), now), _unnamed(name, now)]


def _unnamed(bot: str, now: datetime) -> AccountNews:
    cure = "add {channel: telegram, account: …, bot_token: …, webhook_secret: …} of that bot to CHANNELS_FILE"
    return unnamed("telegram", bot, bot, cure, now)


def parse_update(data: Json, account: str, now: datetime) -> InboundEvent:
    """Parses the event that one raw update (a dict with `update_id`) means to the bot with the id `account`."""
    kind = next((each for each in READERS if each in data), "") or _kind(data)
    body = data.get(kind)
    update = Update(account, data["update_id"], kind, body if isinstance(body, dict) else {}, data, now)
    for attempt in (update, *_words_alone(update)):
        try:
            return decode_event(encode(_event(attempt)))
        except WRONG_TYPES:
            continue
    return _unreadable(update)


def _load(body: bytes) -> Json:
    try:
        data = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedPayload("the body is not JSON") from error
    if not isinstance(data, dict) or type(data.get("update_id")) is not int:
        raise MalformedPayload("no update_id", "$.update_id")
    return without_nul(data) if b"\\u0000" in body else data


def _kind(data: Json) -> str:
    return next((key for key in data if key != "update_id"), "empty")


def _event(update: Update) -> InboundEvent:
    """Reads an event of a private chat; other bots get no answer, or two would talk for ever."""
    chat, reader = chat_of(update), READERS.get(update.kind)
    if chat is not None and chat.get("type") != Chat.PRIVATE:
        return unsupported(update, "group", keep=False)
    if reader is None:
        return unsupported(update, update.kind, keep="business" not in update.kind)
    stranger = _foreign(update)
    if stranger:
        sender = Address("telegram", stranger, "")
        return msgspec.structs.replace(unsupported(update, "foreign_account"), sender=sender)
    if _is_program(user_of(update) or {}):
        return unsupported(update, "bot")
    return reader(update)


def _is_program(user: Json) -> bool:
    return user.get("is_bot") is True or user.get("id") in NO_PEOPLE


def _foreign(update: Update) -> str:
    """Finds the id of another bot that the update names as itself: the webhooks of two are mixed up."""
    member = update.body.get("new_chat_member") or update.body.get("message") or {}
    itself = member.get("user") or member.get("from") or {}
    other = itself.get("is_bot") is True and str(itself["id"]) != update.account
    return str(itself["id"]) if other else ""


def _words_alone(update: Update) -> list[Update]:
    """Returns the update with its text only, for when the library cannot read something beside it."""
    if not isinstance(update.body.get("text"), str):
        return []
    return [update._replace(body={key: update.body[key] for key in ESSENTIAL if key in update.body})]


def _unreadable(update: Update) -> Unsupported:
    """Keeps who sent it and when, as far as that can be read: a message gets an answer even then."""
    chat, sender, sent_at = chat_of(update), Address("telegram", update.account, ""), update.now
    with suppress(*WRONG_TYPES):
        sender = address_of(update)
        sent_at = moment(update.body["date"])
    private = chat is not None and chat.get("type") == Chat.PRIVATE
    return Unsupported(
        external_id=update.external_id,
        sender=sender,
        sent_at=sent_at,
        kind="unreadable",
        raw=update.raw,
        answerable=private and update.kind == "message" and sender.value != "",
        profile=profile_of(update),
        sequence=update.number,
        said=facts(update.body) if private else {},
        route=route_of(update.body),
    )
