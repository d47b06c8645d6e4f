"""The story of the store on every adapter: where is it, send it back, a person please, thank you; and its news."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.journeys.system import System

Step = tuple[str, str]  # what she says (with a leading "!": taps), and a piece of the answer


@dataclass(frozen=True)
class Words:
    """What is said in one language."""

    person: str
    person_answer: str
    joined: str
    left: str
    menu: str
    menu_answer: str


ENGLISH = Words(
    "talk to a person", "bringing in a colleague", "is here now", "back with me, the bot", "menu", "What can I do"
)
CHINESE = Words(
    "人工", "正在为您转接人工客服", "已加入", "现在由我（机器人）继续为您服务", "菜单", "请问有什么可以帮您"
)


@dataclass(frozen=True)
class Story:
    """One customer on one adapter."""

    phone: str
    name: str
    words: Words
    status: tuple[Step, ...]
    returned: tuple[Step, ...]
    first: tuple[str, str] = ("", "")  # a button of the store's panel before the return


RETURN_IN_ENGLISH: tuple[Step, ...] = (
    ("!Changed my mind", "How should we make it right"),
    ("!Refund", "Shall I send this return request"),
    ("!Send it", "is registered"),
)

STORIES = (
    Story(
        "jane-whatsapp",
        "Jane Doe",
        ENGLISH,
        (("Where is my order?", "Which order"), ("!#1001", "on its way with DHL")),
        (
            ("I want to return something from order 1003", "e-mail address or its postcode"),
            ("12345", "What's the reason"),
            *RETURN_IN_ENGLISH,
        ),
    ),
    Story(
        "meiling-twilio_whatsapp",
        "林美玲",
        CHINESE,
        (("我的订单到哪了", "请问是哪一个订单"), ("1016", "包裹正在运输途中")),
        (("退货", "再告诉我一项"), ("018961", "原因"), ("不想要了", "换货"), ("退款", "提交"), ("提交", "办好了")),
    ),
    Story(
        "priya-messenger",
        "Priya Nair",
        ENGLISH,
        (
            ("where is my order", "What's your order number"),
            ("1018", "To keep your order private"),
            ("80302", "on its way with UPS"),
        ),
        (("I want to return something", "What's the reason"), *RETURN_IN_ENGLISH),
        first=("1018", "deliver"),
    ),
    Story(
        "marcus-telegram",
        "Marcus Lee",
        ENGLISH,
        (
            ("where is my order 1008?", "To keep your order private"),
            ("marcus@example.com", "on its way with Ninja Van"),
        ),
        (("I want to return something", "What's the reason"), *RETURN_IN_ENGLISH),
        first=("1008", "deliver"),
    ),
    Story(
        "tom-sms",
        "Tom Baker",
        ENGLISH,
        (("where is my order", "Which order"), ("3", "It was delivered")),
        (
            ("return", "e-mail address or its postcode"),
            ("90028", "What's the reason"),
            ("3", "How should we make it right"),
            ("1", "Shall I send this return request"),
            ("yes", "is registered"),
        ),
    ),
)


def play(desk: System, phone: str, steps: tuple[Step, ...]) -> None:
    """Says or taps, one after the other, and waits for each answer."""
    for said, answer in steps:
        if said.startswith("!"):
            desk.press(phone, said[1:])
        else:
            desk.say(phone, said)
        desk.expect(phone, answer)


def with_an_agent(desk: System, phone: str, name: str, words: Words) -> None:
    """A person is asked for, answers by Slack, is answered, and goes; then the bot speaks again."""
    desk.say(phone, words.person)
    desk.expect(phone, words.person_answer)
    root = desk.slack_root(name)
    reply = desk.slack_reply(root, f"Hello {name}, Bea here: 你好!")
    desk.expect(phone, words.joined)
    desk.expect(phone, f"Hello {name}, Bea here: 你好!")
    desk.slack_reaction(reply, "white_check_mark")
    desk.say(phone, f"thank you, says {name}")
    desk.slack_expect(root, f"thank you, says {name}")
    desk.slack_press(root, "case_resolve")
    desk.expect(phone, words.left)
    desk.slack_expect(root, "Resolved")
    desk.say(phone, words.menu)
    desk.expect(phone, words.menu_answer)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.phone)
def test_the_story_on_every_adapter(sqlite_desk: System, story: Story) -> None:
    tell(sqlite_desk, story)


@pytest.mark.parametrize("story", STORIES[:2], ids=lambda story: story.phone)
def test_the_story_with_postgresql(postgres_desk: System, story: Story) -> None:
    tell(postgres_desk, story)


def tell(desk: System, story: Story) -> None:
    """The whole story of one customer."""
    play(desk, story.phone, story.status)
    if story.first[0]:
        desk.shop(*story.first)
        desk.handled()
    play(desk, story.phone, story.returned)
    desk.slack_expect(desk.slack_root(story.name), "return needs a decision")
    with_an_agent(desk, story.phone, story.name, story.words)


def test_an_agent_s_notes_and_a_colleague_s_words_stay_inside(desk: System) -> None:
    phone = "omar-whatsapp"
    desk.say(phone, "agent")
    desk.expect(phone, "bringing in a colleague")
    root = desk.slack_root("Omar Haddad")
    desk.slack_reply(root, "I have it")
    desk.expect(phone, "I have it")
    desk.slack_reply(root, "// he is a regular")
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
    phone, told = "meiling-twilio_whatsapp", ("订单 1017 已发货", "订单 1017 将晚于原定日期送达")
    desk.say(phone, "你好")
    desk.expect(phone, "")
    desk.shop("1017", "ship")
    desk.expect(phone, told[0])
    desk.shop("1017", "delay")
    desk.expect(phone, told[1])
    desk.settled()
    for words in told:
        assert sum(words in bubble["text"] for bubble in desk.answers(phone)) == 1
    assert not [bubble for bubble in desk.answers("meiling-sms") if "1017" in bubble["text"]]


def test_news_come_in_the_customer_s_language_and_by_a_template_to_whom_never_wrote(desk: System) -> None:
    chinese = "您好 {{1}}，订单 {{2}} 已由 {{3}} 发出，单号 {{4}}，预计 {{5}}：{{6}}"
    desk.api("templates", {"name": "order_shipped", "language": "zh_CN", "body": chinese})
    desk.mark("xiaoming-whatsapp")
    desk.shop("1005", "pay")
    desk.shop("1005", "ship")
    told = desk.expect("xiaoming-whatsapp", "您好 王小明，订单 1005 已由 DHL 发出")
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
    """An order of a customer who wants offers, whose clock shows early afternoon (offers keep quiet hours)."""
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
