"""Tests where a message is parted: between two requests, and not inside the story of one."""

import pytest

from flows.engine.flowset import FlowSet
from flows.understanding.parting import PARTS
from flows.understanding.reading import Outcome


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("Where is my order, can I return the boots", "order_status return_item"),
        ("where is my order? Also what are your opening hours", "order_status store_hours"),
        ("CANCEL MY ORDER AND CAN YOU SEND ME AN INVOICE", "cancel_order invoice"),
        ("我的订单到哪了，发票帮我开一下", "order_status invoice"),
        ("我的快递到哪里了 怎么退货", "order_status return_item"),
        ("怎么退货？另外一个问题，几点关门", "return_item store_hours"),
        ("查一下我的订单到哪了，再把收货地址改一下", "order_status change_address"),
        ("我的訂單到哪了，發票幫我開一下", "order_status invoice"),
        ("stop sending me ads. where is my order", "unsubscribe order_status"),
        ("别再给我发广告了，我的订单到哪了", "unsubscribe order_status"),
    ],
)
def test_two_requests_in_a_message(flows: FlowSet, text: str, intents: str) -> None:
    reading = flows.interpreter.read(text)
    assert (reading.outcome, f"{reading.intent} {reading.also}") == (Outcome.ACCEPT, intents)
    assert flows.interpreter.read(reading.also_text).intent == reading.also


@pytest.mark.parametrize(
    "text",
    [
        "i bought this dress for a wedding, it doesn't fit, can i send it back",
        "i ordered a black hoodie, you sent me grey",
        "穿了一次觉得不舒服，吊牌还在，可以退吗",
        "昨天刚买，今天就降价了，能退差价吗",
        "买了三件，只收到两件",
    ],
)
def test_the_story_of_one_request_is_one(flows: FlowSet, text: str) -> None:
    assert flows.interpreter.read(text).also == ""


def test_a_wish_to_hear_no_more_that_is_a_question_is_asked_back(flows: FlowSet) -> None:
    assert flows.interpreter.read("i am tired of it. can you stop texting me ads?").outcome is Outcome.ASK


def test_numbers_with_commas_and_many_parts(flows: FlowSet) -> None:
    parts = flows.interpreter.parts
    assert parts("is it 1,000 or 2,000") == ["is it 1,000 or 2,000"]
    assert parts("几点还有人在") == ["几点还有人在"]
    assert parts("1001到哪了，1002帮我取消") == ["1001到哪了", "1002帮我取消"]
    assert parts(" , .") == []
    assert len(parts("where is it. " * 30)) == PARTS
