"""Writes what a customer's message holds, as fields of a Message."""

from collections.abc import Callable
from typing import Any

from sandbox.platforms.telegram.bot import Bot
from sandbox.platforms.telegram.files import shown
from sandbox.platforms.telegram.shapes import user
from sandbox.world.acts import Act
from sandbox.world.media import Stored
from sandbox.world.people import Bubble, Phone

Json = dict[str, Any]
Content = Callable[[Bot, Phone, Act, Bubble], Json]
FIELDS = {
    "image": "photo",
    "voice": "voice",
    "audio": "audio",
    "video": "video",
    "video_note": "video_note",
    "animation": "animation",
    "document": "document",
    "sticker": "sticker",
}
SAMPLES = {"video_note": "video", "animation": "video"}


def content(bot: Bot, phone: Phone, act: Act, bubble: Bubble) -> Json:
    """Writes the fields of an act; changes the bubble to what the phone shows."""
    return CONTENTS[act.kind](bot, phone, act, bubble)


def _text(_bot: Bot, _phone: Phone, act: Act, _bubble: Bubble) -> Json:
    body: Json = {"text": act.text}
    if act.text.startswith("/"):
        length = len(act.text.split()[0].encode("utf-16-le")) // 2
        body["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    return body


def _start(bot: Bot, phone: Phone, act: Act, bubble: Bubble) -> Json:
    """Opens the deep link t.me/<bot>?start=<payload>; the phone shows only /start."""
    payload = str(act.data.get("payload", ""))
    bubble.kind, bubble.text = "text", "/start"
    return _text(bot, phone, Act("text", f"/start {payload}".strip()), bubble)


def _file(bot: Bot, _phone: Phone, act: Act, bubble: Bubble) -> Json:
    stored = act.media or bot.world.media.sample(SAMPLES.get(act.kind, act.kind))
    field = FIELDS[act.kind]
    bubble.media = shown(field, stored)
    size = int(act.data.get("claimed_size", 0))
    bubble.media.size = size or bubble.media.size
    if act.kind == "image":
        small = bot.world.media.add(stored.mime, stored.content, stored.name)
        sizes = [{**bot.files.describe(field, small), "width": 90, "height": 68}]
        body: Json = {field: [*sizes, {**bot.files.describe(field, stored, size), "width": 320, "height": 240}]}
    else:
        body = {field: {**bot.files.describe(field, stored, size), **_extras(act, stored)}}
    if act.kind == "animation":
        body["document"] = {**body[field]}
    return {**body, "caption": act.text} if act.text else body


def _extras(act: Act, stored: Stored) -> Json:
    seconds = int(act.data.get("duration", 3))
    sizes = {"width": 320, "height": 240}
    extras: dict[str, Json] = {
        "voice": {"duration": seconds, "mime_type": stored.mime},
        "audio": {"duration": seconds, "mime_type": stored.mime, "title": "Song", "file_name": stored.name},
        "video": {**sizes, "duration": seconds, "mime_type": stored.mime, "file_name": stored.name},
        "video_note": {"length": 240, "duration": seconds},
        "animation": {**sizes, "duration": seconds, "mime_type": stored.mime, "file_name": "animation.mp4"},
        "document": {"file_name": stored.name, "mime_type": stored.mime},
        "sticker": {
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": bool(act.data.get("animated")),
            "is_video": bool(act.data.get("video")),
            "emoji": str(act.data.get("emoji", "👍")),
            "set_name": str(act.data.get("set", "HotCherry")),
        },
    }
    return extras[act.kind]


def _location(_bot: Bot, _phone: Phone, act: Act, bubble: Bubble) -> Json:
    bubble.kind = "location"
    return {"location": {"latitude": act.latitude, "longitude": act.longitude}}


def _live(_bot: Bot, _phone: Phone, act: Act, bubble: Bubble) -> Json:
    bubble.kind, bubble.text = "location", "Live location"
    period = int(act.data.get("seconds", 900))
    place = {"latitude": act.latitude, "longitude": act.longitude, "horizontal_accuracy": 12.5, "live_period": period}
    return {"location": place}


def _venue(_bot: Bot, _phone: Phone, act: Act, bubble: Bubble) -> Json:
    place = {"latitude": act.latitude, "longitude": act.longitude}
    title, address = str(act.data.get("name", "Café Aurora")), str(act.data.get("address", "12 Main St, Springfield"))
    bubble.kind, bubble.text = "location", f"{title}\n{address}"
    return {"venue": {"location": place, "title": title, "address": address}, "location": place}


def _contact(_bot: Bot, phone: Phone, act: Act, bubble: Bubble) -> Json:
    """Shares the customer's own number, or with {"contact": {"name", "phone", "user_id"?}} somebody's."""
    other = act.data.get("contact")
    if not isinstance(other, dict):
        known = user(phone)
        names = {name: known[name] for name in ("first_name", "last_name") if name in known}
        bubble.text = f"{phone.name}\n{phone.number}"
        return {"contact": {"phone_number": phone.number, **names, "user_id": known["id"]}}
    name, number = str(other.get("name", "Anna Berg")), str(other.get("phone", "+12025550177"))
    bubble.text = f"{name}\n{number}"
    card = f"BEGIN:VCARD\nVERSION:2.1\nFN:{name}\nTEL;CELL:{number}\nEND:VCARD"
    body: Json = {"phone_number": number, "first_name": name, "vcard": card}
    return {"contact": {**body, "user_id": int(other["user_id"])} if other.get("user_id") else body}


def _poll(bot: Bot, _phone: Phone, act: Act, bubble: Bubble) -> Json:
    question = act.text or "Red or blue?"
    bubble.text = f"Poll: {question}"
    return {
        "poll": {
            "id": str(10**17 + int(bot.world.clock())),
            "question": question,
            "options": [
                {"persistent_id": name, "text": text, "voter_count": 0} for name, text in (("a", "Red"), ("b", "Blue"))
            ],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": True,
            "members_only": False,
        }
    }


def _dice(_bot: Bot, _phone: Phone, _act: Act, bubble: Bubble) -> Json:
    bubble.text = "🎲 4"
    return {"dice": {"emoji": "🎲", "value": 4}}


def _story(_bot: Bot, phone: Phone, _act: Act, bubble: Bubble) -> Json:
    bubble.text = "Story"
    return {"story": {"chat": {"id": int(phone.address), "type": "private", "first_name": phone.name}, "id": 7}}


def _unknown(_bot: Bot, _phone: Phone, _act: Act, bubble: Bubble) -> Json:
    """Sends something newer than any library knows."""
    bubble.text = "Something new"
    return {"hologram": {"file_id": "HGAC1", "depth": 3}}


def _service(_bot: Bot, _phone: Phone, _act: Act, bubble: Bubble) -> Json:
    """Writes Telegram's own message in the chat; nobody said anything."""
    bubble.text = "Auto-delete timer set"
    return {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86_400}}


CONTENTS: dict[str, Content] = {
    "text": _text,
    "start": _start,
    "location": _location,
    "live": _live,
    "venue": _venue,
    "contact": _contact,
    "poll": _poll,
    "dice": _dice,
    "story": _story,
    "unsupported": _dice,
    "unknown": _unknown,
    "service": _service,
    **dict.fromkeys(FIELDS, _file),
}
