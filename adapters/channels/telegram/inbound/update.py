"""Reads what all kinds of updates have: where it happened, who did it, when."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from telegram import User

from core.messages.inbound import Unsupported
from core.messages.pieces import Profile
from core.people.addresses import Address

Json = dict[str, Any]
# What the library, or we, may stumble over in a field of a wrong type; writing the event as for its row finds the rest.
WRONG_TYPES = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError, msgspec.MsgspecError)


class Update(NamedTuple):
    """Holds an update of the kind `kind` (the one field beside `update_id`), whose value is `body`."""

    account: str  # the id of the bot that it came to
    number: int
    kind: str
    body: Json
    raw: Json
    now: datetime

    @property
    def external_id(self) -> str:
        """Returns the id that is the same for each delivery of this update."""
        return str(self.number)


def chat_of(update: Update) -> Json | None:
    """Finds where it happened, also for a pressed button; None where Telegram says nothing of a chat."""
    chat = update.body.get("chat")
    if chat is None and isinstance(message := update.body.get("message"), dict):
        chat = message.get("chat")
    return chat if isinstance(chat, dict) else None


def user_of(update: Update) -> Any:
    """Finds who did it, in Telegram's form."""
    return update.body.get("from") or update.body.get("user")


def address_of(update: Update) -> Address:
    """Reads the address: the chat where we answer; without one the user's private chat, which has the user's id.

    Raises TypeError when neither has a number.
    """
    place = chat_of(update) or user_of(update)
    return Address("telegram", update.account, str(number(place["id"])) if place else "")


def profile_of(update: Update) -> Profile:
    """Reads the user's name and language as far as that can be done: nothing depends on them."""
    try:
        user = User.de_json(user_of(update), None)
        name, language, user_name = words(user.full_name).strip(), user.language_code or "", words(user.username)
    except (AttributeError, TypeError, ValueError):
        return Profile()
    return Profile(name or (f"@{user_name}" if user_name else ""), words(language))


def moment(seconds: Any) -> datetime:
    """Reads a date of the Bot API. Raises TypeError or ValueError for what is none."""
    return datetime.fromtimestamp(number(seconds), UTC)


def number(value: Any) -> int:
    """Returns `value`, which must be a whole number. Raises TypeError."""
    if type(value) is not int:
        raise TypeError(f"no whole number but {type(value).__name__}")
    return value


def words(value: Any) -> str:
    """Returns `value` where it is text, else "": for what may be missing."""
    return value if isinstance(value, str) else ""


def route_of(message: Any) -> str:
    """Reads the topic of a private chat that a message belongs to; "" where there is none."""
    topic = message.get("message_thread_id") if isinstance(message, dict) else None
    return str(topic) if type(topic) is int and message.get("is_topic_message") is True else ""


def unsupported(
    update: Update, kind: str, *, answerable: bool = False, keep: bool = True, said: dict[str, str] | None = None
) -> Unsupported:
    """Makes the update an item that is only kept; without its raw form (`keep`) where it is other people's talk.
    `said`: what can be read of it."""
    date = update.body.get("edit_date") or update.body.get("date")
    return Unsupported(
        external_id=update.external_id,
        sender=address_of(update),
        sent_at=moment(date) if date else update.now,
        kind=kind,
        raw=update.raw if keep else None,
        answerable=answerable,
        profile=profile_of(update),
        sequence=update.number,
        route=route_of(update.body),
        said=said or {},
    )
