"""Tests wishes that words refuse, in both languages, and what only looks like a wish for a person or for less."""

import pytest

from flows.engine.flowset import FlowSet

NO_PERSONS_EN = """
ask the courier to call me before delivery
please call me when you are downstairs
i want to give someone a present
leave it with someone at reception
i don't want a robot vacuum
change my phone number
do you have support bras
i need a present for someone special
can i send it to a person in spain
i don't need a human
is it for two people
how many people does the tent sleep
can someone else pick up my parcel
no need for an agent
"""
NO_STOPS_EN = """
don't ship it if not packed yet
please stop my order before it ships
don't send me the replacement
stop sending me the wrong size
remove my name from the parcel
remove the scarf from my order
i don't want to receive it on friday
don't call me before nine
no more than two please
don't stop sending me offers
does it stop working below zero
take the socks off my order
"""
NO_PERSONS_ZH = """
    人工智能音箱有货吗
    人工草坪多少钱
    联系电话是13800000000
    请师傅送货前给我打电话
    我昨天联系客服说今天到
    扫地机器人没用几天就坏了
    需要几个人安装
    不要个人发票，要公司的
    别用机器洗可以吗
    客服几点下班
"""
NO_STOPS_ZH = """
    早上那单没打包就别发了
    别发货了，我不要了
    先别发货
    不要发错了
    别再发错货了
    不要发圆通
    到货通知我
    不要推迟送货
    快递别打电话，放门口
    把围巾从订单里删掉
    停止发货
    不要取消订阅
    还没发货就别发了
    不要再发错颜色了
    不要发短信给收件人，是惊喜
    订单不要发了
    别寄了
    取消发货
"""
REFUSED = [
    ("please don't cancel my order", "cancel_order"),
    ("i never said i want to cancel", "cancel_order"),
    ("no need to cancel anything", "cancel_order"),
    ("i am not asking to cancel my order", "cancel_order"),
    ("we don't want to cancel the order", "cancel_order"),
    ("dont cancel it", "cancel_order"),
    ("the address is right, don't change it", "change_address"),
    ("you do not need to update my address", "change_address"),
    ("please don't change my delivery address", "change_address"),
    ("no gift wrap needed", "gift"),
    ("gift wrapping is not necessary", "gift"),
    ("it is not a gift", "gift"),
    ("please don't delete my account", "data_erase"),
    ("i do not want my data erased", "data_erase"),
    ("keep tuesday, don't move the delivery", "reschedule_delivery"),
    ("please do not reschedule my delivery", "reschedule_delivery"),
    ("i don't need an invoice", "invoice"),
    ("no receipt needed", "invoice"),
    ("i don't want to return it", "return_item"),
    ("i'm not looking for a refund", "return_item"),
    ("i won't return the shoes", "return_item"),
    ("a refund is not necessary", "return_item"),
    ("no exchange please, i like it", "exchange_item"),
    ("i would not like to exchange it", "exchange_item"),
    ("i am not going to buy it", "place_order"),
    ("please don't add anything to my order", "change_items"),
    ("i don't want to change my order", "change_items"),
    ("i don't need to talk to a person", "human"),
    ("please don't unsubscribe me", "unsubscribe"),
    ("i don't want to complain", "complaint"),
    ("地址没错，不用改", "change_address"),
    ("地址對的 不用改了", "change_address"),
    ("不要改地址", "change_address"),
    ("不需要礼品包装", "gift"),
    ("不用包裝禮盒", "gift"),
    ("礼品包装就不用了", "gift"),
    ("请不要删除我的账号", "data_erase"),
    ("别注销我的账户", "data_erase"),
    ("还是周二送，不改时间", "reschedule_delivery"),
    ("不用改送货时间", "reschedule_delivery"),
    ("取消订阅？不要，我还想收", "unsubscribe"),
    ("我没要退订", "unsubscribe"),
    ("发票就不用了", "invoice"),
    ("不需要开发票", "invoice"),
    ("不用開發票", "invoice"),
    ("我不是要退货", "return_item"),
    ("先别退款", "return_item"),
    ("别取消了，我还要", "cancel_order"),
    ("请不要取消我的订单", "cancel_order"),
    ("我沒讓你們取消訂單", "cancel_order"),
    ("取消？不用", "cancel_order"),
    ("不换货", "exchange_item"),
    ("暂时不换了", "exchange_item"),
    ("不用转人工", "human"),
    ("不需要客服", "human"),
    ("不要給我打電話", "human"),
    ("我不投诉", "complaint"),
    ("不打算投诉", "complaint"),
    ("没说要退货", "return_item"),
    ("不用帮我取消订单", "cancel_order"),
    ("不用退了，我留着", "return_item"),
    ("我没想取消，只是问问", "cancel_order"),
    ("不要换，直接退款", "exchange_item"),
    ("地址就不改了", "change_address"),
    ("不用给我开发票", "invoice"),
    ("不需要贺卡", "gift"),
    ("别删我的资料", "data_erase"),
    ("不必转人工了", "human"),
    ("时间不变，不用改", "reschedule_delivery"),
    ("先不退", "return_item"),
    ("不是想投诉", "complaint"),
    ("加购的不用了", "change_items"),
    ("我不想注销", "data_erase"),
    ("不要取消訂單", "cancel_order"),
    ("不要預訂", "preorder"),
]
WANTED = [
    ("i don't know how to cancel my order", "cancel_order"),
    ("the app does not let me cancel my order", "cancel_order"),
    ("it doesn't fit i want to return it", "return_item"),
    ("i don't need it anymore, cancel my order", "cancel_order"),
    ("not happy with it, i want to return it", "return_item"),
    ("can't find my invoice", "invoice"),
]


def listed(*texts: str) -> list[str]:
    """Lists the messages of texts, one a line."""
    return [line.strip() for text in texts for line in text.strip().splitlines()]


@pytest.mark.parametrize("text", listed(NO_PERSONS_EN, NO_PERSONS_ZH))
def test_another_person_is_no_wish_for_one(flows: FlowSet, text: str) -> None:
    assert flows.interpreter.read(text).intent != "human"


@pytest.mark.parametrize("text", listed(NO_STOPS_EN, NO_STOPS_ZH))
def test_a_stop_to_something_else_stops_no_messages(flows: FlowSet, text: str) -> None:
    assert flows.interpreter.read(text).intent != "unsubscribe"


@pytest.mark.parametrize(("text", "intent"), REFUSED)
def test_a_refused_wish_is_not_carried_out(flows: FlowSet, text: str, intent: str) -> None:
    assert flows.interpreter.read(text).intent != intent


@pytest.mark.parametrize(("text", "intent"), WANTED)
def test_a_not_beside_a_wish_does_not_refuse_it(flows: FlowSet, text: str, intent: str) -> None:
    reading = flows.interpreter.read(text)
    assert intent in (reading.intent, *(each.intent for each in reading.candidates[:1]))


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("stop fucking texting me", "anger"),
        ("stop f***ing texting me", ""),
        ("for the last time stop sending me this crap", ""),
        ("他妈的别再给我发短信了", "anger"),
        ("please stop texting me", ""),
    ],
)
def test_a_risk_does_not_hide_a_stop(flows: FlowSet, text: str, risk: str) -> None:
    reading = flows.interpreter.read(text)
    assert reading.intent == "unsubscribe"
    assert reading.risk == risk or not risk
