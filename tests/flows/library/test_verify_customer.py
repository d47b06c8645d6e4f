"""Tests the proof of an order: by the channel, by one fact, by a grant; and the lock."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.people.addresses import Address
from core.people.conversations import Grant, Proof
from flows.engine.actions import Result, run_action
from flows.engine.effects import GrantProof, Handoff, RecordProofAttempt
from flows.engine.flowset import FlowSet
from flows.loading.policies import Policies
from flows.tools.console import Chat
from flows.tools.memory_store import MemoryStore, orders_from
from tests.flows.library.samples import NOW, PHONE, context, granted, order, value


@pytest.mark.parametrize(
    ("proof", "outcome"),
    [
        ("jane@example.com", "ok"),
        ("12345-6789", "ok"),
        ("12345", "ok"),
        ("0101", "ok"),
        ("john@example.com", "mismatch"),
        ("12346", "mismatch"),
        ("1234", "mismatch"),
        ("0102", "mismatch"),
        ("", "mismatch"),
    ],
)
def test_one_fact_proves_an_order(proof: str, outcome: str) -> None:
    result = run_action("check_identity", {"order_number": "1001", "proof": proof}, context())
    assert result.value["outcome"] == outcome
    right = (RecordProofAttempt("1001", True), GrantProof(Proof.ORDER, "1001"))
    assert result.effects == (right if outcome == "ok" else (RecordProofAttempt("1001", False),))


def test_an_order_without_facts_is_proven_by_nothing() -> None:
    bare = context(order(customer={}, shipping_address={}))
    for proof in ("", "0000", "none", "@"):
        assert value("check_identity", bare, order_number="1001", proof=proof)["outcome"] == "mismatch"


def test_no_such_order_looks_like_a_wrong_fact() -> None:
    wrong = run_action("check_identity", {"order_number": "1001", "proof": "99999"}, context())
    none = run_action("check_identity", {"order_number": "9999", "proof": "99999"}, context())
    assert wrong.value["outcome"] == none.value["outcome"]
    assert none.effects == (RecordProofAttempt("9999", False),)
    asked = [value("check_proof", context(), order_number=number) for number in ("1001", "9999")]
    assert [answer["outcome"] for answer in asked] == ["ask", "ask"]


NUMBERS = ["JZUXJMUSYNVYZP5F", "112-1234567-1234567", "2026/12/0001", "WC_2024_99", "10.001", "#US1001-A", "ab-133339"]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("write", [str, str.lower, str.upper, lambda n: n.strip("#"), lambda n: "#" + n.strip("#")])
def test_an_order_is_proven_however_its_number_is_written(number: str, write: Callable[[str], str]) -> None:
    ctx = context(order(number), order("112"), order("2026"), order("1001"), order("10"))
    result = run_action("check_identity", {"order_number": write(number), "proof": "jane@example.com"}, ctx)
    assert result.effects == (RecordProofAttempt(number, True), GrantProof(Proof.ORDER, number))


@pytest.mark.parametrize(
    ("number", "proof", "outcome"),
    [
        ("1001 12345", "1001 12345", "ok"),
        ("12345 1001", "12345 1001", "ok"),
        ("1001", "1001 12345", "ok"),
        ("1001 99999", "1001 99999", "mismatch"),
        ("9999 12345", "9999 12345", "mismatch"),
        ("1001", "1001", "number"),
        ("9999", "9999", "number"),
        (["20261120", "1001"], ["20261120", "12345"], "unread"),
        (["20261120", "1001"], ["12345"], "ok"),
        ("1001", ["99999"], "unread"),
        (["77"], ["12345"], "unread"),
    ],
)
def test_only_a_number_with_a_proof_given_as_the_answer_is_a_guess(
    number: str | list[str], proof: str | list[str], outcome: str
) -> None:
    result = run_action("check_identity", {"order_number": number, "proof": proof}, context())
    assert result.value["outcome"] == outcome
    attempts = [effect.ok for effect in result.effects if isinstance(effect, RecordProofAttempt)]
    assert attempts == {"ok": [True], "mismatch": [False]}.get(outcome, [])


def test_the_number_of_another_own_order_is_no_proof_but_a_choice() -> None:
    ctx = context(order(), order("1016"), address=PHONE, channel="whatsapp")
    answer = run_action("check_identity", {"order_number": "1001", "proof": "1016"}, ctx)
    assert answer == Result({"outcome": "number", "order_number": "1016"})


def test_an_answer_compares_one_proof_of_a_form() -> None:
    wrong = run_action("check_identity", {"order_number": "1001", "proof": "99999 88888 12345"}, context())
    assert wrong.value["outcome"] == "mismatch"
    orders = [order(str(n), shipping_address={"postcode": str(n)}) for n in range(2000, 2010)]
    many = " ".join(str(n) for n in range(2000, 2010))
    guessed = run_action("check_identity", {"order_number": many, "proof": "2009"}, context(*orders))
    assert guessed.value["outcome"] != "ok"


BY_THE_WAY = [
    "I paid {} for it",
    "I ordered it on {}",
    "it should have come within {} days",
    "I live at {} Main Street in Springfield",
    "my phone is 2025{}",
    "the box weighs {} g and has size 42",
    "我花了{}元，一直没有收到，请帮我看看",
    "我的电话是1380{}，等了好久",
]


@given(st.from_regex(r"[1-9][0-9]{2,9}(\.[0-9]{2})?", fullmatch=True), st.sampled_from(BY_THE_WAY), st.booleans())
def test_numbers_by_the_way_never_make_a_guess(
    flows: FlowSet, policies: Policies, number: str, frame: str, first: bool
) -> None:
    """Whatever is told beside the answers, number and proof that are right are all that is compared."""
    chat = Chat(flows, MemoryStore(orders_from([order("DS-1")])), "messenger", "en", NOW, policies=policies)
    story = frame.format(number)
    chat.say(f"where is my order? {story}" if first else "where is my order?")
    if not first and Handoff not in map(type, chat.say(story)):
        chat.say("DS-1")
        chat.say(story)
    else:
        chat.say("DS-1")
    chat.say("jane@example.com")
    attempts = [effect.ok for effect in chat.history if isinstance(effect, RecordProofAttempt)]
    assert all(attempts)


def test_a_tracking_number_gives_no_further_guesses() -> None:
    ctx = context(order(shipments=[{"id": "s", "tracking_number": "JD0001"}]))
    result = run_action("check_identity", {"order_number": "JD0001", "proof": "99999"}, ctx)
    assert result.effects == (RecordProofAttempt("1001", False),)


def test_five_wrong_attempts_lock_for_an_hour_even_the_right_one() -> None:
    ctx = context()
    assert isinstance(ctx.store, MemoryStore)
    for _ in range(5):
        assert value("check_identity", ctx, order_number="1001", proof="99999")["outcome"] == "mismatch"
        ctx.store.apply(RecordProofAttempt("1001", False), NOW)
    assert value("check_identity", ctx, order_number="1001", proof="12345")["outcome"] == "locked"
    assert value("check_proof", ctx, order_number="1001")["outcome"] == "locked"
    vouched = replace(ctx, address=Address("sms", "main", PHONE))
    assert value("check_proof", vouched, order_number="1001")["outcome"] == "ok"
    later = replace(ctx, now=NOW + timedelta(minutes=61))
    assert value("check_identity", later, order_number="1001", proof="12345")["outcome"] == "ok"


@pytest.mark.parametrize(
    ("channel", "address", "level", "outcome"),
    [
        ("sms", PHONE, "contact", "ok"),
        ("whatsapp", PHONE, "contact", "ok"),
        ("whatsapp", PHONE, "order", "ask"),
        ("whatsapp", "US.1349", "contact", "ask"),
        ("telegram", PHONE, "contact", "ask"),
        ("sms", "+12025550199", "contact", "ask"),
    ],
)
def test_only_the_channel_s_own_number_vouches(channel: str, address: str, level: str, outcome: str) -> None:
    ctx = context(address=address, channel=channel)
    assert value("check_proof", ctx, order_number="1001", level=level)["outcome"] == outcome


@pytest.mark.parametrize(
    ("channel", "purpose", "level", "outcome"),
    [
        ("whatsapp", "status", "contact", "ok"),
        ("whatsapp", "return", "contact", "ok"),
        ("whatsapp", "exchange", "contact", "ok"),
        ("whatsapp", "cancel", "contact", "ok"),
        ("sms", "status", "contact", "ok"),
        ("sms", "return", "contact", "ok"),
        ("sms", "exchange", "contact", "ask"),
        ("sms", "cancel", "contact", "ask"),
        ("whatsapp", "address", "contact", "code"),
        ("whatsapp", "data", None, "code"),
        ("whatsapp", None, "code", "code"),
        ("messenger", "address", "code", "ask"),
    ],
)
def test_what_is_asked_for_depends_on_what_it_is_for(
    channel: str, purpose: str | None, level: str | None, outcome: str
) -> None:
    ctx = context(address=PHONE, channel=channel)
    answer = value("check_proof", ctx, order_number="1001", level=level, purpose=purpose)
    assert answer["outcome"] == outcome


def test_which_order_it_is_is_said_to_whom_it_may_be() -> None:
    known = value("check_proof", context(address=PHONE, channel="sms"), order_number="1001", purpose="cancel")
    assert known["proof_said"] == {"number": "1001", "titles": ["Boots"]}
    strangers = [value("check_proof", context(), order_number=number)["proof_said"] for number in ("1001", "9999")]
    assert strangers == [{"number": "1001", "titles": []}, {"number": "9999", "titles": []}]


def _named(**changed: Any) -> dict[str, Any]:
    customer = {"name": "Jane Marie Doe", "email": "jane@example.com", "phone": PHONE}
    return order(**{"customer": customer, **changed})


@pytest.mark.parametrize(
    ("name", "postcode", "outcome"),
    [
        ("Jane Doe", "12345", "one"),
        ("doe jane", "12345-6789", "one"),
        ("Jane Doe", "12346", "mismatch"),
        ("Jane Roe", "12345", "mismatch"),
        ("Jane", "12345", "mismatch"),
    ],
)
def test_full_name_and_postcode_prove_an_order(name: str, postcode: str, outcome: str) -> None:
    result = run_action("check_person", {"name": name, "postcode": postcode}, context(_named()))
    assert result.value["outcome"] == outcome
    granted = [effect for effect in result.effects if isinstance(effect, GrantProof)]
    assert granted == ([GrantProof(Proof.ORDER, "1001")] if outcome == "one" else [])


def test_they_prove_all_orders_of_the_person_there_and_nobody_else_s() -> None:
    other = order("1003", customer={"name": "John Doe"})
    result = run_action(
        "check_person",
        {"name": "Jane Doe", "postcode": "12345"},
        context(_named(), _named(number="1002"), other, _named(number="1004", shipping_address={"postcode": "99999"})),
    )
    numbers = {effect.order_number for effect in result.effects if isinstance(effect, GrantProof)}
    assert (result.value["outcome"], numbers) == ("several", {"1001", "1002"})


def test_tries_of_a_name_lock_it_for_everybody_and_say_not_whether_it_exists() -> None:
    ctx = context(_named())
    assert isinstance(ctx.store, MemoryStore)
    for name in ("Jane Doe", "Doe, Jane", "jane DOE", "Jane Doe", "Jane Doe"):
        result = run_action("check_person", {"name": name, "postcode": "99999"}, ctx)
        assert result.value == {"outcome": "mismatch", "order_number": None}
        (wrong,) = result.effects
        assert isinstance(wrong, RecordProofAttempt)
        assert "Jane" not in wrong.order_number
        ctx.store.apply(wrong, NOW)
    locked = run_action("check_person", {"name": "Jane Doe", "postcode": "12345"}, ctx)
    assert (locked.value["outcome"], locked.effects) == ("locked", ())


def test_a_national_number_of_the_shop_is_the_same_phone() -> None:
    ctx = context(order(customer={"phone": "(202) 555-0101"}), address=PHONE, channel="sms")
    assert value("check_proof", ctx, order_number="1001")["outcome"] == "ok"


def test_where_the_channel_vouches_the_last_digits_prove_nothing_more() -> None:
    ctx = context(address=PHONE, channel="whatsapp")
    assert value("check_identity", ctx, order_number="1001", proof="0101")["outcome"] == "mismatch"


@pytest.mark.parametrize(
    ("grants", "outcome"),
    [
        (granted(), "ok"),
        (granted(level=Proof.CODE), "ok"),
        (granted(level=Proof.CONTACT), "ask"),
        (granted(hours=-1), "ask"),
        (granted("1002"), "ask"),
    ],
)
def test_a_grant_holds_for_its_order_and_time(grants: tuple[Grant, ...], outcome: str) -> None:
    assert value("check_proof", context(grants=grants), order_number="1001", level="order")["outcome"] == outcome


@pytest.mark.parametrize(
    ("name", "args"), [("report_order", {}), ("check_return", {}), ("list_return_lines", {"lines": []})]
)
def test_nothing_is_told_without_proof(name: str, args: dict[str, Any]) -> None:
    assert run_action(name, {"order_number": "1001", **args}, context()) == Result(error="PermissionError")
    assert run_action(name, {"order_number": "9999", **args}, context()) == Result(error="LookupError")


def test_contact_proof_is_enough_for_the_status_and_a_return_but_not_for_the_address() -> None:
    ctx = context(address=PHONE, channel="sms")
    assert value("report_order", ctx, order_number="1001")["order_number"] == "1001"
    assert value("check_return", ctx, order_number="1001")["order_number"] == "1001"
    assert run_action("address_facts", {"order_number": "1001"}, ctx).error == "PermissionError"
