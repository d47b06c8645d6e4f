"""Tests that the order last spoken of is what a message points at: "cancel it", "那个退掉"."""

from datetime import timedelta

import pytest

from flows.engine.dialog import Dialog
from flows.engine.flowset import FlowSet
from flows.engine.hearing.memory import spoken_of
from flows.engine.session import Entry, Subject, new_session
from tests.flows.engine.test_advance import NOW


def dialog(flows: FlowSet, minutes: float = 0) -> Dialog:
    begun = Dialog(flows, new_session("en"), NOW)
    begun.focus = Subject("1001", at=NOW - timedelta(minutes=minutes))
    return begun


@pytest.mark.parametrize(
    "text",
    [
        *("cancel it", "and when will it arrive?", "return that one", "send that order back", "the same one please"),
        *("那个退掉", "它什么时候到", "这个订单取消", "同一个", "刚才那单"),
    ],
)
def test_a_message_points_at_what_was_spoken_of(flows: FlowSet, text: str) -> None:
    assert spoken_of(dialog(flows, 60), text) == "1001"


@pytest.mark.parametrize(
    "text",
    [
        *("cancel my order", "is it possible that my order is lost?", "return the other one", "cancel both of them"),
        *("where is another parcel", "取消我的订单", "另外那个呢", "全部退掉", "那么我的包裹呢"),
    ],
)
def test_what_may_be_another_order_is_asked(flows: FlowSet, text: str) -> None:
    assert spoken_of(dialog(flows), text, unnamed=True) == ""


@pytest.mark.parametrize("text", ["and when?", "什么时候到"])
def test_a_message_that_names_nothing_is_about_it_for_a_while(flows: FlowSet, text: str) -> None:
    assert spoken_of(dialog(flows, 5), text, unnamed=True) == "1001"
    assert spoken_of(dialog(flows, 31), text, unnamed=True) == ""
    assert spoken_of(dialog(flows, 5), text) == ""


def test_it_is_forgotten_after_a_day(flows: FlowSet) -> None:
    assert spoken_of(dialog(flows, 24 * 60 - 1), "cancel it") == "1001"
    assert spoken_of(dialog(flows, 24 * 60), "cancel it") == ""


def test_a_number_that_is_filled_in_is_what_is_spoken_of(flows: FlowSet) -> None:
    begun = dialog(flows)
    begun.push("returns", Entry.ROOT, {})
    begun.fill({"order_number": "1002"})
    assert spoken_of(begun, "cancel it") == "1002"
    begun.fill({"order_number": ["1003"]})
    assert spoken_of(begun, "cancel it") == "1002"
