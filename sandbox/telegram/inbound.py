"""What a customer does in Telegram, as updates."""

from collections.abc import Callable
from typing import Any

from sandbox.acts import Act, own_bubble
from sandbox.people import Bubble, Phone
from sandbox.telegram.bot import Bot, chat, message, user
from sandbox.webhooks import Answer

Json = dict[str, Any]
NEEDED = {
    "image": "photo",
    "voice": "voice",
    "audio": "audio",
    "video": "video",
    "document": "document",
    "sticker": "sticker",
}


async def send(bot: Bot, phone: Phone, acts: list[Act]) -> Answer:
    """Show what the customer does and push it, one update per act; returns the last answer."""
    answer = Answer(204)
    for act in acts:
        kind, body = UPDATES.get(act.kind, _message)(bot, phone, act)
        answer = await bot.updates.push(kind, body)
    return answer


async def set_blocked(bot: Bot, phone: Phone, blocked: bool) -> Answer:
    """The customer blocks or unblocks the bot."""
    phone.blocked = blocked
    bot.world.touch_phone(phone)
    old, new = ("member", "kicked") if blocked else ("kicked", "member")
    member: Json = {"user": bot.me(), "status": new, **({"until_date": 0} if blocked else {})}
    body = {
        "chat": chat(phone),
        "from": user(phone),
        "date": int(bot.world.clock()),
        "old_chat_member": {"user": bot.me(), "status": old},
        "new_chat_member": member,
    }
    return await bot.updates.push("my_chat_member", body)


def _message(bot: Bot, phone: Phone, act: Act) -> tuple[str, Json]:
    bubble = own_bubble(bot.world, phone, bot.next_id(), act)
    body = _frame(bot, phone, int(bubble.id))
    body.update(PARTS[act.kind](bot, phone, act, bubble))
    reply = phone.find(act.reply_to) if act.reply_to and act.kind != "choice" else None
    if reply and reply.direction == "out":
        body["reply_to_message"] = message(bot, phone, reply)
    bot.world.show(phone, bubble)
    return "message", body


def _choice(bot: Bot, phone: Phone, act: Act) -> tuple[str, Json]:
    choice = act.chosen()
    if choice.kind != "callback":
        kind = choice.kind if choice.kind in {"contact", "location"} else "text"
        return _message(bot, phone, Act(kind, choice.title if kind == "text" else ""))
    pressed = phone.find(act.bubble)
    query = str(10**18 + int(bot.world.clock() * 1_000_000))
    bot.answered[query] = {}
    phone.last_in = bot.world.clock()
    body: Json = {"id": query, "from": user(phone), "chat_instance": phone.address[::-1], "data": choice.id}
    if pressed:
        body["message"] = message(bot, phone, pressed)
    return "callback_query", body


def _edit(bot: Bot, phone: Phone, act: Act) -> tuple[str, Json]:
    act.change(bot.world, phone.id)
    return "edited_message", {
        **_frame(bot, phone, int(act.target)),
        "edit_date": int(bot.world.clock()),
        "text": act.text,
    }


def _reaction(bot: Bot, phone: Phone, act: Act) -> tuple[str, Json]:
    before = phone.find(act.target)
    old = before.reaction if before else ""
    act.react(bot.world, phone.id)
    body: Json = {
        "chat": chat(phone),
        "message_id": int(act.target),
        "user": user(phone),
        "date": int(bot.world.clock()),
    }
    return "message_reaction", {**body, "old_reaction": _emoji(old), "new_reaction": _emoji(act.text)}


def _delete(_bot: Bot, _phone: Phone, _act: Act) -> tuple[str, Json]:
    raise ValueError("Telegram tells a bot nothing about deleted messages")


UPDATES: dict[str, Callable[[Bot, Phone, Act], tuple[str, Json]]] = {
    "choice": _choice,
    "edit": _edit,
    "reaction": _reaction,
    "delete": _delete,
}


def _text(_bot: Bot, _phone: Phone, act: Act, _bubble: Bubble) -> Json:
    body: Json = {"text": act.text}
    if act.text.startswith("/"):
        body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(act.text.split()[0])}]
    return body


def _file(bot: Bot, _phone: Phone, act: Act, bubble: Bubble) -> Json:
    stored = act.media or bot.world.media.sample(act.kind)
    file_id = f"AwAC{stored.id}"
    bot.files[file_id] = stored.id
    act.attach(bubble, "audio" if act.kind == "voice" else act.kind, stored)
    name = NEEDED[act.kind]
    known: Json = {"file_id": file_id, "file_unique_id": f"AQAD{stored.id}", "file_size": len(stored.content)}
    extras: dict[str, Json] = {
        "photo": {"width": 320, "height": 240},
        "voice": {"duration": 3, "mime_type": "audio/ogg"},
        "audio": {"duration": 3, "mime_type": "audio/ogg"},
        "video": {"width": 320, "height": 240, "duration": 3, "mime_type": stored.mime},
        "document": {"file_name": stored.name, "mime_type": stored.mime},
        "sticker": {
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": "👍",
        },
    }
    body: Json = {name: [{**known, **extras[name]}] if name == "photo" else {**known, **extras[name]}}
    return {**body, "caption": act.text} if act.text else body


def _location(_bot: Bot, _phone: Phone, act: Act, _bubble: Bubble) -> Json:
    return {"location": {"latitude": act.latitude, "longitude": act.longitude}}


def _contact(_bot: Bot, phone: Phone, _act: Act, _bubble: Bubble) -> Json:
    known = user(phone)
    return {"contact": {"phone_number": phone.number, "first_name": known["first_name"], "user_id": known["id"]}}


def _unsupported(_bot: Bot, _phone: Phone, _act: Act, _bubble: Bubble) -> Json:
    return {"dice": {"emoji": "🎲", "value": 4}}


PARTS: dict[str, Callable[[Bot, Phone, Act, Bubble], Json]] = {
    "text": _text,
    "location": _location,
    "contact": _contact,
    "unsupported": _unsupported,
    **dict.fromkeys(NEEDED, _file),
}


def _frame(bot: Bot, phone: Phone, message_id: int) -> Json:
    return {"message_id": message_id, "from": user(phone), "chat": chat(phone), "date": int(bot.world.clock())}


def _emoji(text: str) -> list[Json]:
    return [{"type": "emoji", "emoji": text}] if text else []
