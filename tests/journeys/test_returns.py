"""Tests a claim as a customer makes it: a damaged item with photos by WhatsApp, in Chinese, asked about in between."""

from sqlalchemy import select

from storage import tables
from tests.journeys.actors import until
from tests.journeys.system import System
from tests.journeys.wording import constant, said

returns = tables.returns.c


def delivered(desk: System, number: str) -> None:
    desk.shop(number, "deliver")
    desk.handled()


def request_of(desk: System, number: str) -> str:
    """Waits for the return of an order and gives its lines, as they are kept."""
    found = select(returns.lines, returns.details).where(returns.order_number == number)
    row = until(lambda: next(iter(desk.rows(found)), None), f"a return of {number}")
    return f"{row.lines} {row.details}"


def test_a_damaged_item_with_photos_by_whatsapp_in_chinese(sqlite_desk: System) -> None:
    desk, phone = sqlite_desk, "xiaoming-whatsapp"
    delivered(desk, "1004")
    desk.say(phone, "收到的茶杯是坏的")
    desk.expect(phone, "有问题的是几件")
    desk.say(phone, "一件")
    desk.expect(phone, said("utter_ask_claim_photos", "zh"))
    desk.send(phone, "image")
    desk.send(phone, "image")
    desk.say(phone, "订单1006到哪了？")  # asked in between
    desk.expect(phone, said("utter_ask_claim_photos", "zh"))
    desk.say(phone, "好了")
    desk.expect(phone, constant("utter_ask_solution", "zh"))
    desk.say(phone, "补发")
    desk.expect(phone, "1 × 青花瓷茶杯（蓝色）：商品损坏")
    desk.say(phone, "提交")
    desk.expect(phone, "R1004-1")
    kept = request_of(desk, "1004")
    assert '"reason":"damaged"' in kept
    assert kept.count('"photos":["') == 1
    desk.slack_expect(desk.slack_root("王小明"), "Something arrived damaged")
