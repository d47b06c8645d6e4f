"""Tests everything that a customer does in Telegram, as python-telegram-bot reads it."""

import pytest
from aiohttp import web
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.error import BadRequest, Forbidden

from tests.sandbox.playground import Playground
from tests.sandbox.test_telegram import bot, chat, last, updates, with_bot


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("image", "photo"),
        ("video", "video"),
        ("video_note", "video_note"),
        ("animation", "animation"),
        ("audio", "audio"),
        ("voice", "voice"),
        ("document", "document"),
        ("sticker", "sticker"),
        ("location", "location"),
        ("live", "location"),
        ("venue", "venue"),
        ("contact", "contact"),
        ("poll", "poll"),
        ("dice", "dice"),
        ("story", "story"),
        ("service", "message_auto_delete_timer_changed"),
    ],
)
def test_every_kind_of_message_is_one_that_the_library_reads(
    kind: str, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")

    async def scenario(place: Playground, client: Bot) -> None:
        await place.say("marcus-telegram", kind=kind, text="look")
        message = last(place, client)
        assert getattr(message, field)
        if kind == "animation":
            assert message.document
        if kind == "live":
            assert message.location is not None
            assert message.location.live_period
        if kind == "image":
            assert (message.caption, message.photo[-1].width) == ("look", 320)

    with_bot(scenario)


def test_a_foreign_contact_names_nobody_as_its_owner() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        await place.say("marcus-telegram", kind="contact", contact={"name": "Anna", "phone": "+12025550177"})
        message = last(place, client)
        assert message.contact is not None
        assert (message.contact.phone_number, message.contact.user_id) == ("+12025550177", None)

    with_bot(scenario)


def test_an_album_is_several_messages_of_one_group_in_any_order() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        await place.say("marcus-telegram", kind="album", count=3, text="three", reverse=True)
        messages = [update.effective_message for update in updates(place, client)]
        assert len({message.media_group_id for message in messages if message}) == 1
        assert sorted(message.caption or "" for message in messages if message) == ["", "", "three"]
        assert len({bubble.album for bubble in place.transcript("marcus-telegram")}) == 1

    with_bot(scenario)


def test_a_topic_is_named_by_what_is_written_in_it_and_answered_by_its_number() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        await place.say("marcus-telegram", text="hello", topic=116834)
        message = last(place, client)
        assert (message.message_thread_id, message.is_topic_message) == (116834, True)
        sent = await client.send_message(chat(place), "Yes?", message_thread_id=116834)
        assert (sent.message_thread_id, sent.is_topic_message) == (116834, True)
        assert await client.send_chat_action(chat(place), "typing", message_thread_id=116834)
        await place.say("marcus-telegram", kind="edit", text="hello!")
        edited = updates(place, client)[-1].edited_message
        assert edited is not None
        assert edited.message_thread_id == 116834
        for call in (
            client.send_message(chat(place), "?", message_thread_id=7),
            client.send_chat_action(chat(place), "typing", message_thread_id=7),
        ):
            with pytest.raises(BadRequest, match="thread not found"):
                await call

    with_bot(scenario)


def test_edits_quotes_forwards_groups_and_deep_links() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        await place.say("marcus-telegram", kind="start", payload="order-1007")
        assert last(place, client).text == "/start order-1007"
        await place.say("marcus-telegram", kind="image", text="frist")
        photo = place.transcript("marcus-telegram")[-1]
        await place.say("marcus-telegram", kind="edit", text="first")
        edited = updates(place, client)[-1].edited_message
        assert edited is not None
        assert (str(edited.message_id), edited.caption, bool(edited.photo)) == (photo.id, "first", True)
        asked = await client.send_message(chat(place), "Which order do you mean?")
        await place.say("marcus-telegram", text="this", reply_to=str(asked.message_id), quote="Which order")
        message = last(place, client)
        assert message.reply_to_message is not None
        assert message.quote is not None
        assert (message.reply_to_message.message_id, message.quote.text) == (asked.message_id, "Which order")
        await place.say("marcus-telegram", text="look", forwarded=True)
        assert last(place, client).forward_origin is not None
        await place.say("marcus-telegram", text="hello all", group=True)
        assert last(place, client).chat.type == "supergroup"
        await place.say("marcus-telegram", kind="live")
        await place.say("marcus-telegram", kind="live_edit", latitude=41.5)
        moved = updates(place, client)[-1].edited_message
        assert moved is not None
        assert moved.location is not None
        assert moved.location.latitude == 41.5

    with_bot(scenario)


def test_reactions_come_only_to_whom_asked_for_them() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        await place.say("marcus-telegram", text="hi")
        asked = await client.send_message(chat(place), "Fine?")
        await place.say("marcus-telegram", kind="reaction", text="👍")
        assert updates(place, client)[-1].message_reaction is None
        wanted = ["message", "message_reaction"]
        await client.set_webhook(f"{place.config.product}/webhooks/telegram", allowed_updates=wanted)
        await place.say("marcus-telegram", kind="reaction", text="")
        removed = updates(place, client)[-1].message_reaction
        assert removed is not None
        assert (removed.message_id, len(removed.old_reaction), removed.new_reaction) == (asked.message_id, 1, ())
        await client.set_message_reaction(chat(place), asked.message_id, "❤")
        assert place.transcript("marcus-telegram")[-1].reaction == "❤"
        with pytest.raises(BadRequest, match=r"(?i)reaction_invalid"):
            await client.set_message_reaction(chat(place), asked.message_id, "🥾")

    with_bot(scenario)


def test_old_buttons_and_keyboards_that_fold_away() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        await place.say("marcus-telegram", text="hi")
        inline = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y")]])
        sent = await client.send_message(chat(place), "Sure?", reply_markup=inline)
        await place.say("marcus-telegram", choice="Yes", old=True)
        query = updates(place, client)[-1].callback_query
        assert query is not None
        assert query.message is not None
        assert (query.message.is_accessible, query.message.message_id) == (False, sent.message_id)
        await place.say("marcus-telegram", choice="Yes", gone=True)
        query = updates(place, client)[-1].callback_query
        assert query is not None
        assert (query.message, bool(query.inline_message_id)) == (None, True)
        key = KeyboardButton("Here", request_location=True)
        await client.send_message(
            chat(place), "Where?", reply_markup=ReplyKeyboardMarkup([[key]], one_time_keyboard=True)
        )
        await place.say("marcus-telegram", choice="Here")
        assert last(place, client).location is not None
        await place.api("phones/marcus-telegram/send", {"choice": "Here"}, status=400)
        await client.send_message(chat(place), "Or?", reply_markup=ReplyKeyboardMarkup([["A", "B"]]))
        await client.send_message(chat(place), "Never mind", reply_markup=ReplyKeyboardRemove())
        await place.api("phones/marcus-telegram/send", {"choice": "A"}, status=400)

    with_bot(scenario)


def test_a_second_bot_has_its_own_token_chats_and_webhook() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        await place.api("people/marcus/phones", {"channels": ["telegram"], "account": "second"})
        await place.say("marcus-telegram-second", text="hi")
        hook = place.product.on("/webhooks/telegram/second")[0]
        secret = place.config.extra["telegram_second_webhook_secret"]
        assert hook.headers["X-Telegram-Bot-Api-Secret-Token"] == secret
        with pytest.raises(Forbidden):
            await client.send_message(chat(place), "hi")
        async with bot(place, place.config.extra["telegram_second_bot_token"]) as second:
            assert (await second.get_me()).id != (await client.get_me()).id
            await second.send_message(chat(place), "hello from the other bot")
        assert place.transcript("marcus-telegram-second")[-1].text == "hello from the other bot"
        assert place.transcript("marcus-telegram") == []
        log = place.parts.world.log.last(50)
        assert not any(place.config.extra["telegram_second_bot_token"] in entry.path for entry in log)

    with_bot(scenario)


def test_what_waits_is_counted_and_pushed_when_the_product_is_back() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        hook = f"{place.config.product}/webhooks/telegram"
        await client.set_webhook(hook, allowed_updates=["message"], max_connections=10, secret_token="s")
        await place.api("webhooks", {"platform": "telegram", "deliver": False})
        await place.say("marcus-telegram", text="one")
        await place.say("marcus-telegram", text="two")
        info = await client.get_webhook_info()
        assert (info.pending_update_count, info.max_connections, info.allowed_updates) == (2, 10, ("message",))
        await place.api("webhooks", {"platform": "telegram", "deliver": True})
        await place.until(lambda: len(place.product.on("/webhooks/telegram")) == 2)
        await place.api("webhooks", {"platform": "telegram", "deliver": False})
        await place.say("marcus-telegram", text="three")
        await client.set_webhook(hook, drop_pending_updates=True)
        assert (await client.get_webhook_info()).pending_update_count == 0
        with pytest.raises(BadRequest, match=r"(?i)ports"):
            await client.set_webhook("https://shop.example:8444/hook")

    with_bot(scenario)


def test_the_last_failure_is_told() -> None:
    async def scenario(place: Playground, client: Bot) -> None:
        await client.set_webhook(f"{place.config.product}/webhooks/telegram")
        place.product.answer("/webhooks/telegram", web.Response(status=500))
        await place.say("marcus-telegram", text="hi")
        info = await client.get_webhook_info()
        assert info.last_error_message == "Wrong response from the webhook: 500"
        assert (bool(info.last_error_date), info.pending_update_count) == (True, 0)

    with_bot(scenario)
