import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.documents import Place
from flows.engine.flowset import FlowSet
from flows.engine.model import Slot
from flows.engine.session import Offered
from flows.understanding import entities
from flows.understanding.normalise import clean, folded
from flows.understanding.numbers import small_number
from flows.understanding.parsers import PARSERS, parse
from flows.understanding.recogniser import pressed, recognise

HERE = Place("x", 1)
MENU = (
    Offered("m.1~x", "order_status", "Where's my order?", "", ("order", "status")),
    Offered("m.2~x", "returns", "Return an item"),
    Offered("m.3~x", "human", "Talk to a person", "", ("人工",)),
)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Where is my order?", "order_status"),
        ("where's my package!!", "order_status"),
        ("WHERE IS MY ORDER 1001", "order_status"),
        ("when will my boots arrive", "order_status"),
        ("I still haven't received anything", "order_status"),
        ("has my order shipped yet?", "order_status"),
        ("track my oder", "order_status"),
        ("我的快递到哪里了？", "order_status"),
        ("什么时候发货", "order_status"),
        ("還沒收到", "order_status"),
        ("I want to return these shoes", "returns"),
        ("how do I get a refund", "returns"),
        ("they don't fit", "returns"),
        ("可以退货吗", "returns"),
        ("太小了", "returns"),
        ("can I talk to a real person please", "human"),
        ("AGENT", "human"),
        ("👤", "human"),
        ("转人工", "human"),
        ("never mind", "cancel"),
        ("0", "cancel"),
        ("０", "cancel"),
        ("exit", "cancel"),
        ("算了", "cancel"),
        ("𝓬𝓪𝓷𝓬𝓮𝓵", "cancel"),
        ("Menu", "menu"),
        ("/menu", "menu"),
        ("菜单", "menu"),
        ("cancel my order", "order_change"),
        ("Hi!", "greeting"),
        ("/start", "greeting"),
        ("你好！", "greeting"),
        ("thank you!!", "thanks"),
        ("谢谢", "thanks"),
        ("YES", "yes"),
        ("no", "no"),
        ("purple monkey dishwasher", ""),
        ("", ""),
        ("🤷", ""),
        ("{{7*7}}", ""),
    ],
)
def test_intents(flows: FlowSet, text: str, intent: str) -> None:
    assert flows.interpreter.intent(text) == intent


def test_text_is_brought_to_one_form() -> None:
    assert clean(" ２\u200b \n x\ufe0f ") == "2 x"
    assert folded("It’s  GREAT!!!") == "it's great"
    assert folded("👍") == "👍"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2),
        ("２", 2),
        ("2️⃣", 2),
        ("(2)", 2),
        ("2.", 2),
        ("#2", 2),
        ("option 2", 2),
        ("no. 2", 2),
        ("two", 2),
        ("Two please", 2),
        ("the second one", 2),
        ("2nd", 2),
        ("二", 2),
        ("两件", 2),
        ("第二个", 2),
        ("选2", 2),
        ("3 pieces", 3),
        ("二十", None),
        ("", None),
        ("size 2 or 3", None),
        ("12345", None),
    ],
)
def test_small_numbers(text: str, number: int | None) -> None:
    assert small_number(text) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Return an item", "returns"),
        ("return an item.", "returns"),
        ("Retrun an item", "returns"),
        ("returns", "returns"),
        ("2", "returns"),
        ("the last one", "human"),
        ("status", "order_status"),
        ("wheres my order", "order_status"),
        ("人工", "human"),
        ("4", None),
        ("0", None),
        ("item", None),
        ("", None),
        ("purple", None),
    ],
)
def test_choices(text: str, value: str | None) -> None:
    found = recognise(text, MENU)
    assert (found.value if found else None) == value


def test_two_choices_alike_are_not_guessed() -> None:
    offered = (Offered("a", "a", "Leather boots 42"), Offered("b", "b", "Leather boots 43"))
    assert recognise("Leather boots", offered) is None
    assert recognise("Leather boots 4", offered) is None
    assert recognise("leather boots 43", offered) == offered[1]


def test_an_order_number_beats_its_place_in_the_list() -> None:
    offered = (Offered("a", "1002", "#1002 · Dec 1"), Offered("b", "1", "#1 · Dec 1"))
    assert recognise("#1", offered) == offered[1]
    assert recognise("1002", offered) == offered[0]


def test_presses_are_matched_by_id_alone() -> None:
    assert pressed("m.2~x", MENU) == MENU[1]
    assert pressed("m.2~y", MENU) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1001", "1001"),
        ("#1001", "1001"),
        ("no 1001 pls", "1001"),
        ("my order number is ds-1001, thanks", "DS-1001"),
        ("订单号：１００１", "1001"),
        ("单号1001谢谢", "1001"),
        ("#7", "7"),
        ("7", "7"),
        ("1Z999AA10123456784", "1Z999AA10123456784"),
        ("jd0001", "JD0001"),
        ("1001, jane55@example.com", "1001"),
        ("+1 202 555 0101", None),
        ("(202) 555-0101", None),
        ("jane55@example.com", None),
        ("I don't know", None),
        ("", None),
    ],
)
def test_order_numbers(text: str, number: str | None) -> None:
    assert entities.order_number(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("where is my order 1001?", "1001"),
        ("where is order #12", "12"),
        ("where is my order from 2025", None),
        ("where is order 2025", "2025"),
        ("I bought 2 boots", None),
        ("where are my boots", None),
        ("我的订单1001到哪了", "1001"),
    ],
)
def test_order_numbers_mentioned_by_the_way(text: str, number: str | None) -> None:
    assert entities.mentioned_order(text) == number


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "  hello ", "hello"),
        ("text", "   ", None),
        ("bool", "Yes please", True),
        ("bool", "不是", False),
        ("bool", "maybe", None),
        ("int", "three", 3),
        ("int", "０", None),
        ("int", "11", None),
        ("email", "It's Jane.Doe@Example.com.", "jane.doe@example.com"),
        ("email", "jane at example", None),
        ("phone", "(202) 555-0101", "+12025550101"),
        ("phone", "+44 20 7946 0018", "+442079460018"),
        ("phone", "12", None),
        ("postcode", "it is 12345-6789 ok", "12345-6789"),
        ("postcode", "sw1a 1aa", "SW1A1AA"),
        ("postcode", "K1A 0B1", "K1A0B1"),
        ("postcode", "100000", "100000"),
        ("postcode", "hello", None),
        ("order_number", "no 1001", "1001"),
        ("proof", "last four are 0101", "0101"),
        ("proof", "JANE@example.com", "jane@example.com"),
        ("proof", "zip 12345", "12345"),
        ("proof", "no idea", None),
        ("choice", "1", None),
    ],
)
def test_parsers(flows: FlowSet, kind: str, text: str, value: object) -> None:
    assert parse(Slot("x", kind, HERE, minimum=1, maximum=10), text, flows.interpreter) == value


@given(st.text(max_size=300), st.sampled_from(sorted(PARSERS)))
def test_no_text_breaks_a_parser(flows: FlowSet, text: str, kind: str) -> None:
    value = parse(Slot("x", kind, HERE), text, flows.interpreter)
    assert value is None or isinstance(value, str | int)
    entities.mentioned_order(text)
    recognise(text, MENU)


@pytest.mark.parametrize(
    "text", ["a" * 5000, "1 " * 2500, "a.b@" * 1200, "no. " * 1200, "order number " * 400, "第" * 5000]
)
def test_long_messages_are_read_in_no_time(flows: FlowSet, text: str) -> None:
    began = time.process_time()
    flows.interpreter.intent(text)
    recognise(text, MENU)
    entities.mentioned_order(text)
    for kind in PARSERS:
        parse(Slot("x", kind, HERE), text, flows.interpreter)
    assert time.process_time() - began < 0.5
