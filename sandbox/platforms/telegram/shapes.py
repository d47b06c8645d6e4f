"""Makes objects of the Bot API: users, chats, messages of the bot."""

from typing import Any

from sandbox.world import ids
from sandbox.world.people import Bubble, Phone

Json = dict[str, Any]


def user(phone: Phone) -> Json:
    """Describes a customer as a User."""
    first, _, last = phone.name.partition(" ")
    known = {
        "id": int(phone.address),
        "is_bot": False,
        "first_name": first,
        "language_code": "zh-hans" if phone.locale.startswith("zh") else "en",
    }
    return {**known, "last_name": last} if last else known


def chat(phone: Phone) -> Json:
    """Describes a customer as a private Chat."""
    known = user(phone)
    return {
        "id": known["id"],
        "type": "private",
        **{name: known[name] for name in ("first_name", "last_name") if name in known},
    }


def group(phone: Phone) -> Json:
    """Describes a group that the customer put the bot into."""
    return {"id": -1_000_000_000_000 - int(ids.numeric(phone.id, 9)), "type": "supergroup", "title": "Family"}


def frame(phone: Phone, message_id: int, now: float) -> Json:
    """Writes the fields that every message of a customer has."""
    return {"message_id": message_id, "from": user(phone), "chat": chat(phone), "date": int(now)}


def topic(number: object) -> Json:
    """Writes the fields of a message in a topic of a private chat; none for a chat without topics."""
    return {"message_thread_id": int(str(number)), "is_topic_message": True} if number else {}


def emoji(text: str) -> list[Json]:
    """Makes a list of ReactionType; empty without an emoji."""
    return [{"type": "emoji", "emoji": text}] if text else []


def replied(bubble: Bubble, phone: Phone, bot: Json, now: float) -> Json:
    """Writes a message as it stands in `reply_to_message`: the bot's own or the customer's."""
    if bubble.direction == "in":
        return {**frame(phone, int(bubble.id), now), **_content(bubble)}
    return {"message_id": int(bubble.id), "from": bot, "chat": chat(phone), "date": int(now), **_words(bubble)}


def _content(bubble: Bubble) -> Json:
    return {name: value for name, value in bubble.raw.items() if name not in {"reply_to_message", "quote"}}


def _words(bubble: Bubble) -> Json:
    if bubble.kind != "text":
        return {"caption": bubble.text} if bubble.text else {}
    known = {"text": bubble.text}
    return {**known, "entities": bubble.raw["entities"]} if bubble.raw.get("entities") else known
