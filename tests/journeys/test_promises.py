"""Tests what is promised whatever happens: nothing twice, nothing lost, nothing forged, everything in order."""

import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from storage import tables
from storage.queues import inbox as states
from tests.journeys.actors import Json, call, until
from tests.journeys.system import System
from tests.journeys.webhooks import post_store, post_whatsapp, signed, whatsapp
from tests.journeys.wording import said

inbox, outbox, parts = tables.inbox.c, tables.outbox.c, tables.outbox_parts.c

GREETING = said("utter_ask_topic")
DOUBT_ENDS = 30.0


@pytest.fixture(autouse=True)
def _platforms_behave(desk: System) -> Iterator[None]:
    """Mends whatever a test breaks for the next one."""
    yield
    desk.heal()


def fresh_id() -> str:
    """Makes a message id as WhatsApp does."""
    return f"wamid.{uuid.uuid4().hex}"


def part_of(desk: System, bubble: Json) -> Any:
    """Reads the row of the call that made the bubble (not on Telegram, which carries no correlation)."""
    correlation = bubble["correlation"].rpartition("?d=")[2]  # Twilio has it in the address for receipts
    return desk.rows(select(tables.outbox_parts).where(parts.id == correlation))[0]


def only_answer(desk: System, phone: str, fragment: str = GREETING) -> Json:
    """Waits for the one answer, after everything has calmed down; fails when there are more."""
    desk.expect(phone, fragment, DOUBT_ENDS)
    desk.settled()
    answers = desk.answers(phone)
    assert len(answers) == 1, desk.told(phone)
    return answers[0]


# --- what comes in


def test_a_webhook_posted_fifty_times_at_once_is_answered_once(desk: System) -> None:
    phone = desk.meet(id=f"echo-{uuid.uuid4().hex[:6]}")
    number = next(p for p in desk.api("state")["phones"] if p["id"] == phone)["address"]
    desk.say(phone, "menu")
    desk.expect(phone, GREETING)
    body = whatsapp(desk, (fresh_id(), "menu"), sender=number)
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda _: post_whatsapp(desk, body).status, range(50)))
    assert answers == [200] * 50
    until(lambda: len(desk.answers(phone)) > 1, "the second answer")
    desk.settled()
    assert len(desk.answers(phone)) == 2


def test_thirty_messages_in_a_row_get_thirty_answers_in_order(desk: System) -> None:
    phone = desk.meet()
    for _ in range(3):
        desk.api(f"phones/{phone}/send", {"batch": [{"text": "menu"}, {"text": "main menu"}] * 5, "wait": True})
    until(lambda: len(desk.answers(phone)) >= 30, lambda: f"30 answers\n{desk.told(phone)}")
    desk.settled()
    said = [bubble["id"] for bubble in desk.bubbles(phone) if bubble["direction"] == "in"]
    causes = []
    for bubble in desk.answers(phone):
        row = part_of(desk, bubble)
        cause = select(inbox.external_id).join(tables.outbox, outbox.cause_id == inbox.id)
        causes.append(desk.rows(cause.where(outbox.id == row.outbox_id))[0][0])
    assert [cause.rpartition(":")[2] for cause in causes] == said


FORGED = {
    "/webhooks/whatsapp": {"X-Hub-Signature-256": "sha256=" + "0" * 64},
    "/webhooks/messenger": {"X-Hub-Signature-256": "sha256=" + "0" * 64},
    "/webhooks/telegram": {"X-Telegram-Bot-Api-Secret-Token": "guessed"},
    "/webhooks/twilio": {"X-Twilio-Signature": "AAAA", "Content-Type": "application/x-www-form-urlencoded"},
    "/webhooks/twilio/status": {"X-Twilio-Signature": "AAAA", "Content-Type": "application/x-www-form-urlencoded"},
    "/slack/events": {"X-Slack-Signature": "v0=" + "0" * 64, "X-Slack-Request-Timestamp": "now"},
    "/api/v1/events": {"Authorization": "Bearer guessed"},
}


@pytest.mark.parametrize("path", FORGED)
def test_nothing_forged_is_let_in(desk: System, path: str) -> None:
    headers = {"Content-Type": "application/json", **FORGED[path]}
    if headers.get("X-Slack-Request-Timestamp"):
        headers["X-Slack-Request-Timestamp"] = str(int(time.time()))
    body = whatsapp(desk, (fresh_id(), "let me in"))
    assert call(desk.product + path, body, headers).status in (401, 403)
    unsigned = {"Content-Type": headers["Content-Type"]}
    assert call(desk.product + path, body, unsigned).status in (401, 403)
    assert desk.count(tables.inbox, inbox.payload.contains("let me in")) == 0


@pytest.mark.parametrize("path", ["/webhooks/whatsapp", "/webhooks/messenger", "/api/v1/events"])
def test_a_body_over_the_limit_is_refused(desk: System, path: str) -> None:
    body = b'{"padding": "' + b"x" * 200_000 + b'"}'
    secret = {"/webhooks/whatsapp": "WHATSAPP_APP_SECRET"}.get(path, "MESSENGER_APP_SECRET")
    assert call(desk.product + path, body, signed(desk, secret, body)).status == 413
    assert desk.count(tables.inbox, inbox.payload.contains("xxxxxxxxxx")) == 0


def test_what_is_signed_but_not_readable_is_kept(desk: System) -> None:
    said = (b"{", b"[]", b'{"object": "whatsapp_business_account", "entry": 7}', b"\xff\xfe")
    unreadable = inbox.error.like("%unreadable%")
    before = desk.count(tables.inbox, unreadable)
    for body in said:
        assert post_whatsapp(desk, body).status == 200
    assert desk.count(tables.inbox, unreadable) == before + len(said)
    assert not desk.count(tables.inbox, unreadable, inbox.state == states.PENDING)


def test_a_wrong_store_event_is_named_by_its_path_and_nothing_of_its_batch_is_applied(desk: System) -> None:
    good = store_order("3001", "12.00")
    wrong = store_order("3002", "twelve")
    answer = post_store(desk, [good, wrong])
    assert answer.status == 400
    assert "1" in answer.json["path"]
    assert "total" in answer.json["path"]
    assert post_store(desk, {"specversion": "1.0"}).status == 400
    desk.settled()
    assert desk.count(tables.orders, tables.orders.c.number.in_(("3001", "3002"))) == 0
    assert post_store(desk, [good, good]).json == {"accepted": 1, "duplicates": 1, "ignored": 0, "ignored_events": []}
    assert post_store(desk, good).json == {"accepted": 0, "duplicates": 1, "ignored": 0, "ignored_events": []}
    until(lambda: desk.count(tables.orders, tables.orders.c.number == "3001"), "the order")


def store_order(number: str, total: str) -> Json:
    """Makes an event about an order of somebody."""
    order = {
        "number": number,
        "placed_at": "2026-01-01T00:00:00Z",
        "status": "paid",
        "currency": "USD",
        "total": total,
        "customer": {"id": "somebody", "name": "Somebody", "email": "somebody@example.com", "locale": "en"},
        "lines": [{"id": "l1", "sku": "CUP", "title": "Cup", "quantity": 1, "unit_price": "12.00"}],
    }
    event = {"specversion": "1.0", "id": f"promise-{number}", "source": "promises", "type": "order.created"}
    return {**event, "time": "2026-01-01T00:00:00Z", "data": {"order": order}}


# --- what goes out

CHANNELS = ("whatsapp", "messenger", "sms", "twilio_whatsapp", "telegram")
WITH_RECEIPTS = ("whatsapp", "messenger", "sms", "twilio_whatsapp")
PLATFORM = {"sms": "twilio", "twilio_whatsapp": "twilio"}


@pytest.mark.parametrize("kind", ["reorder_receipts", "duplicate_receipts"])
@pytest.mark.parametrize("channel", ["whatsapp", "sms"])
def test_receipts_in_any_order_end_in_the_right_state(desk: System, channel: str, kind: str) -> None:
    phone = desk.meet(channels=[channel])
    desk.fault(PLATFORM.get(channel, channel), kind, times=1)
    desk.say(phone, "menu")
    desk.expect(phone, GREETING)
    last = {"whatsapp": "read", "sms": "delivered"}[channel]

    def arrived() -> bool:
        return bool(part_of(desk, desk.answers(phone)[0]).status == last)

    until(arrived, lambda: f"{last}: {part_of(desk, desk.answers(phone)[0])}")
    desk.settled()
    assert arrived()
    assert len(desk.answers(phone)) == 1


@pytest.mark.parametrize("channel", WITH_RECEIPTS)
def test_a_lost_answer_of_the_provider_is_made_good_by_the_receipt(desk: System, channel: str) -> None:
    phone = desk.meet(channels=[channel])
    desk.fault(PLATFORM.get(channel, channel), "drop_after_accept", times=1)
    desk.say(phone, "menu")
    part = part_of(desk, only_answer(desk, phone))
    assert (part.state, part.repeats) == ("sent", 0)


def test_without_any_word_of_the_provider_a_reply_is_repeated_once(desk: System) -> None:
    phone = desk.meet()
    desk.fault("whatsapp", "no_receipts", times=1)
    desk.fault("whatsapp", "drop_after_accept", times=1)
    desk.say(phone, "menu")
    until(lambda: len(desk.answers(phone)) == 2, lambda: f"a second copy\n{desk.told(phone)}", DOUBT_ENDS)
    desk.settled()
    first, second = desk.answers(phone)
    assert first["text"] == second["text"]
    assert part_of(desk, second).repeats == 1


def test_a_second_silence_ends_it(desk: System) -> None:
    phone = desk.meet()
    desk.fault("whatsapp", "no_receipts", times=2)
    desk.fault("whatsapp", "drop_after_accept", times=2)
    desk.say(phone, "menu")
    until(lambda: len(desk.answers(phone)) == 2, lambda: f"a second copy\n{desk.told(phone)}", DOUBT_ENDS)
    desk.settled()
    assert len(desk.answers(phone)) == 2
    row = part_of(desk, desk.answers(phone)[1])
    assert desk.count(tables.outbox, outbox.id == row.outbox_id, outbox.state == "failed", outbox.code == "ambiguous")


@pytest.mark.parametrize("fault", [{"status": 429, "retry_after": 1}, {"status": 500}, {"status": 503}])
def test_a_provider_in_trouble_gets_everything_once_when_it_is_well(desk: System, fault: Json) -> None:
    phones = [desk.meet(channels=[channel]) for channel in CHANNELS for _ in range(2)]
    for platform in ("whatsapp", "messenger", "telegram", "twilio"):
        desk.fault(platform, "status", times=2, value=fault)
    for phone in phones:
        desk.say(phone, "menu")
    for phone in phones:
        only_answer(desk, phone)


def test_slack_may_be_away_while_a_case_opens(desk: System) -> None:
    phone = desk.meet(name="Hilda Waits")
    desk.fault("slack", "status", value=503, method="*")
    desk.say(phone, "talk to a person")
    desk.expect(phone, said("utter_handoff_asked_human"))
    tried = (outbox.lane == "desk", outbox.state == "pending", outbox.attempts > 0)
    until(lambda: desk.count(tables.outbox, *tried), "a first try at Slack")
    desk.say(phone, "is anybody there?")
    desk.heal()
    root = desk.slack_root("Hilda Waits")
    desk.slack_expect(root, "is anybody there?")
    desk.settled()
    assert sum("Hilda Waits" in message["text"] for message in desk.slack()) == 1


def test_without_redis_webhooks_are_kept_and_answered_later(desk: System) -> None:
    phones = [desk.meet() for _ in range(20)]
    numbers = {p["id"]: p["address"] for p in desk.api("state")["phones"]}
    statuses: Counter[int] = Counter()
    for n, phone in enumerate(phones):
        if n % 5 == 0:
            assert desk.kill("valkey") <= 1
        body = whatsapp(desk, (fresh_id(), "menu"), sender=numbers[phone])
        statuses[post_whatsapp(desk, body).status] += 1
    assert statuses == {200: 20}
    for phone in phones:
        only_answer(desk, phone)


# --- what people write is nobody's markup

ODD = "<!channel> *bold* _it_ `code` &amp; <b>b</b> {{ 7 * 7 }} {% raw %} ${x} %s <@U123> <https://x.example|click>"


def test_what_a_customer_writes_stays_what_they_wrote(desk: System) -> None:
    name = "Eve <!here> *E* {{ 1 }}"
    phone = desk.meet(name=name)
    desk.say(phone, "talk to a person")
    desk.expect(phone, said("utter_handoff_asked_human"))
    desk.say(phone, ODD)
    card = until(lambda: next((m for m in desk.slack() if "Eve &lt;!here&gt;" in m["text"]), None), "the card")
    words = until(lambda: next((m for m in desk.slack_thread(card["ts"]) if "bold" in m["text"]), None), "their words")
    assert "<!channel>" not in words["text"]
    assert "&lt;!channel&gt;" in words["text"]
    elements = [piece for block in words["blocks"] for piece in leaves(block)]
    assert ODD in "".join(piece["text"] for piece in elements)
    assert {piece["type"] for piece in elements} <= {"text", "plain_text"}
    assert not any("<!here>" in piece["text"] for block in card["blocks"] for piece in leaves(block, "mrkdwn"))


def test_what_an_agent_writes_arrives_as_it_was_typed(desk: System) -> None:
    phone = desk.meet(name="Greta Plain")
    desk.say(phone, "talk to a person")
    root = desk.slack_root("Greta Plain")
    typed = "5 < 6 & 7 > 4, {{ 7 * 7 }} see https://x.example/?a=1&b=2"
    desk.slack_reply(root, typed)
    assert desk.expect(phone, "5 < 6")["text"] == typed


def leaves(block: Any, kind: str = "") -> Iterator[Json]:
    """Lists the pieces of a block that hold text as such."""
    if isinstance(block, list):
        for each in block:
            yield from leaves(each, kind)
    elif isinstance(block, dict):
        if isinstance(block.get("text"), str) and kind in ("", block.get("type")):
            yield block
        for value in block.values():
            yield from leaves(value, kind)
