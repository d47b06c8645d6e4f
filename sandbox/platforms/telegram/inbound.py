"""Makes updates of what a customer does in Telegram."""

import asyncio
from collections.abc import Callable
from typing import Any

from sandbox.platforms.telegram.bot import Bot
from sandbox.platforms.telegram.contents import CONTENTS, content
from sandbox.platforms.telegram.shapes import chat, emoji, frame, group, replied, topic, user
from sandbox.wire.webhooks import Answer
from sandbox.world import ids
from sandbox.world.acts import Act, own_bubble
from sandbox.world.people import Bubble, Phone

Json = dict[str, Any]
Update = tuple[str, Json]


async def send(bot: Bot, phone: Phone, acts: list[Act]) -> Answer:
    """Shows what the customer does and pushes it, one update per act; returns the last answer."""
    answer = Answer(204)
    for act in acts:
        if act.kind == "album":
            answer = await _album(bot, phone, act)
        else:
            answer = await bot.updates.push(*UPDATES.get(act.kind, _message)(bot, phone, act))
    return answer


async def set_blocked(bot: Bot, phone: Phone, blocked: bool) -> Answer:
    """Blocks or unblocks the bot, as the customer does."""
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


async def _album(bot: Bot, phone: Phone, act: Act) -> Answer:
    """Sends several photos or videos: messages that share a media_group_id, pushed all at once.

    {"count": 3, "kinds": ["image", "video"]?, "reverse": true?}: reversed, the last one is on its way first.
    """
    count = int(act.data.get("count", 3))
    if not 2 <= count <= 10:
        raise ValueError("an album has 2 to 10 parts")
    kinds = [str(kind) for kind in act.data.get("kinds") or ["image"]]
    album = ids.numeric(bot.next_id(), 17)
    parts = [
        Act(kinds[number % len(kinds)], act.text if number == 0 else "", reply_to=act.reply_to, data=act.data)
        for number in range(count)
    ]
    updates = []
    for part in parts:
        kind, body = _message(bot, phone, part, album)
        updates.append((kind, {**body, "media_group_id": album}))
    if act.data.get("reverse"):
        updates.reverse()
    answers = await asyncio.gather(*(bot.updates.push(*update) for update in updates))
    return next((answer for answer in answers if not answer.ok), answers[-1])


def _message(bot: Bot, phone: Phone, act: Act, album: str = "") -> Update:
    """Makes a message; {"topic": 7}: it is written in that topic of the chat, which begins with it."""
    bubble = own_bubble(bot.world, phone, bot.next_id(), act)
    bubble.album = album
    now = bot.world.clock()
    body = content(bot, phone, act, bubble)
    body |= _context(bot, phone, act, bubble)
    body |= topic(act.data.get("topic"))
    bubble.raw = body
    bot.world.show(phone, bubble)
    whole = {**frame(phone, int(bubble.id), now), **body}
    return "message", {**whole, "chat": group(phone)} if act.data.get("group") else whole


def _context(bot: Bot, phone: Phone, act: Act, bubble: Bubble) -> Json:
    """Adds what the message answers or quotes, or where it was forwarded from."""
    now, body = bot.world.clock(), {}
    reply = phone.find(act.reply_to) if act.reply_to and act.kind != "choice" else None
    if reply:
        body["reply_to_message"] = replied(reply, phone, bot.me(), now)
        if act.data.get("quote"):
            bubble.quote = str(act.data["quote"])
            position = max(0, len(reply.text[: reply.text.find(bubble.quote)].encode("utf-16-le")) // 2)
            body["quote"] = {"text": bubble.quote, "position": position, "is_manual": True}
    if act.data.get("forwarded"):
        body["forward_origin"] = {"type": "hidden_user", "date": int(now) - 3600, "sender_user_name": "Anna Berg"}
    return body


def _choice(bot: Bot, phone: Phone, act: Act) -> Update:
    """Taps a choice: a key becomes a message; an inline button a callback_query.

    {"old": true}: Telegram no longer shows the message; {"gone": true}: it does not even name it.
    """
    choice = act.chosen()
    bot.tapped(phone, act.bubble, choice)
    if choice.kind != "callback":
        kind = choice.kind if choice.kind in {"contact", "location"} else "text"
        return _message(bot, phone, Act(kind, choice.title if kind == "text" else "", data=act.data))
    pressed = phone.find(act.bubble)
    query = str(10**18 + int(bot.world.clock() * 1_000_000))
    bot.answered[query] = {}
    phone.last_in = bot.world.clock()
    body: Json = {"id": query, "from": user(phone), "chat_instance": phone.address[::-1], "data": choice.id}
    if pressed and act.data.get("old"):
        body["message"] = {"chat": chat(phone), "message_id": int(pressed.id), "date": 0}
    elif pressed and act.data.get("gone"):
        body["inline_message_id"] = f"BAAAA{pressed.id}"
    elif pressed:
        body["message"] = bot.message(phone, pressed)
    return "callback_query", body


def _edit(bot: Bot, phone: Phone, act: Act) -> Update:
    """Changes the text or the caption."""
    bubble = _own(phone, act)
    act.change(bot.world, phone.id)
    name = "caption" if bubble.media else "text"
    bubble.raw = {**{key: value for key, value in bubble.raw.items() if key != "entities"}, name: act.text}
    return "edited_message", _changed(bot, phone, bubble)


def _live_edit(bot: Bot, phone: Phone, act: Act) -> Update:
    """Moves a live location; {"stop": true}: the customer shares their place no longer."""
    bubble = _own(phone, act)
    if "live_period" not in bubble.raw.get("location", {}):
        raise ValueError("this is no live location")
    place = {**bubble.raw["location"], "latitude": act.latitude, "longitude": act.longitude}
    if act.data.get("stop"):
        del place["live_period"]
    bubble.raw, bubble.edited = {**bubble.raw, "location": place}, True
    bot.world.touch(bubble)
    return "edited_message", _changed(bot, phone, bubble)


def _changed(bot: Bot, phone: Phone, bubble: Bubble) -> Json:
    now = bot.world.clock()
    extra = {"media_group_id": bubble.album} if bubble.album else {}
    return {**frame(phone, int(bubble.id), now), **bubble.raw, **extra, "edit_date": int(now)}


def _own(phone: Phone, act: Act) -> Bubble:
    bubble = phone.find(act.target)
    if bubble is None or bubble.direction != "in":
        raise ValueError(f"the customer wrote no message {act.target!r}")
    return bubble


def _reaction(bot: Bot, phone: Phone, act: Act) -> Update:
    before = phone.find(act.target)
    old = before.reaction if before else ""
    act.react(bot.world, phone.id)
    body: Json = {
        "chat": chat(phone),
        "message_id": int(act.target),
        "user": user(phone),
        "date": int(bot.world.clock()),
    }
    return "message_reaction", {**body, "old_reaction": emoji(old), "new_reaction": emoji(act.text)}


UPDATES: dict[str, Callable[[Bot, Phone, Act], Update]] = {
    "choice": _choice,
    "edit": _edit,
    "live_edit": _live_edit,
    "reaction": _reaction,
}
KINDS = frozenset({*CONTENTS, *UPDATES, "album"} - {"choice"})
