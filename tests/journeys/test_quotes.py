"""Tests what a message points at and where in a chat it stands, on the running system."""

import json

import pytest

from tests.journeys.system import System
from tests.journeys.wording import said

ASKED_HUMAN = said("utter_handoff_asked_human")
QUESTION = "Left or right?"


def asked(desk: System, phone: str) -> tuple[str, str]:
    """Brings the customer before an agent who asks something; returns the thread and the question's id."""
    desk.say(phone, "agent")
    desk.expect(phone, ASKED_HUMAN)
    desk.settled()
    root = desk.slack_root("asked for a person")
    desk.slack_reply(root, QUESTION)
    return root, desk.expect(phone, QUESTION)["id"]


@pytest.mark.parametrize("channel", ["whatsapp", "messenger", "telegram", "twilio_whatsapp"])
def test_an_agent_reads_what_the_customer_answers_or_likes(sqlite_desk: System, channel: str) -> None:
    desk = sqlite_desk
    phone = desk.phones_of(channel)[channel]
    root, question = asked(desk, phone)
    desk.say(phone, "the left one", reply_to=question)
    told = desk.slack_expect(root, "the left one")
    assert f"↪ Agent: {QUESTION}" in json.dumps(told, ensure_ascii=False)
    if channel != "twilio_whatsapp":  # Twilio tells of no reactions
        desk.act(phone, {"kind": "reaction", "text": "👍", "target": question})
        told = desk.slack_expect(root, "The customer reacted")
        assert f"↪ Agent: {QUESTION}" in json.dumps(told, ensure_ascii=False)


def test_in_a_topic_bot_and_agent_answer_there(sqlite_desk: System) -> None:
    desk, name = sqlite_desk, "Tess Topic"
    phone = desk.phones_of("telegram", name=name)["telegram"]
    desk.say(phone, "agent", topic=116834)
    assert int(desk.expect(phone, ASKED_HUMAN)["raw"]["message_thread_id"]) == 116834
    root = desk.slack_root(name)
    for text, topic in (("Hello from Bea", 116834), ("And here", 7)):
        desk.say(phone, f"about {topic}", topic=topic)
        desk.slack_expect(root, f"about {topic}")
        desk.slack_reply(root, text)
        assert int(desk.expect(phone, text)["raw"]["message_thread_id"]) == topic
