"""Tests what is read from the stand-ins' wire: times between what came in and what went out, and what is missing."""

from benchmarks import wire
from benchmarks.wire import Exchange

AT = "2026-11-30T22:43:{:06.3f}+00:00"


def exchange(direction: str, platform: str, path: str, at: float, request: str, status: int = 200) -> Exchange:
    """Makes an exchange that begins at so many seconds, and takes 150 ms."""
    return Exchange(1, AT.format(at + 0.15), direction, platform, path, status, 150, request)


def test_words_are_measured_from_their_webhook_to_their_post() -> None:
    heard = [
        exchange("in", "whatsapp", "/webhooks/whatsapp", 1, '{"body": "words 0001"}'),
        exchange("out", "slack", "/slack/api/chat.postMessage", 1.25, '{"text": "words 0001"}'),
        exchange("in", "slack", "/slack/events", 1.5, '{"text": "words 0001", "bot_id": "B1"}'),
        exchange("in", "whatsapp", "/webhooks/whatsapp", 2, '{"body": "words 0002"}'),
    ]
    assert wire.words_to_desk(heard, ["words 0001", "words 0002"]) == ([250_000], ("words 0002",))


def test_replies_are_measured_from_their_event_to_their_call() -> None:
    sent = [
        exchange("in", "slack", "/slack/events", 3, '{"text": "reply 0001"}'),
        exchange("out", "whatsapp", "/graph/v26.0/1/messages", 3.02, '{"text": {"body": "Bea has joined"}}'),
        exchange("out", "whatsapp", "/graph/v26.0/1/messages", 3.2, '{"text": {"body": "reply 0001"}}'),
    ]
    assert wire.replies_to_provider(sent, ["reply 0001"]) == ([200_000], ())


def test_forms_are_found_by_what_triggered_them() -> None:
    pressed = [
        exchange("in", "slack", "/slack/events", 5, "payload=%7B%22trigger_id%22%3A+%221796078888358.313.rwg5%22%7D"),
        exchange("out", "slack", "/slack/api/views.open", 5.01, '{"trigger_id": "1796078888358.313.rwg5"}'),
        exchange("in", "slack", "/slack/events", 6, "payload=%7B%22trigger_id%22%3A+%221796078889358.314.abcd%22%7D"),
    ]
    assert wire.forms(pressed) == ([10_000], ("1796078889358.314.abcd",))


def test_calls_are_counted_by_method_and_refusals_by_status() -> None:
    made = [
        exchange("out", "slack", "/slack/api/reactions.add?channel=C1&name=eyes", 7, ""),
        exchange("out", "slack", "/slack/api/chat.postMessage", 7, "", status=429),
        exchange("in", "slack", "/slack/events", 7, "", status=429),
        exchange("out", "whatsapp", "/graph/v26.0/1/messages", 7, ""),
    ]
    assert wire.slack_calls(made) == {"reactions.add": 1, "chat.postMessage": 1}
    assert wire.too_fast(made) == 1
    assert wire.acknowledged(made).us == [150_000]
