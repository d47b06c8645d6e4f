"""Answers the Bot API's methods: webhooks, the bot itself, changes of messages, answers to buttons."""

import asyncio
from typing import Any

from sandbox.platforms.telegram import limits
from sandbox.platforms.telegram.bot import Bot
from sandbox.platforms.telegram.errors import TelegramError, bad
from sandbox.platforms.telegram.sending import SENDING, Method
from sandbox.world.people import Bubble, Phone

Json = dict[str, Any]
TYPING_SECONDS = 5.0


async def _get_me(bot: Bot, _params: Json) -> Json:
    return bot.me()


async def _set_webhook(bot: Bot, params: Json) -> bool:
    bot.updates.set_webhook(params)
    return True


async def _delete_webhook(bot: Bot, params: Json) -> bool:
    bot.updates.delete_webhook(params)
    return True


async def _webhook_info(bot: Bot, _params: Json) -> Json:
    return bot.updates.info()


async def _get_updates(bot: Bot, params: Json) -> list[Json]:
    timeout = min(float(params.get("timeout") or 0), 50)
    return await bot.updates.poll(
        int(params.get("offset") or 0), int(params.get("limit") or 100), timeout, params.get("allowed_updates")
    )


async def _chat_action(bot: Bot, params: Json) -> bool:
    phone = bot.phone(params)
    limits.check_action(params)
    bot.check_topic(phone, params)
    phone.typing = True
    bot.world.touch_phone(phone)
    bot.world.spawn(_stop_typing(bot, phone))
    return True


async def _stop_typing(bot: Bot, phone: Phone) -> None:
    await asyncio.sleep(TYPING_SECONDS)
    phone.typing = False
    bot.world.touch_phone(phone)


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
    return bot.message(phone, bubble)


async def _edit_text(bot: Bot, params: Json) -> Json:
    phone, bubble = _target(bot, params)
    if bubble.media:
        raise bad("there is no text in the message to edit")
    return _reworded(bot, phone, bubble, params, limits.text_of(params, "text", 4096))


async def _edit_caption(bot: Bot, params: Json) -> Json:
    phone, bubble = _target(bot, params)
    if not bubble.media:
        raise bad("there is no caption in the message to edit")
    return _reworded(bot, phone, bubble, params, limits.text_of(params, "caption", 1024))


async def _delete_message(bot: Bot, params: Json) -> bool:
    phone = bot.phone(params)
    bubble = phone.find(str(params.get("message_id", "")))
    if bubble is None or bubble.deleted:
        raise bad("message to delete not found")
    bubble.deleted = True
    bot.world.touch(bubble)
    return True


async def _react(bot: Bot, params: Json) -> bool:
    phone = bot.phone(params)
    bubble = phone.find(str(params.get("message_id")))
    if bubble is None:
        raise bad("message to react not found")
    bubble.reaction = limits.reaction_of(params)
    bot.world.touch(bubble)
    return True


async def _get_file(bot: Bot, params: Json) -> Json:
    return bot.files.get(str(params.get("file_id", "")))


async def _set_commands(bot: Bot, params: Json) -> bool:
    bot.commands[str(params.get("language_code") or "")] = limits.commands_of(params)
    return True


async def _get_commands(bot: Bot, params: Json) -> list[Json]:
    return bot.commands.get(str(params.get("language_code") or ""), [])


async def _delete_commands(bot: Bot, params: Json) -> bool:
    bot.commands.pop(str(params.get("language_code") or ""), None)
    return True


async def _get_chat(bot: Bot, params: Json) -> Json:
    phone = bot.world.directory.find("telegram", str(params.get("chat_id", "")), bot.account)
    if phone is None or phone.last_in is None:
        raise bad("chat not found")
    return {"id": int(phone.address), "type": "private", "first_name": phone.name, "accent_color_id": 1}


async def _accept(_bot: Bot, _params: Json) -> bool:
    return True


METHODS: dict[str, Method] = {
    **SENDING,
    "getme": _get_me,
    "setwebhook": _set_webhook,
    "deletewebhook": _delete_webhook,
    "getwebhookinfo": _webhook_info,
    "getupdates": _get_updates,
    "sendchataction": _chat_action,
    "answercallbackquery": _answer_callback,
    "editmessagereplymarkup": _edit_markup,
    "editmessagetext": _edit_text,
    "editmessagecaption": _edit_caption,
    "deletemessage": _delete_message,
    "setmessagereaction": _react,
    "getfile": _get_file,
    "getchat": _get_chat,
    "setmycommands": _set_commands,
    "getmycommands": _get_commands,
    "deletemycommands": _delete_commands,
    "setmydescription": _accept,
    "setmyshortdescription": _accept,
    "setchatmenubutton": _accept,
    "setmyname": _accept,
}


def _reworded(bot: Bot, phone: Phone, bubble: Bubble, params: Json, text: str) -> Json:
    choices = limits.choices_of(params.get("reply_markup"))
    if (text, choices) == (bubble.text, bubble.choices):
        raise _not_modified()
    bubble.text, bubble.choices, bubble.edited, bubble.raw = text, choices, True, limits.plain(params)
    bot.world.touch(bubble)
    return bot.message(phone, bubble)


def _target(bot: Bot, params: Json) -> tuple[Phone, Bubble]:
    phone = bot.phone(params)
    bubble = phone.find(str(params.get("message_id", "")))
    if bubble is None:
        raise bad("message to edit not found")
    if bubble.direction != "out":
        raise bad("message can't be edited")
    return phone, bubble


def _not_modified() -> TelegramError:
    return bad(
        "message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
