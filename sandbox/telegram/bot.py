"""One bot and its chats: ids, pace, messages as the API shows them."""

from typing import Any

from sandbox.buckets import Buckets
from sandbox.people import Bubble, Media, Phone
from sandbox.telegram import limits
from sandbox.telegram.errors import TelegramError, bad, too_many
from sandbox.telegram.updates import Updates
from sandbox.world import World

Json = dict[str, Any]
EPOCH = 1_700_000_000


class Bot:
    """One bot and its chats."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.updates = Updates(world)
        self.files: dict[str, str] = {}
        self.answered: dict[str, Json] = {}
        self._last_id = int(world.clock()) - EPOCH
        self._all = Buckets(rate=30, burst=33)
        self._chats = Buckets(rate=1, burst=6)

    def me(self) -> Json:
        """The bot as a User."""
        token = self.world.setting("TELEGRAM_BOT_TOKEN")
        name = self.world.config.extra["telegram_bot_name"]
        return {
            "id": int(token.split(":")[0]),
            "is_bot": True,
            "first_name": "Northwind",
            "username": name,
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def phone(self, params: Json) -> Phone:
        """The chat that a call is for; TelegramError when there is none, it never started, or it blocked the bot."""
        phone = self.world.directory.find("telegram", str(params.get("chat_id", "")))
        if phone is None:
            raise bad("chat not found")
        if phone.blocked:
            raise TelegramError(403, "Forbidden: bot was blocked by the user")
        if phone.last_in is None:
            raise TelegramError(403, "Forbidden: bot can't initiate conversation with a user")
        return phone

    def pace(self, phone: Phone) -> None:
        """Count a send; raises TelegramError 429."""
        if not self.world.pace.limits:
            return
        now = self.world.clock()
        wait = self._chats.take(phone.address, now) or self._all.take("bot", now)
        if wait:
            raise too_many(wait)

    def next_id(self) -> str:
        """A new message id; never used before, not even before a restart."""
        self._last_id += 1
        return str(self._last_id)

    def reset(self) -> None:
        """Fill the rate limits again."""
        self._all.clear()
        self._chats.clear()

    def post(self, params: Json, kind: str, text: str, media: Media | None = None) -> Json:
        """Put a message into a chat; returns it as the API does."""
        phone = self.phone(params)
        choices = limits.choices_of(params.get("reply_markup"))
        reply_to = str(
            (params.get("reply_parameters") or {}).get("message_id") or params.get("reply_to_message_id") or ""
        )
        if (
            reply_to
            and not phone.find(reply_to)
            and not (params.get("reply_parameters") or {}).get("allow_sending_without_reply")
        ):
            raise bad("message to be replied not found")
        self.pace(phone)
        bubble = Bubble(
            id=self.next_id(),
            phone=phone.id,
            direction="out",
            kind=kind,
            text=text,
            time=self.world.stamp(),
            status="sent",
            reply_to=reply_to,
            choices=choices,
            media=media,
            raw=params,
        )
        self.world.show(phone, bubble)
        return message(self, phone, bubble)


def user(phone: Phone) -> Json:
    """A customer as a User."""
    first, _, last = phone.name.partition(" ")
    known = {
        "id": int(phone.address),
        "is_bot": False,
        "first_name": first,
        "language_code": "zh-hans" if phone.locale.startswith("zh") else "en",
    }
    return {**known, "last_name": last} if last else known


def chat(phone: Phone) -> Json:
    """A customer as a private Chat."""
    known = user(phone)
    return {
        "id": known["id"],
        "type": "private",
        **{name: known[name] for name in ("first_name", "last_name") if name in known},
    }


def message(bot: Bot, phone: Phone, bubble: Bubble) -> Json:
    """A Message object of a bubble of the bot."""
    body: Json = {"message_id": int(bubble.id), "from": bot.me(), "chat": chat(phone), "date": int(bot.world.clock())}
    if bubble.kind == "text":
        body["text"] = bubble.text
        if bubble.raw.get("entities"):
            body["entities"] = bubble.raw["entities"]
    elif bubble.text:
        body["caption"] = bubble.text
    markup = bubble.raw.get("reply_markup") or {}
    if markup.get("inline_keyboard"):
        body["reply_markup"] = {"inline_keyboard": markup["inline_keyboard"]}
    if bubble.media:
        body[bubble.kind] = _file(bot, bubble)
    return body


def _file(bot: Bot, bubble: Bubble) -> Any:
    stored_id = bubble.media.path.rsplit("/", 1)[-1] if bubble.media else ""
    file_id = f"BQAC{stored_id or bubble.id}"
    if stored_id:
        bot.files[file_id] = stored_id
    described = {"file_id": file_id, "file_unique_id": f"AQAD{stored_id or bubble.id}"}
    if bubble.kind == "photo":
        return [{**described, "width": 320, "height": 240}]
    return described
