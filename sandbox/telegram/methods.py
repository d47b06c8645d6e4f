"""The Bot API's methods."""

from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.people import Bubble, Media, Phone
from sandbox.telegram import limits
from sandbox.telegram.bot import Bot, message
from sandbox.telegram.errors import TelegramError, bad

Json = dict[str, Any]
Method = Callable[["Bot", Json], Awaitable[Any]]


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
        "message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
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
