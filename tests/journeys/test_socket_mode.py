"""Slack without a public address: with SLACK_APP_TOKEN the same work goes over a web socket."""

import json

from tests.journeys.actors import until
from tests.journeys.system import System
from tests.journeys.test_story import ENGLISH, with_an_agent


def test_an_agent_s_whole_work_goes_over_the_socket(desk_without_address: System) -> None:
    desk = desk_without_address
    with_an_agent(desk, "omar-whatsapp", "Omar Haddad", ENGLISH)
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
