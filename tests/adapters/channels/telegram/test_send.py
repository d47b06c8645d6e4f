"""Calls over the wire, and what each refusal means."""

import asyncio
import inspect
import json
import warnings
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import parse_qs

import pytest
import telegram.error

from adapters.channels.telegram import AccountSettings
from adapters.channels.telegram.errors import ERRORS, refusal, refused
from adapters.channels.telegram.polling import poll
from adapters.channels.telegram.register import delete_webhook, set_webhook
from adapters.channels.telegram.send import TelegramAccount
from adapters.http import Http
from core.addresses import Address
from core.errors import Outcome, SendError
from core.messages import Option, OutboundMessage
from core.ports import Part, Sent
from tests.adapters.channels.provider import Asked, Provider, Reply

T = TypeVar("T")
BOT = AccountSettings("", "5550001111:AAHkq3v", ("new-secret", "old-secret"))
JANE = Address("telegram", "5550001111", "7390112")
CHAT = {"id": 7390112, "first_name": "Jane", "type": "private"}
ACCEPTED = Reply(200, {"ok": True, "result": {"message_id": 517, "date": 1796119300, "chat": CHAT, "text": "…"}})
CLASSES = {
    name: each
    for name, each in vars(telegram.error).items()
    if inspect.isclass(each) and issubclass(each, telegram.error.TelegramError)
}


def against(
    reply: Reply, act: Callable[[str, Http], Awaitable[T]], before: Callable[[Asked], Reply | None] = lambda _: None
) -> tuple[T, list[Asked]]:
    async def run() -> tuple[T, list[Asked]]:
        http = Http()
        async with Provider(reply, before) as provider:
            try:
                return await act(provider.url, http), provider.asked
            finally:
                await http.close()

    return asyncio.run(run())


def send(
    reply: Reply, part: Part, before: Callable[[Asked], Reply | None] = lambda _: None
) -> tuple[Sent, list[Asked]]:
    return against(reply, lambda url, http: TelegramAccount(BOT, url, http).send(part, JANE, "p1"), before)


def refusing(status: int, description: str, **more: Any) -> Reply:
    return Reply(status, {"ok": False, "error_code": status, "description": description, **more})


def form(asked: Asked) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}


def test_a_message_goes_out_with_all_that_was_rendered() -> None:
    message = OutboundMessage("Hello & welcome", (Option("menu:main", "Menu"),), reply_to="402")
    account = TelegramAccount(BOT, "http://127.0.0.1:9", Http())
    sent, (asked,) = send(ACCEPTED, account.render(message).parts[0])
    assert sent == Sent("517")
    assert asked.path == "/bot5550001111:AAHkq3v/sendMessage"
    assert form(asked) == {
        "chat_id": "7390112",
        "text": "Hello & welcome",
        "link_preview_options": '{"is_disabled": true}',
        "reply_markup": '{"inline_keyboard": [[{"text": "Menu", "callback_data": "menu:main"}]]}',
        "reply_parameters": '{"message_id": 402, "allow_sending_without_reply": true}',
    }


def test_a_callback_is_answered() -> None:
    sent, (asked,) = send(
        Reply(200, {"ok": True, "result": True}), Part("answerCallbackQuery", {"callback_query_id": "3"})
    )
    assert sent == Sent("3")
    assert form(asked) == {"callback_query_id": "3"}


def test_a_group_that_moved_is_written_at_its_new_id() -> None:
    moved = refusing(400, "Bad Request: group chat was upgraded", parameters={"migrate_to_chat_id": -1002233445566})

    def first_time(asked: Asked) -> Reply | None:
        return moved if form(asked)["chat_id"] == "7390112" else None

    sent, asked = send(ACCEPTED, Part("sendMessage", {"text": "x"}), first_time)
    assert sent == Sent("517", Address("telegram", "5550001111", "-1002233445566"))
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("reply", "outcome", "code"),
    [
        (refusing(403, "Forbidden: bot was blocked by the user"), Outcome.OPTED_OUT, None),
        (refusing(403, "Forbidden: user is deactivated"), Outcome.ADDRESS_DEAD, None),
        (refusing(403, "Forbidden: bot can't initiate conversation with a user"), Outcome.ADDRESS_DEAD, None),
        (refusing(403, "Forbidden: something of tomorrow"), Outcome.ADDRESS_DEAD, "Forbidden"),
        (refusing(400, "Bad Request: chat not found"), Outcome.ADDRESS_DEAD, "BadRequest: chat not found"),
        (refusing(400, "Bad Request: PEER_ID_INVALID"), Outcome.ADDRESS_DEAD, None),
        (refusing(400, "Bad Request: can't parse entities: at byte 7"), Outcome.CONTENT_REJECTED, None),
        (refusing(400, "Bad Request: message is too long"), Outcome.CONTENT_REJECTED, None),
        (refusing(400, "Bad Request: BUTTON_DATA_INVALID"), Outcome.CONTENT_REJECTED, None),
        (refusing(401, "Unauthorized"), Outcome.MISCONFIGURED, "InvalidToken"),
        (refusing(404, "Not Found"), Outcome.MISCONFIGURED, "InvalidToken"),
        (refusing(409, "Conflict: terminated by other getUpdates request"), Outcome.MISCONFIGURED, "Conflict"),
        (refusing(429, "Too Many Requests"), Outcome.PACE, "http_429"),
        (refusing(500, "Internal Server Error"), Outcome.RETRY, "http_500"),
        (Reply(504, b"<html>"), Outcome.RETRY, "http_504"),
        (Reply(302, b"<html>"), Outcome.RETRY, "NetworkError"),
        (Reply(413, b"<html>"), Outcome.CONTENT_REJECTED, "NetworkError: request entity too large"),
        (Reply(200, b"<html>"), Outcome.AMBIGUOUS, "TelegramError"),
        (Reply(200, {"ok": True}), Outcome.AMBIGUOUS, "unreadable_answer"),
        (Reply(200, {"ok": True, "result": {"text": "no id"}}), Outcome.AMBIGUOUS, "unreadable_answer"),
    ],
)
def test_each_refusal_has_its_outcome(reply: Reply, outcome: Outcome, code: str | None) -> None:
    with pytest.raises(SendError) as caught:
        send(reply, Part("sendMessage", {"text": "x"}))
    assert caught.value.outcome is outcome
    assert code is None or caught.value.code == code


def instance_of(kind: type[telegram.error.TelegramError]) -> telegram.error.TelegramError:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # RetryAfter announces that its attribute will change
        arguments = {"RetryAfter": [7], "ChatMigrated": [-100]}.get(kind.__name__, ["words"])
        return kind(*arguments)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_error_of_the_library_is_in_the_table(name: str) -> None:
    assert name in ERRORS.codes
    assert refusal(instance_of(CLASSES[name])).outcome is ERRORS.codes[name]


def test_the_table_names_only_errors_that_exist() -> None:
    assert {code.partition(":")[0] for code in ERRORS.codes} == set(CLASSES)


def test_network_errors_are_not_taken_for_each_other() -> None:
    outcomes = {name: refused(name, "words").outcome for name in ("NetworkError", "BadRequest", "TimedOut")}
    assert outcomes == {
        "NetworkError": Outcome.RETRY,
        "BadRequest": Outcome.CONTENT_REJECTED,
        "TimedOut": Outcome.AMBIGUOUS,
    }


def test_check_names_the_bot() -> None:
    me = {"id": 5550001111, "is_bot": True, "first_name": "Northwind", "username": "northwind_boots_bot"}
    who, _ = against(Reply(200, {"ok": True, "result": me}), lambda url, http: TelegramAccount(BOT, url, http).check())
    assert who == "@northwind_boots_bot"


def test_check_says_what_to_mend() -> None:
    with pytest.raises(SendError) as caught:
        against(refusing(401, "Unauthorized"), lambda url, http: TelegramAccount(BOT, url, http).check())
    assert "TELEGRAM_BOT_TOKEN" in caught.value.detail


def test_the_webhook_is_registered_with_the_first_secret_and_all_kinds() -> None:
    done = Reply(200, {"ok": True, "result": True})
    _, (asked,) = against(
        done, lambda url, http: set_webhook(BOT, "https://desk.shop.example/webhooks/telegram", url, http)
    )
    assert form(asked)["secret_token"] == "new-secret"
    assert form(asked)["url"] == "https://desk.shop.example/webhooks/telegram"
    assert {"message_reaction", "my_chat_member", "callback_query"} <= set(listed(form(asked)["allowed_updates"]))


def test_the_webhook_ends_without_losing_updates() -> None:
    _, (asked,) = against(Reply(200, {"ok": True, "result": True}), lambda url, http: delete_webhook(BOT, url, http))
    assert asked.path.endswith("/deleteWebhook")
    assert form(asked).get("drop_pending_updates", "false") == "false"


def test_polling_gives_raw_updates_from_the_offset() -> None:
    updates = [{"update_id": 9, "message": {"text": "hi"}}]
    got, (asked,) = against(
        Reply(200, {"ok": True, "result": updates}), lambda url, http: poll(BOT, url, http, 9, hold=1)
    )
    assert got == updates
    assert form(asked)["offset"] == "9"
    assert form(asked)["timeout"] == "1"
    assert "message_reaction" in listed(form(asked)["allowed_updates"])


@pytest.mark.parametrize(
    ("reply", "outcome", "words"),
    [
        (
            refusing(409, "Conflict: terminated by other getUpdates request"),
            Outcome.MISCONFIGURED,
            "another program polls",
        ),
        (refusing(401, "Unauthorized"), Outcome.MISCONFIGURED, "TELEGRAM_BOT_TOKEN"),
        (refusing(502, "Bad Gateway"), Outcome.RETRY, ""),
        (Reply(200, b"<html>"), Outcome.RETRY, "no list"),
        (Reply(drop=True), Outcome.AMBIGUOUS, ""),
    ],
)
def test_a_failed_poll_says_why(reply: Reply, outcome: Outcome, words: str) -> None:
    with pytest.raises(SendError) as caught:
        against(reply, lambda url, http: poll(BOT, url, http, 0, hold=1))
    assert caught.value.outcome is outcome
    assert words in caught.value.detail


def test_a_poll_at_speed_names_the_seconds() -> None:
    with pytest.raises(SendError) as caught:
        against(
            refusing(429, "Too Many Requests", parameters={"retry_after": 3}), lambda u, h: poll(BOT, u, h, 0, hold=1)
        )
    assert caught.value.outcome is Outcome.PACE
    assert caught.value.retry_after == 3


def listed(text: str) -> list[str]:
    value: list[str] = json.loads(text)
    return value
