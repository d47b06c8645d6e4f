"""Lists some of the templates that Meta offers to everybody, in words of our own; their form is Meta's."""

from typing import Any

Json = dict[str, Any]
VIEW, TRACK, MANAGE = "View order details", "Track my order", "Manage order"


def _entry(
    name: str, usecase: str, params: list[tuple[str, str]], texts: dict[str, tuple[str, str, list[str]]]
) -> Json:
    """Makes an entry in the languages of `texts`: (header, body, titles of URL buttons) of each."""
    return {"name": name, "usecase": usecase, "params": params, "texts": texts}


ENTRIES = (
    _entry(
        "shipment_confirmation_4",
        "SHIPMENT_CONFIRMATION",
        [("TEXT", "John"), ("TEXT", "12345")],
        {
            "en": ("On its way!", "Hi {{1}},\n\nYour order {{2}} has left us. See its details below.", [VIEW]),
            "zh_CN": ("已发货", "您好，{{1}}！\n\n您的订单 {{2}} 已发出，详情请见下方。", ["查看订单"]),
        },
    ),
    _entry(
        "order_delay_1",
        "ORDER_DELAY",
        [("TEXT", "John"), ("TEXT", "delay"), ("TEXT", "delivering"), ("TEXT", "12345")],
        {
            "en": ("", "Hi {{1}}, there is a {{2}} in {{3}} your order {{4}}.\n\nWe keep you informed.", [TRACK, VIEW]),
            "zh_CN": (
                "",
                "您好，{{1}}！出现{{2}}，正在{{3}}您的订单 {{4}}。\n\n有新消息会通知您。",
                ["查物流", "看订单"],
            ),
        },
    ),
    _entry(
        "delivery_confirmation_1",
        "DELIVERY_CONFIRMATION",
        [("TEXT", "John"), ("TEXT", "12345")],
        {
            "en": ("", "Hi {{1}}, your order {{2}} has arrived.\n\nManage it below.", [MANAGE]),
            "zh_CN": ("", "您好，{{1}}！您的订单 {{2}} 已送达。\n\n可在下方管理订单。", ["管理订单"]),
        },
    ),
    _entry(
        "refund_confirmation_1",
        "PAYMENT_CONFIRMATION",
        [("TEXT", "John"), ("AMOUNT", "$12.34"), ("TEXT", "12345")],
        {
            "en": ("Refund of {{1}}", "Hi {{1}},\n\nYour refund of {{2}} for order {{3}} is on its way.", []),
            "zh_CN": ("退款 {{1}}", "您好，{{1}}！\n\n订单 {{3}} 的退款 {{2}} 已经处理。", []),
        },
    ),
)
