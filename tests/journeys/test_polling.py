"""Telegram without a webhook: with no TELEGRAM_WEBHOOK_SECRET the product asks for its updates."""

from tests.journeys.system import System
from tests.journeys.test_story import ENGLISH, with_an_agent


def test_a_customer_is_answered_by_polling(desk_without_address: System) -> None:
    desk = desk_without_address
    phone = "marcus-telegram"
    desk.say(phone, "where is my order 1008?")
    desk.expect(phone, "To keep your order private")
    desk.say(phone, "238832")
    desk.expect(phone, "on its way with Ninja Van")
    with_an_agent(desk, phone, "Marcus Lee", ENGLISH)
    calls = [entry for entry in desk.api("log") if entry["platform"] == "telegram" and entry["direction"] == "in"]
    assert not calls


def test_what_was_written_while_nobody_polled_is_answered_once(desk_without_address: System) -> None:
    desk = desk_without_address
    phones = [desk.meet(channels=["telegram"]) for _ in range(5)]
    for n, phone in enumerate(phones):
        if n == 2:
            assert desk.kill("telegram_polling") == 1
        desk.say(phone, "menu")
    for phone in phones:
        desk.expect(phone, "What can I do for you?", 40)
    desk.settled()
    assert [len(desk.answers(phone)) for phone in phones] == [1] * 5
