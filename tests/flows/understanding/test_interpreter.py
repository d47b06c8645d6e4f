"""Tests what customers mean: whole phrases and commands, what must not be missed, what is refused, what is likely."""

import pytest

from flows.engine.flowset import FlowSet
from flows.understanding.reading import Outcome


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Where is my order?", "order_status"),
        ("where's my package!!", "order_status"),
        ("WHERE IS MY ORDER 1001", "order_status"),
        ("when will my boots arrive", "order_status"),
        ("has my order shipped yet?", "order_status"),
        ("track my oder", "order_status"),
        ("我的快递到哪里了？", "order_status"),
        ("我的訂單到哪裡了", "order_status"),
        ("什么时候发货", "order_status"),
        ("I want to return these shoes", "return_item"),
        ("可以退货吗", "return_item"),
        ("my tote came damaged", "damaged"),
        ("tracking says delivered but there's nothing here", "not_received"),
        ("can I talk to a real person please", "human"),
        ("AGENT", "human"),
        ("👤", "human"),
        ("转人工", "human"),
        ("cancel my order", "cancel_order"),
        ("I was charged twice!!", "payment_failed"),
        ("Hi!", "greeting"),
        ("/start", "greeting"),
        ("你好！", "greeting"),
        ("thank you!!", "thanks"),
        ("谢谢", "thanks"),
        ("YES", "yes"),
        ("no", "no"),
    ],
)
def test_intents(flows: FlowSet, text: str, intent: str) -> None:
    reading = flows.interpreter.read(text)
    assert (reading.outcome, reading.intent) == (Outcome.ACCEPT, intent)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        *(("never mind", "cancel"), ("0", "cancel"), ("０", "cancel"), ("exit", "cancel"), ("算了", "cancel")),
        *(("𝓬𝓪𝓷𝓬𝓮𝓵", "cancel"), ("Menu", "menu"), ("/menu", "menu"), ("菜单", "menu")),
    ],
)
def test_commands(flows: FlowSet, text: str, command: str) -> None:
    reading = flows.interpreter.read(text)
    assert (reading.command, reading.intent) == (command, "")


@pytest.mark.parametrize("text", ["purple monkey dishwasher", "", "🤷", "{{7*7}}", "what's the weather", "讲个笑话"])
def test_what_is_no_request(flows: FlowSet, text: str) -> None:
    assert flows.interpreter.read(text).outcome is Outcome.NONE


@pytest.mark.parametrize(
    "text",
    [
        *(
            "it broke again, agent please",
            "I need help from a person",
            "can a person look at this?",
            "give me a person",
        ),
        *("customer care", "live chat", "let me talk to your manager", "talk to support", "call me", "a person"),
        *("my boots of order 1001 arrived broken, I want a person", "杯子碎了，我要转人工"),
        *("is there a human", "I don't want to talk to a bot", "could somebody please call me", "no bots please"),
        *("人工服务谢谢", "有没有人", "叫你们经理来", "我要找真人", "不想和机器人聊", "给我打电话"),
    ],
)
def test_a_wish_for_a_person_is_heard_anywhere(flows: FlowSet, text: str) -> None:
    assert flows.interpreter.read(text).intent == "human"


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        *(("my mixer exploded and burned my hand", "safety"), ("孩子用了以后过敏了", "safety")),
        *(("my lawyer will contact you", "legal"), ("我要找消协投诉", "legal")),
        *(("I never ordered this, somebody used my card", "fraud"), ("我的卡被盗刷了", "fraud")),
        *(("you sold my data", "privacy"), ("个人信息泄露了", "privacy")),
        *(("you are crooks", "anger"), ("太坑了", "anger")),
        *(("this is the third time I am asking", "repeat_contact"), ("问了好几次没人管", "repeat_contact")),
    ],
)
def test_a_risk_goes_to_a_person_at_once(flows: FlowSet, text: str, risk: str) -> None:
    reading = flows.interpreter.read(text)
    assert (reading.outcome, reading.intent, reading.risk) == (Outcome.ACCEPT, "human", risk)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("please do not cancel my order", "cancel_order"),
        ("I don't want to cancel my order, just know where it is", "cancel_order"),
        ("I don't need a human", "human"),
        ("I don't want a refund", "return_item"),
        ("我不要退货", "return_item"),
        ("不要转人工", "human"),
        ("别取消我的订单", "cancel_order"),
        ("I do not wish to unsubscribe", "unsubscribe"),
    ],
)
def test_a_refused_wish_is_none(flows: FlowSet, text: str, refused: str) -> None:
    reading = flows.interpreter.read(text)
    assert reading.intent != refused
    assert reading.command == ""


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("i don't want the order anymore, cancel it", "cancel_order"),
        ("不想要了请取消", "cancel_order"),
        ("I don't like it, I want to return it", "return_item"),
    ],
)
def test_a_not_about_something_else_refuses_nothing(flows: FlowSet, text: str, intent: str) -> None:
    assert flows.interpreter.read(text).intent == intent


@pytest.mark.parametrize(
    "text", ["stop sending me messages", "别再给我发消息了", "take me off your list", "please don't text me", "退订"]
)
def test_stop_in_any_wording(flows: FlowSet, text: str) -> None:
    reading = flows.interpreter.read(text)
    assert (reading.outcome, reading.intent) == (Outcome.ACCEPT, "unsubscribe")


def test_an_unsure_stop_is_asked_back(flows: FlowSet) -> None:
    reading = flows.interpreter.read("no more messages?")
    assert (reading.outcome, reading.candidates[0].intent) == (Outcome.ASK, "unsubscribe")


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("where is my order and can I change the address", "order_status", "change_address"),
        ("我的订单到哪了？另外发票怎么开", "order_status", "invoice"),
    ],
)
def test_two_requests_in_one_message(flows: FlowSet, text: str, first: str, second: str) -> None:
    reading = flows.interpreter.read(text)
    assert (reading.intent, reading.also) == (first, second)


def test_the_same_text_is_read_once(flows: FlowSet) -> None:
    assert flows.interpreter.read("Where is my order?!") is flows.interpreter.read("where is my ORDER")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("go back", "back"),
        ("Please go back, thanks", "back"),
        ("ok skip", "skip"),
        ("what?", "repeat"),
        ("start over please", "restart"),
        ("/restart", "restart"),
        ("please reset", "restart"),
        ("change something please", "change"),
        ("上一步", "back"),
        ("跳过吧", "skip"),
        ("请重新开始", "restart"),
        ("重新来吧", "restart"),
        ("修改一下", "change"),
        ("please", ""),
        ("I want to go back to red", ""),
        ("skip the line", ""),
    ],
)
def test_a_command_may_be_polite(flows: FlowSet, text: str, command: str) -> None:
    assert flows.interpreter.read(text).command == command


@pytest.mark.parametrize("text", ["yes", "both", "the latest", "no"])
def test_an_answer_is_told_as_no_intent(flows: FlowSet, text: str) -> None:
    told = flows.interpreter.told(text)
    assert (told["outcome"], told["intent"]) == ("none", None)
