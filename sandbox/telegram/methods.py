"""The Bot API's methods."""

from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.buckets import Buckets
from sandbox.people import Bubble, Media, Phone
from sandbox.telegram import limits
from sandbox.telegram.errors import TelegramError, bad, too_many
from sandbox.telegram.updates import Updates
from sandbox.world import World

Json = dict[str, Any]
EPOCH = 1_700_000_000
Method = Callable[["Bot", Json], Awaitable[Any]]


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
        """The chat that a call is for; raises TelegramError when there is none, it never started, or it blocked the bot."""
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


async def _get_me(bot: Bot, _params: Json) -> Json:
    return bot.me()


async def _set_webhook(bot: Bot, params: Json) -> bool:
    url = str(params.get("url") or "")
    if url and not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    bot.updates.set_webhook(
        url,
        str(params.get("secret_token") or ""),
        params.get("allowed_updates"),
        bool(params.get("drop_pending_updates")),
    )
    return True


async def _delete_webhook(bot: Bot, params: Json) -> bool:
    bot.updates.set_webhook("", "", None, bool(params.get("drop_pending_updates")))
    return True


async def _webhook_info(bot: Bot, _params: Json) -> Json:
    return bot.updates.info()


async def _get_updates(bot: Bot, params: Json) -> list[Json]:
    timeout = min(float(params.get("timeout") or 0), 50)
    return await bot.updates.poll(
        int(params.get("offset") or 0), int(params.get("limit") or 100), timeout, params.get("allowed_updates")
    )


async def _send_message(bot: Bot, params: Json) -> Json:
    bot.phone(params)
    return bot.post(params, "text", limits.text_of(params, "text", 4096))


def _send_file(kind: str) -> Method:
    async def send(bot: Bot, params: Json) -> Json:
        bot.phone(params)
        caption = limits.text_of(params, "caption", 1024)
        given = params.get(kind)
        if not given:
            raise bad(f"there is no {kind} in the request")
        return bot.post(params, kind, caption, _media(bot, kind, given))

    return send


async def _send_location(bot: Bot, params: Json) -> Json:
    return bot.post(params, "location", f"{params['latitude']}, {params['longitude']}")


async def _chat_action(bot: Bot, params: Json) -> bool:
    phone = bot.phone(params)
    phone.typing = params.get("action") == "typing"
    bot.world.touch_phone(phone)
    return True


async def _answer_callback(bot: Bot, params: Json) -> bool:
    query = str(params.get("callback_query_id", ""))
    if query not in bot.answered:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if len(str(params.get("text") or "")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    bot.answered[query] = params
    return True


async def _edit_markup(bot: Bot, params: Json) -> Json:
    phone, bubble = _target(bot, params)
    markup = params.get("reply_markup")
    choices = limits.choices_of(markup)
    if choices == bubble.choices:
        raise _not_modified()
    bubble.choices, bubble.raw = choices, {**bubble.raw, "reply_markup": markup}
    bot.world.touch(bubble)
    return message(bot, phone, bubble)


async def _edit_text(bot: Bot, params: Json) -> Json:
    phone, bubble = _target(bot, params)
    text = limits.text_of(params, "text", 4096)
    choices = limits.choices_of(params.get("reply_markup"))
    if (text, choices) == (bubble.text, bubble.choices):
        raise _not_modified()
    bubble.text, bubble.choices, bubble.edited, bubble.raw = text, choices, True, params
    bot.world.touch(bubble)
    return message(bot, phone, bubble)


async def _delete_message(bot: Bot, params: Json) -> bool:
    _, bubble = _target(bot, params)
    bubble.deleted = True
    bot.world.touch(bubble)
    return True


async def _react(bot: Bot, params: Json) -> bool:
    phone = bot.phone(params)
    bubble = phone.find(str(params.get("message_id")))
    if bubble is None:
        raise bad("message to react not found")
    bubble.reaction = "".join(reaction.get("emoji", "") for reaction in params.get("reaction") or [])
    bot.world.touch(bubble)
    return True


async def _get_file(bot: Bot, params: Json) -> Json:
    stored = bot.world.media.get(bot.files.get(str(params.get("file_id", "")), ""))
    if stored is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    return {
        "file_id": params["file_id"],
        "file_unique_id": f"AQAD{stored.id}",
        "file_size": len(stored.content),
        "file_path": f"files/{stored.id}/{stored.name or 'file'}",
    }


async def _accept(_bot: Bot, _params: Json) -> bool:
    return True


METHODS: dict[str, Method] = {
    "getme": _get_me,
    "setwebhook": _set_webhook,
    "deletewebhook": _delete_webhook,
    "getwebhookinfo": _webhook_info,
    "getupdates": _get_updates,
    "sendmessage": _send_message,
    "sendlocation": _send_location,
    "sendchataction": _chat_action,
    "answercallbackquery": _answer_callback,
    "editmessagereplymarkup": _edit_markup,
    "editmessagetext": _edit_text,
    "deletemessage": _delete_message,
    "setmessagereaction": _react,
    "getfile": _get_file,
    "setmycommands": _accept,
    "setmydescription": _accept,
    "setmyname": _accept,
    **{
        f"send{kind}": _send_file(kind)
        for kind in ("photo", "document", "voice", "audio", "video", "sticker", "animation")
    },
}


def _target(bot: Bot, params: Json) -> tuple[Phone, Bubble]:
    phone = bot.phone(params)
    bubble = phone.find(str(params.get("message_id", "")))
    if bubble is None or bubble.direction != "out":
        raise bad("message to edit not found")
    return phone, bubble


def _not_modified() -> TelegramError:
    return bad(
        "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
    )


def _media(bot: Bot, kind: str, given: Any) -> Media:
    shown = "image" if kind == "photo" else kind
    if not isinstance(given, str):
        stored = bot.world.media.add(given.content_type, given.file.read(), given.filename)
        return Media(shown, stored.mime, f"/media/{stored.id}", name=stored.name)
    if given.startswith(("http://", "https://")):
        return Media(shown, link=given, name=given.rsplit("/", 1)[-1])
    if given not in bot.files:
        raise bad("wrong file identifier/HTTP URL specified")
    return Media(shown, path=f"/media/{bot.files[given]}")


def _file(bot: Bot, bubble: Bubble) -> Any:
    stored_id = bubble.media.path.rsplit("/", 1)[-1] if bubble.media else ""
    file_id = f"BQAC{stored_id or bubble.id}"
    if stored_id:
        bot.files[file_id] = stored_id
    described = {"file_id": file_id, "file_unique_id": f"AQAD{stored_id or bubble.id}"}
    if bubble.kind == "photo":
        return [{**described, "width": 320, "height": 240}]
    return described
