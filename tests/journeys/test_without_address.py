"""Tests a product that nobody can reach from outside: it asks Telegram for updates; Slack comes by a web socket.

So it is without TELEGRAM_WEBHOOK_SECRET, and with SLACK_APP_TOKEN.
"""

import json

from tests.journeys.actors import until
from tests.journeys.system import System
from tests.journeys.test_story import with_an_agent
from tests.journeys.wording import a_parcel, constant, said


def test_a_customer_is_answered_by_polling(desk_without_address: System) -> None:
    desk = desk_without_address
    phone = "marcus-telegram"
    desk.say(phone, "where is my order 1008?")
    desk.expect(phone, constant("utter_ask_proof"))
    desk.say(phone, "238832")
    desk.expect(phone, said("parcel_in_transit", item=a_parcel("Ninja Van")))
    with_an_agent(desk, phone, "Marcus Lee", handed="utter_handoff_parcel_trouble")  # the carrier is silent
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
        desk.expect(phone, said("utter_ask_topic"), 40)
    desk.settled()
    assert [len(desk.answers(phone)) for phone in phones] == [1] * 5


def test_an_agent_s_whole_work_goes_over_the_socket(desk_without_address: System) -> None:
    desk = desk_without_address
    with_an_agent(desk, "omar-whatsapp", "Omar Haddad")
    ways = {entry["method"] for entry in desk.api("log") if entry["platform"] == "slack" and entry["direction"] == "in"}
    assert ways == {"SOCKET"}


def test_the_socket_is_made_again_when_its_process_dies(desk_without_address: System) -> None:
    desk = desk_without_address
    assert desk.kill("slack_socket") == 1
    phone = desk.meet(name="Otto Late")
    desk.say(phone, "talk to a person")
    desk.slack_reply(desk.slack_root("Otto Late"), "I am here again")
    desk.expect(phone, "I am here again", 40)


def test_the_queue_is_told_at_once(desk_without_address: System) -> None:
    desk = desk_without_address
    phone = desk.meet(name="Queenie Quick")
    desk.say(phone, "talk to a person")
    desk.slack_reply(desk.slack_root("Queenie Quick"), "Hello Queenie")
    desk.expect(phone, "Hello Queenie")  # from now on a worker has looked up who Bea is
    desk.api("slack/command", {"text": "queue", "user": "bea"})
    until(lambda: any("with Bea" in each["text"] for each in desk.slack() if each.get("ephemeral_to")), "the queue")
    called = json.dumps(desk.api("log"))
    assert ("chat.postMessage" in called, "chat.postEphemeral" in called) == (True, False)
