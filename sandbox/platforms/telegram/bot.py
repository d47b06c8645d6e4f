"""Plays one bot and its chats: ids, pace, messages as the API shows them."""

from typing import Any

import msgspec

from sandbox.platforms.telegram import limits
from sandbox.platforms.telegram.errors import TelegramError, bad, too_many
from sandbox.platforms.telegram.files import Files, Known
from sandbox.platforms.telegram.shapes import chat, topic
from sandbox.platforms.telegram.updates import KeptUpdates, Updates
from sandbox.wire.buckets import Buckets
from sandbox.world.media import Stored
from sandbox.world.people import Bubble, Choice, Media, Phone
from sandbox.world.world import World

Json = dict[str, Any]
EPOCH = 1_700_000_000
KEYS = {"text", "contact", "location"}


class KeptBot(msgspec.Struct):
    """What a bot goes on with after a restart."""

    updates: KeptUpdates
    files: dict[str, Known]
    answered: dict[str, Json]
    commands: dict[str, list[Json]]
    last_id: int


class Bot:
    """Plays one bot and its chats. `account` is "main" or "second"."""

    def __init__(self, world: World, account: str = "main") -> None:
        self.world = world
        self.account = account
        self.updates = Updates(world, account)
        self.files = Files(world, account)
        self.answered: dict[str, Json] = {}
        self.commands: dict[str, list[Json]] = {}
        self._last_id = int(world.clock()) - EPOCH
        self._flooded_until = 0.0
        self._all = Buckets(rate=30, burst=33)
        self._chats = Buckets(rate=1, burst=6)

    @property
    def token(self) -> str:
        """Returns the secret of this bot's calls."""
        return self.world.setting("TELEGRAM_BOT_TOKEN", self.account)

    def me(self) -> Json:
        """Describes the bot as a User."""
        extra, second = self.world.config.extra, self.account != "main"
        return {
            "id": int(self.token.split(":")[0]),
            "is_bot": True,
            "first_name": f"{self.world.config.shop} 2" if second else self.world.config.shop,
            "username": extra["telegram_second_bot_name" if second else "telegram_bot_name"],
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def phone(self, params: Json) -> Phone:
        """Finds the chat of a call; TelegramError when there is none, it never started, or it blocked the bot."""
        phone = self.world.directory.find("telegram", str(params.get("chat_id", "")), self.account)
        if phone is None:
            raise bad("chat not found")
        if phone.blocked:
            raise TelegramError(403, "Forbidden: bot was blocked by the user")
        if phone.last_in is None:
            raise TelegramError(403, "Forbidden: bot can't initiate conversation with a user")
        return phone

    def pace(self, phone: Phone) -> None:
        """Counts a send; raises TelegramError 429. Who is told to wait, waits in all chats."""
        now = self.world.clock()
        if now < self._flooded_until:
            raise too_many(self._flooded_until - now)
        if not self.world.pace.limits:
            return
        wait = self._chats.take(phone.address, now) or self._all.take("bot", now)
        if wait:
            raise too_many(wait)

    def flood(self, seconds: float) -> None:
        """Refuses every send of this bot for a while."""
        self._flooded_until = self.world.clock() + seconds

    def next_id(self) -> str:
        """Makes a new message id; never used before, not even before a restart."""
        self._last_id += 1
        return str(self._last_id)

    def reset(self) -> None:
        """Fills the rate limits again and forgets what waits."""
        self._all.clear()
        self._chats.clear()
        self._flooded_until = 0.0
        self.updates.reset()

    def kept(self) -> KeptBot:
        """Says what is to outlive a restart."""
        return KeptBot(self.updates.kept(), self.files.kept(), self.answered, self.commands, self._last_id)

    def take_up(self, kept: KeptBot) -> None:
        """Goes on where it ended."""
        self.updates.take_up(kept.updates)
        self.files.take_up(kept.files)
        self.answered, self.commands = kept.answered, kept.commands
        self._last_id = max(kept.last_id, self._last_id)

    def post(
        self, params: Json, kind: str, text: str, media: Media | None = None, stored: Stored | None = None
    ) -> Json:
        """Puts a message into a chat; returns it as the API does."""
        phone = self.phone(params)
        markup = params.get("reply_markup")
        choices = limits.choices_of(markup)
        reply_to = self._reply_to(phone, params)
        self.check_topic(phone, params)
        self.pace(phone)
        if limits.changes_keyboard(markup):
            self._drop_keys(phone)
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
            album=str(params.get("media_group_id") or ""),
            raw=limits.plain(params),
        )
        self.world.show(phone, bubble)
        return self.message(phone, bubble, stored)

    def message(self, phone: Phone, bubble: Bubble, stored: Stored | None = None) -> Json:
        """Makes a Message object of a bubble of this bot."""
        now = int(self.world.clock())
        body: Json = {"message_id": int(bubble.id), "from": self.me(), "chat": chat(phone), "date": now}
        if bubble.kind == "text":
            body["text"] = bubble.text
        elif bubble.text and bubble.media:
            body["caption"] = bubble.text
        if bubble.raw.get("entities") and bubble.kind == "text":
            body["entities"] = bubble.raw["entities"]
        markup = bubble.raw.get("reply_markup") or {}
        if markup.get("inline_keyboard"):
            body["reply_markup"] = {"inline_keyboard": markup["inline_keyboard"]}
        if bubble.album:
            body["media_group_id"] = bubble.album
        within = topic(bubble.raw.get("message_thread_id"))
        return {**body, **within, **self._attached(bubble, stored), **_extras(bubble)}

    def tapped(self, phone: Phone, bubble_id: str, choice: Choice) -> None:
        """Folds away a one-time keyboard of which a key was tapped."""
        bubble = phone.find(bubble_id)
        if bubble and choice.kind in KEYS and (bubble.raw.get("reply_markup") or {}).get("one_time_keyboard"):
            self._drop_keys(phone)

    def check_topic(self, phone: Phone, params: Json) -> None:
        """Raises TelegramError for a topic in which the customer never wrote, as for one that they deleted."""
        wanted = params.get("message_thread_id")
        known = {str(each.raw.get("message_thread_id")) for each in phone.bubbles if each.direction == "in"}
        if wanted and str(wanted) not in known:
            raise bad("message thread not found")

    def _reply_to(self, phone: Phone, params: Json) -> str:
        given = params.get("reply_parameters") or {}
        wanted = str(given.get("message_id") or params.get("reply_to_message_id") or "")
        lenient = given.get("allow_sending_without_reply") or params.get("allow_sending_without_reply")
        if wanted and not phone.find(wanted):
            if not lenient:
                raise bad("message to be replied not found")
            return ""
        return wanted

    def _drop_keys(self, phone: Phone) -> None:
        for bubble in phone.bubbles:
            if bubble.direction == "out" and any(choice.kind in KEYS for choice in bubble.choices):
                bubble.choices = [choice for choice in bubble.choices if choice.kind not in KEYS]
                self.world.touch(bubble)

    def _attached(self, bubble: Bubble, stored: Stored | None) -> Json:
        if not bubble.media:
            return {}
        known = stored or self.world.media.get(bubble.media.path.rsplit("/", 1)[-1])
        unknown = {"file_id": f"BQAC{bubble.id}", "file_unique_id": f"AQAD{bubble.id}"}
        described = self.files.describe(bubble.kind, known) if known else unknown
        sizes = {"width": 320, "height": 240}
        if bubble.kind == "photo":
            return {"photo": [{**described, **sizes}]}
        needed: dict[str, Json] = {
            "video": {**sizes, "duration": 3},
            "animation": {**sizes, "duration": 3},
            "voice": {"duration": 3},
            "audio": {"duration": 3},
            "sticker": {"width": 512, "height": 512, "type": "regular", "is_animated": False, "is_video": False},
        }
        file = {**described, **needed.get(bubble.kind, {"file_name": bubble.media.name})}
        return {bubble.kind: file, **({"document": file} if bubble.kind == "animation" else {})}


def _extras(bubble: Bubble) -> Json:
    if bubble.kind == "location":
        return {"location": {name: float(bubble.raw[name]) for name in ("latitude", "longitude")}}
    return {}
