"""The Bot API, as python-telegram-bot sees it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict, Forbidden, RetryAfter

from tests.sandbox.playground import Playground, play


def chat(place: Playground) -> int:
    return int(place.parts.world.directory.phones["marcus-telegram"].address)


def bot(place: Playground) -> Bot:
    base = place.settings["TELEGRAM_API_URL"]
    return Bot(place.settings["TELEGRAM_BOT_TOKEN"], base_url=f"{base}/bot", base_file_url=f"{base}/file/bot")


def with_bot(scenario: Callable[[Playground, Bot], Awaitable[None]]) -> None:
    async def run(place: Playground) -> None:
        async with bot(place) as client:
            await scenario(place, client)

    play(run)


def updates(place: Playground, client: Bot) -> list[Update]:
    return [Update.de_json(hook.json, client) for hook in place.product.on("/webhooks/telegram")]


def test_a_message_and_a_tapped_button() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        await place.say("marcus-telegram", text="/start abc")
        hook = place.product.hooks[0]
        assert hook.headers["X-Telegram-Bot-Api-Secret-Token"] == place.settings["TELEGRAM_WEBHOOK_SECRET"]
        first = updates(place, client)[0].effective_message
        assert first is not None
        assert (first.text, first.chat_id) == ("/start abc", chat(place))
        keys = InlineKeyboardMarkup(
            [[InlineKeyboardButton("Yes", callback_data="y"), InlineKeyboardButton("Web", url="https://a.example")]]
        )
        sent = await client.send_message(chat(place), "Sure?", reply_markup=keys, reply_to_message_id=first.message_id)
        assert sent.reply_markup == keys
        await place.say("marcus-telegram", choice="Yes")
        query = updates(place, client)[-1].callback_query
        assert query is not None
        assert query.message is not None
        assert query.data == "y"
        assert query.message.message_id == sent.message_id
        assert await client.answer_callback_query(query.id, "ok")
        with pytest.raises(BadRequest):
            await client.answer_callback_query("123")
        await client.edit_message_reply_markup(chat(place), sent.message_id)
        assert place.transcript("marcus-telegram")[-1].choices == []
        with pytest.raises(BadRequest, match="not modified"):
            await client.edit_message_reply_markup(chat(place), sent.message_id)
        edited = await client.edit_message_text("Done", chat(place), sent.message_id)
        assert edited.text == "Done"  # type: ignore[union-attr]  # a Message for a chat, True only for inline messages

    with_bot(scenario)


def test_contact_keyboard_media_and_files() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        await place.say("marcus-telegram", text="hi")
        keys = ReplyKeyboardMarkup([[KeyboardButton("Share my number", request_contact=True)]])
        await client.send_message(chat(place), "Who are you?", reply_markup=keys)
        await place.say("marcus-telegram", choice="Share my number")
        shared = updates(place, client)[-1].effective_message
        assert shared is not None
        assert shared.contact is not None
        assert (shared.contact.phone_number, shared.contact.user_id) == ("+12025550103", chat(place))
        await place.say("marcus-telegram", kind="voice")
        spoken = updates(place, client)[-1].effective_message
        assert spoken is not None
        assert spoken.voice is not None
        file = await spoken.voice.get_file()
        assert bytes(await file.download_as_bytearray()).startswith(b"OggS")
        await client.send_photo(chat(place), b"\x89PNG", caption="look")
        assert place.transcript("marcus-telegram")[-1].media.path.startswith("/media/")
        await client.send_document(chat(place), "https://example.com/a.pdf")
        await client.send_chat_action(chat(place), "typing")
        assert place.parts.world.directory.phones["marcus-telegram"].typing

    with_bot(scenario)


def test_errors() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        with pytest.raises(Forbidden, match="initiate"):
            await client.send_message(chat(place), "hi")
        with pytest.raises(BadRequest, match="Chat not found"):
            await client.send_message(1, "hi")
        await place.say("marcus-telegram", text="hi")
        with pytest.raises(BadRequest, match="too long"):
            await client.send_message(chat(place), "x" * 4097)
        keys = InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="é" * 33)]])
        with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
            await client.send_message(chat(place), "hi", reply_markup=keys)
        with pytest.raises(BadRequest, match="parse entities"):
            await client.send_message(chat(place), "<b>x", parse_mode="HTML")
        await place.api("phones/marcus-telegram/block", {})
        assert updates(place, client)[-1].my_chat_member is not None
        with pytest.raises(Forbidden, match="blocked"):
            await client.send_message(chat(place), "hi")
        async with place.session.get(f"{place.settings['TELEGRAM_API_URL']}/bot1:wrong/getMe") as response:
            assert (response.status, (await response.json())["description"]) == (401, "Unauthorized")

    with_bot(scenario)


def test_a_chat_takes_about_one_message_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")

    async def scenario(place: Playground, client: Bot) -> None:
        await place.say("marcus-telegram", text="hi")
        for _ in range(6):
            await client.send_message(chat(place), "hi")
        with pytest.raises(RetryAfter):
            await client.send_message(chat(place), "hi")

    with_bot(scenario)


def test_polling_and_webhooks_exclude_each_other() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        await client.set_webhook(f"{place.config.product}/hook", secret_token="s3cret", allowed_updates=["message"])
        assert (await client.get_webhook_info()).url.endswith("/hook")
        await place.say("marcus-telegram", text="one")
        assert place.product.on("/hook")[0].headers["X-Telegram-Bot-Api-Secret-Token"] == "s3cret"
        with pytest.raises(Conflict):
            await client.get_updates()
        await client.delete_webhook()
        assert await client.get_updates(allowed_updates=[]) == ()
        waiting = asyncio.create_task(client.get_updates(timeout=5))
        await asyncio.sleep(0.05)
        await place.say("marcus-telegram", text="two")
        got: Any = await waiting
        assert [update.effective_message.text for update in got] == ["two"]
        assert await client.get_updates(offset=got[0].update_id + 1) == ()

    with_bot(scenario)


def test_a_failed_webhook_is_sent_again() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        place.product.answer("/webhooks/telegram", web.Response(status=503))
        await place.say("marcus-telegram", text="hi")
        first, second = updates(place, client)
        assert first.update_id == second.update_id

    with_bot(scenario)
