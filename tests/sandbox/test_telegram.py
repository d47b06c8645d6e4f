"""Tests the Bot API, as python-telegram-bot sees it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from sandbox.world.media import SAMPLES
from tests.sandbox.playground import Playground, play

PNG = SAMPLES["image"][2]()


def chat(place: Playground) -> int:
    return int(place.parts.world.directory.phones["marcus-telegram"].address)


def bot(place: Playground, token: str = "") -> Bot:
    base = place.settings["TELEGRAM_API_URL"]
    return Bot(token or place.settings["TELEGRAM_BOT_TOKEN"], base_url=f"{base}/bot", base_file_url=f"{base}/file/bot")


def with_bot(scenario: Callable[[Playground, Bot], Awaitable[None]]) -> None:
    async def run(place: Playground) -> None:
        async with bot(place) as client:
            await scenario(place, client)

    play(run)


def updates(place: Playground, client: Bot) -> list[Update]:
    return [Update.de_json(hook.json, client) for hook in place.product.on("/webhooks/telegram")]


def last(place: Playground, client: Bot) -> Message:
    message = updates(place, client)[-1].effective_message
    assert message is not None
    return message


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


def test_files_go_out_by_upload_by_id_and_by_address() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        await place.say("marcus-telegram", kind="image")
        theirs = last(place, client).photo[-1].file_id
        await client.send_photo(chat(place), theirs, caption="yours")
        with pytest.raises(BadRequest, match=r"(?i)type of file mismatch"):
            await client.send_document(chat(place), theirs)
        with pytest.raises(BadRequest, match=r"(?i)wrong file identifier"):
            await client.send_photo(chat(place), "AgACnothing")
        sent = await client.send_photo(chat(place), f"{place.config.page}media/{_stored(place, theirs)}")
        assert place.transcript("marcus-telegram")[-1].media.size == len(PNG)
        assert sent.photo
        with pytest.raises(BadRequest, match=r"(?i)wrong type of the web page content"):
            await client.send_document(chat(place), f"{place.config.page}media/{_stored(place, theirs)}")
        with pytest.raises(BadRequest, match=r"(?i)failed to get HTTP URL content"):
            await client.send_photo(chat(place), f"{place.config.page}media/0")
        with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
            await client.send_photo(chat(place), b"no picture")

    with_bot(scenario)


def _stored(place: Playground, file_id: str) -> str:
    path: str = place.parts.telegram.bot.files.get(file_id)["file_path"]
    return path.split("/")[1]


def test_albums_go_out_as_one() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        await place.say("marcus-telegram", text="hi")
        sent = await client.send_media_group(chat(place), [InputMediaPhoto(PNG, caption="one"), InputMediaPhoto(PNG)])
        assert (len({one.media_group_id for one in sent}), sent[0].caption) == (1, "one")
        with pytest.raises(BadRequest, match="album"):
            await client.send_media_group(chat(place), [InputMediaPhoto(PNG), InputMediaDocument(b"%PDF")])

    with_bot(scenario)


def test_sizes() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        limits = place.parts.telegram.bot.files.limits
        assert (limits.photo, limits.file, limits.photo_by_address) == (10_000_000, 50_000_000, 5_000_000)
        assert (limits.file_by_address, limits.download) == (20_000_000, 20_000_000)
        await place.say("marcus-telegram", kind="document", claimed_size=20_000_001)
        file = last(place, client).document
        assert file is not None
        assert file.file_size == 20_000_001
        with pytest.raises(BadRequest, match=r"(?i)file is too big"):
            await file.get_file()
        limits.photo, limits.file, limits.photo_by_address = 100, len(PNG) + 1, 10
        await place.say("marcus-telegram", kind="image")
        theirs = _stored(place, last(place, client).photo[-1].file_id)
        with pytest.raises(BadRequest, match=r"(?i)too big for a photo"):
            await client.send_photo(chat(place), PNG)
        with pytest.raises(NetworkError, match="Entity Too Large"):
            await client.send_document(chat(place), b"x" * (len(PNG) + 2))
        with pytest.raises(BadRequest, match=r"(?i)failed to get HTTP URL content"):
            await client.send_photo(chat(place), f"{place.config.page}media/{theirs}")

    with_bot(scenario)


def test_links_to_files_run_out() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        await place.say("marcus-telegram", kind="voice")
        voice = last(place, client).voice
        assert voice is not None
        file = await voice.get_file()
        place.parts.world.media.expire()
        async with place.session.get(str(file.file_path)) as response:
            assert response.status == 404
        fresh = await voice.get_file()
        assert bytes(await fresh.download_as_bytearray()).startswith(b"OggS")

    with_bot(scenario)


def test_a_flooded_bot_waits_in_all_chats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")

    async def scenario(place: Playground, client: Bot) -> None:
        await place.say("marcus-telegram", text="hi")
        await place.say("tom-telegram", text="hi")
        fault = {"platform": "telegram", "kind": "status", "value": {"status": 429, "retry_after": 0.4}, "times": 1}
        await place.api("faults", fault)
        tom = int(place.parts.world.directory.phones["tom-telegram"].address)
        with pytest.raises(RetryAfter):
            await client.send_message(chat(place), "hi")
        with pytest.raises(RetryAfter):
            await client.send_message(tom, "hi")
        await asyncio.sleep(0.5)
        await client.send_message(tom, "hi")

    with_bot(scenario)


def test_every_listed_error_can_be_armed() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        await place.say("marcus-telegram", text="hi")
        url = f"{place.settings['TELEGRAM_API_URL']}/bot{place.settings['TELEGRAM_BOT_TOKEN']}/sendMessage"
        for entry in await place.api("errors/telegram"):
            await place.api("faults", {"platform": "telegram", "kind": "error", "value": entry["value"], "times": 1})
            async with place.session.post(url, json={"chat_id": chat(place), "text": "hi"}) as response:
                told = await response.json()
            assert (response.status, told["error_code"], told["description"]) == (
                entry["status"],
                entry["status"],
                entry["title"],
            )
        with pytest.raises(InvalidToken):
            async with bot(place, "1:wrong"):
                pass

    with_bot(scenario)


def test_commands_replies_and_typing() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        await client.set_my_commands([BotCommand("order", "Where is my order?")])
        assert (await client.get_my_commands())[0].command == "order"
        with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
            await client.set_my_commands([BotCommand("Order!", "x")])
        await place.say("marcus-telegram", text="hi")
        with pytest.raises(BadRequest, match="replied"):
            await client.send_message(chat(place), "hi", reply_parameters=ReplyParameters(1))
        lenient = ReplyParameters(1, allow_sending_without_reply=True)
        assert (await client.send_message(chat(place), "hi", reply_parameters=lenient)).text == "hi"
        with pytest.raises(BadRequest, match=r"(?i)wrong parameter action"):
            await client.send_chat_action(chat(place), "dancing")

    with_bot(scenario)
