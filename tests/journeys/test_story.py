"""Plays the story of the store on every adapter: where is it, send it back, a person please, thank you; its news."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from storage import tables
from tests.journeys.system import System
from tests.journeys.wording import a_parcel, choice, constant, said

Step = tuple[str, str]  # what the customer says (with a leading "!": taps), and a piece of the answer

SETTLED = 120.0  # seconds: a new date rests for a minute before it is told


@dataclass(frozen=True)
class Story:
    """One customer on one adapter."""

    phone: str
    name: str
    locale: str
    status: tuple[Step, ...]
    returned: tuple[Step, ...]
    first: tuple[str, str] = ("", "")  # a button of the store's panel before the return


WRITES = {
    "en": {"person": "talk to a person", "menu": "menu", "thanks": "thank you, says"},
    "zh": {"person": "人工", "menu": "菜单", "thanks": "谢谢您的帮助，我是"},
}
WHICH, PROOF, REASON = said("utter_ask_order"), constant("utter_ask_proof"), said("utter_ask_reason")
RETURN_IN_ENGLISH: tuple[Step, ...] = (
    (f"!{choice('utter_ask_reason', 'changed_mind')}", said("utter_ask_resolution")),
    (f"!{choice('utter_ask_resolution', 'refund')}", constant("utter_ask_return_confirm")),
    (f"!{choice('utter_ask_return_confirm', 'yes')}", constant("utter_return_created")),
)

STORIES = (
    Story(
        "jane-whatsapp",
        "Jane Doe",
        "en",
        (("Where is my order?", WHICH), ("!#1001", said("parcel_in_transit", item=a_parcel("DHL")))),
        (("I want to return something from order 1003", REASON), *RETURN_IN_ENGLISH),
    ),
    Story(
        "meiling-twilio_whatsapp",
        "林美玲",
        "zh",
        (("我的订单到哪了", said("utter_ask_order", "zh")), ("1016", constant("parcel_in_transit", "zh"))),
        (
            ("退货", said("utter_ask_reason", "zh")),
            ("不想要了", said("utter_ask_resolution", "zh")),
            ("退款", constant("utter_ask_return_confirm", "zh")),
            ("提交", constant("utter_return_created", "zh")),
        ),
    ),
    Story(
        "priya-messenger",
        "Priya Nair",
        "en",
        (
            ("where is my order", said("utter_ask_order_number")),
            ("1018", PROOF),
            ("80302", said("parcel_in_transit", item=a_parcel("UPS"))),
        ),
        (("I want to return something", REASON), *RETURN_IN_ENGLISH),
        first=("1018", "deliver"),
    ),
    Story(
        "marcus-telegram",
        "Marcus Lee",
        "en",
        (
            ("where is my order 1008?", PROOF),
            ("marcus@example.com", said("parcel_in_transit", item=a_parcel("Ninja Van"))),
        ),
        (("I want to return something", REASON), *RETURN_IN_ENGLISH),
        first=("1008", "deliver"),
    ),
    Story(
        "tom-sms",
        "Tom Baker",
        "en",
        (("where is my order", WHICH), ("3", constant("parcel_delivered"))),
        (
            ("return", REASON),
            ("3", said("utter_ask_resolution")),
            ("1", constant("utter_ask_return_confirm")),
            ("yes", constant("utter_return_created")),
        ),
    ),
)


def play(desk: System, phone: str, steps: tuple[Step, ...]) -> None:
    """Says or taps, one after the other, and waits for each answer."""
    for written, answer in steps:
        if written.startswith("!"):
            desk.press(phone, written[1:])
        else:
            desk.say(phone, written)
        desk.expect(phone, answer)


def with_an_agent(
    desk: System, phone: str, name: str, locale: str = "en", handed: str = "utter_handoff_asked_human"
) -> None:
    """Asks for a person who answers by Slack, is answered, and goes; then the bot speaks again."""
    desk.say(phone, WRITES[locale]["person"])
    desk.expect(phone, said(handed, locale))
    root = desk.slack_root(name)
    reply = desk.slack_reply(root, f"Hello {name}, Bea here: 你好!")
    desk.expect(phone, constant("agent_joined", locale))
    desk.expect(phone, f"Hello {name}, Bea here: 你好!")
    desk.slack_sent(reply)
    thanks = f"{WRITES[locale]['thanks']} {name}"
    desk.say(phone, thanks)
    desk.slack_expect(root, thanks)
    desk.slack_press(root, "case_resolve")
    desk.expect(phone, said("bot_back", locale))
    desk.slack_expect(root, "Resolved")
    desk.say(phone, WRITES[locale]["menu"])
    desk.expect(phone, said("utter_ask_topic", locale))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.phone)
def test_the_story_on_every_adapter(sqlite_desk: System, story: Story) -> None:
    tell(sqlite_desk, story)


@pytest.mark.parametrize("story", STORIES[:2], ids=lambda story: story.phone)
def test_the_story_with_postgresql(postgres_desk: System, story: Story) -> None:
    tell(postgres_desk, story)


def tell(desk: System, story: Story) -> None:
    """Tells the whole story of one customer."""
    play(desk, story.phone, story.status)
    if story.first[0]:
        desk.shop(*story.first)
        desk.handled()
    play(desk, story.phone, story.returned)
    desk.slack_expect(desk.slack_root(story.name), "return needs a decision")
    with_an_agent(desk, story.phone, story.name, story.locale)


def test_an_agent_s_notes_and_a_colleague_s_words_stay_inside(desk: System) -> None:
    phone = "omar-whatsapp"
    desk.say(phone, "agent")
    desk.expect(phone, said("utter_handoff_asked_human"))
    root = desk.slack_root("Omar Haddad")
    desk.slack_reply(root, "I have it")
    desk.expect(phone, "I have it")
    desk.slack_reply(root, "// a regular")
    desk.slack_reply(root, "let me help", user="sam")
    desk.slack_expect(root, "has this case")
    desk.slack_reply(root, "a guest's word", user="gus")
    desk.slack_expect(root, "Only full members")
    desk.slack_reply(root, "and that was all")
    desk.expect(phone, "and that was all")
    heard = " ".join(bubble["text"] for bubble in desk.answers(phone))
    assert "regular" not in heard
    assert "let me help" not in heard
    assert "guest" not in heard


def test_news_of_a_parcel_reach_the_customer_once(desk: System) -> None:
    phone, told = "meiling-twilio_whatsapp", []
    desk.say(phone, "你好")
    desk.expect(phone, "")
    before = {bubble["id"] for bubble in desk.answers(phone)}  # a story before may have listed the order
    for action in ("ship", "delay"):
        desk.mark(phone)
        desk.shop("1017", action)
        told.append(desk.expect(phone, "1017", SETTLED)["id"])
    desk.settled(SETTLED)
    news = [bubble for bubble in desk.answers(phone) if bubble["id"] not in before]
    assert [bubble["id"] for bubble in news if "1017" in bubble["text"]] == told
    notices = select(tables.notices.c.kind).where(tables.notices.c.order_number == "1017")
    assert {row.kind for row in desk.rows(notices)} == {"shipped", "delay"}
    assert not [bubble for bubble in desk.answers("meiling-sms") if "1017" in bubble["text"]]


def test_news_come_in_the_customer_s_language_and_by_a_template_to_whom_never_wrote(desk: System) -> None:
    desk.mark("xiaoming-whatsapp")
    desk.shop("1005", "pay")
    desk.shop("1005", "ship")
    told = desk.expect("xiaoming-whatsapp", "您好，王小明！您的订单 1005 已发货，由 DHL 承运。")
    assert told["template"] == "order_shipped"


def test_a_campaign_is_shown_first_and_then_told_to_nobody_twice(desk: System) -> None:
    ada = desk.meet(id="ada", name="Ada Byron", number="+447700900123", country="GB")
    desk.api("store/events", {"type": "order.created", "data": {"order": order_of_ada(datetime.now(UTC))}})
    desk.settled()
    preview = desk.command("campaign", "holiday-cutoff", "--preview", "--json")
    assert preview.returncode == 0, preview.stderr
    assert json.loads(preview.stdout)["counts"]["send"] >= 1
    assert not desk.answers(ada)
    for _ in range(2):
        sent = desk.command("campaign", "holiday-cutoff", "--send", "--json")
        assert sent.returncode == 0, sent.stderr
        desk.settled()
    assert [bubble["template"] for bubble in desk.answers(ada)] == ["holiday_cutoff"]


def order_of_ada(now: datetime) -> dict[str, Any]:
    """Makes an order of a customer who wants offers, whose clock shows early afternoon (offers keep quiet hours)."""
    east = 13 - now.hour
    customer = {
        "id": "ada",
        "name": "Ada Byron",
        "phone": "+447700900123",
        "locale": "en",
        "timezone": f"Etc/GMT{-east:+d}",
        "marketing": ["whatsapp"],
    }
    return {
        "number": "2001",
        "placed_at": now.isoformat(),
        "status": "paid",
        "currency": "GBP",
        "total": "20.00",
        "customer": customer,
        "shipping_address": {"line1": "1 Mill Lane", "city": "Leeds", "postcode": "LS1 1AA", "country": "GB"},
        "lines": [{"id": "l1", "sku": "CUP", "title": "Cup", "quantity": 1, "unit_price": "20.00"}],
    }
