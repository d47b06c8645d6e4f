"""Tests what customers mean: phrases, patterns, slips."""

import pytest

from flows.engine.flowset import FlowSet


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
