"""Tests one-time codes: whom they may be sent to, how often, what a right and a wrong one mean."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from core.people.conversations import Proof
from core.people.one_time_codes import SentCode, code_of, is_code
from flows.engine.actions import run_action
from flows.engine.context import ActionContext
from flows.engine.effects import GrantProof, RecordCodeTry, SendCode
from flows.library.one_time_code.actions import masked_email
from flows.tools.memory_store import CODE, MemoryStore
from tests.flows.library.samples import NOW, PHONE, context, granted, order, value

BOTH = frozenset(("sms", "email"))


def proven(*orders: dict[str, Any], **changed: Any) -> ActionContext:
    return context(*orders, grants=granted(hours=9), code_ways=changed.pop("code_ways", BOTH), **changed)


def sent(ctx: ActionContext, way: str = "email", minutes: float = 0) -> ActionContext:
    """Lets a code be sent, so many minutes ago."""
    assert isinstance(ctx.store, MemoryStore)
    ctx.store.apply(SendCode("1001", way), NOW - timedelta(minutes=minutes))
    return ctx


def tried(ctx: ActionContext, code: str) -> str:
    result = run_action("check_code", {"order_number": "1001", "code": code}, ctx)
    assert isinstance(ctx.store, MemoryStore)
    for effect in result.effects:
        ctx.store.apply(effect, ctx.now)
    return str(result.value["outcome"])


@pytest.mark.parametrize(
    ("changed", "ways"),
    [
        ({}, ["email", "sms"]),
        ({"code_ways": frozenset(("sms",))}, ["sms"]),
        ({"code_ways": frozenset()}, []),
        ({"channel": "sms", "address": PHONE}, ["email"]),
        ({"channel": "whatsapp", "address": PHONE}, ["email", "sms"]),
        ({"channel": "sms", "address": "+12025550199"}, ["email", "sms"]),
    ],
)
def test_a_code_goes_where_the_customer_is_not_writing_from(changed: dict[str, Any], ways: list[str]) -> None:
    assert [each["value"] for each in value("list_code_ways", proven(**changed), order_number="1001")] == ways


def test_nothing_of_a_stranger_s_order_is_told_or_sent() -> None:
    ctx = context(code_ways=BOTH)
    assert value("list_code_ways", ctx, order_number="1001") == []
    assert run_action("send_code", {"order_number": "1001", "way": "email"}, ctx).effects == ()
    assert run_action("check_code", {"order_number": "1001", "code": CODE}, sent(ctx)).effects == ()


def test_whom_it_goes_to_is_told_in_part() -> None:
    told = value("list_code_ways", proven(), order_number="1001")
    assert [each["to"] for each in told] == ["J***@E***.com", "***01"]
    assert masked_email("a@b") == "a***@***b"


def test_three_codes_an_hour_and_no_more_whoever_asks() -> None:
    ctx = proven()
    for _ in range(3):
        result = run_action("send_code", {"order_number": "1001", "way": "email"}, ctx)
        assert result.effects == (SendCode("1001", "email"),)
        sent(ctx)
    result = run_action("send_code", {"order_number": "1001", "way": "sms"}, ctx)
    assert (result.value["outcome"], result.effects) == ("too_many", ())
    later = replace(ctx, now=NOW + timedelta(minutes=61))
    assert run_action("send_code", {"order_number": "1001", "way": "sms"}, later).effects


def test_the_right_code_proves_all_orders_of_the_person_for_half_an_hour() -> None:
    other = order("1003", customer={"email": "zoe@example.com", "phone": PHONE})
    ctx = sent(proven(order(), order("1002"), other, channel="whatsapp", address=PHONE))
    result = run_action("check_code", {"order_number": "1001", "code": CODE}, ctx)
    proofs = {effect.order_number for effect in result.effects if isinstance(effect, GrantProof)}
    assert (result.value, proofs) == ({"outcome": "ok"}, {"1001", "1002"})
    assert RecordCodeTry("1", True) in result.effects
    grants = ctx.after(result.effects).grants
    assert {grant.until for grant in grants if grant.level is Proof.CODE} == {NOW + timedelta(minutes=30)}


def test_a_code_works_once() -> None:
    ctx = sent(proven())
    assert [tried(ctx, CODE), tried(ctx, CODE)] == ["ok", "over"]


def test_after_five_wrong_tries_even_the_right_one_is_nothing() -> None:
    ctx = sent(proven())
    assert [tried(ctx, f"00000{n}") for n in range(5)] == ["wrong"] * 4 + ["over"]
    assert tried(ctx, CODE) == "over"


def test_a_code_works_for_ten_minutes() -> None:
    assert tried(sent(proven(), minutes=9), CODE) == "ok"
    assert tried(sent(proven(), minutes=10), CODE) == "over"


def test_what_another_was_sent_cannot_be_tried() -> None:
    ctx = proven()
    assert isinstance(ctx.store, MemoryStore)
    ctx.store._codes.append(SentCode("", "1001", "email", NOW))
    assert tried(ctx, CODE) == "over"


def test_a_way_that_failed_is_offered_no_more() -> None:
    ctx = proven()
    assert isinstance(ctx.store, MemoryStore)
    ctx.store._codes.append(SentCode("1", "1001", "email", NOW, failed=True))
    assert [each["value"] for each in value("list_code_ways", ctx, order_number="1001")] == ["sms"]


def test_a_code_follows_from_the_secret_alone() -> None:
    one, other = code_of("secret", "01A"), code_of("secret", "01B")
    assert (len(one), one.isdecimal(), one != other) == (6, True, True)
    assert one == code_of("secret", "01A") != code_of("another", "01A")
    assert is_code(one, one)
    assert not is_code("", "")
    assert not is_code("１２３", one)
