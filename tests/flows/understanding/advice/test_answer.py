"""Tests that of a language model's answer nothing is taken but what was offered, and words that were written."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.understanding.advice.answer import NO_ADVICE, Advice, Told, UnreadableAdvice, read
from flows.understanding.advice.question import Fillable, Question

QUESTION = Question(
    "These PINCH my toes, [name] wants 2 back",
    {"return_item": "", "refund_status": "", "price": "", "human": ""},
    {"reason": Fillable("choice", ("size_small", "other")), "quantity": Fillable("int")},
    "which_item",
    ("Boots", "Scarf"),
)


def said(**fields: Any) -> str:
    return json.dumps({"intents": [], "sure": False, **fields})


def slot(name: str, value: str, words: str) -> dict[str, str]:
    return {"name": name, "value": value, "words": words}


def test_ids_that_were_offered_are_taken() -> None:
    content = said(intents=["return_item", "price", "return_item"], sure=True, choice="2")
    assert read(content, QUESTION) == Advice(("return_item", "price"), True, 2)


def test_three_intents_at_most() -> None:
    assert len(read(said(intents=list(QUESTION.intents)), QUESTION).intents) == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "other_form"),
        ("I think it is a return.", "other_form"),
        ("```json\n{}\n```", "other_form"),
        ("[]", "other_form"),
        ("null", "other_form"),
        ('{"intents": ["return_item"]}', "other_form"),
        (said(intents="return_item"), "other_form"),
        (said(reply="Your refund is on its way!"), "other_form"),
        (said(sure="yes"), "other_form"),
        ("[" * 100_000, "other_form"),
        (said(intents=["give_discount"]), "unknown_intent"),
        (said(intents=["return_item", "RETURN_ITEM"]), "unknown_intent"),
        (said(choice="3"), "unknown_choice"),
        (said(choice="-1"), "unknown_choice"),
    ],
)
def test_every_other_answer_is_none(content: str, code: str) -> None:
    with pytest.raises(UnreadableAdvice) as caught:
        read(content, QUESTION)
    assert caught.value.code == code


def test_a_slot_needs_words_that_are_in_the_message() -> None:
    slots = [
        slot("reason", "size_small", "pinch my toes"),
        slot("quantity", "2", "wants 2"),
    ]
    assert read(said(intents=["return_item"], slots=slots), QUESTION).slots == tuple(
        Told(each["name"], each["value"], each["words"]) for each in slots
    )


@pytest.mark.parametrize(
    "lie",
    [
        slot("reason", "size_small", "too small"),  # nobody wrote that
        slot("reason", "size_small", ""),
        slot("reason", "size_small", "…"),
        slot("reason", "size_tiny", "pinch"),
        slot("order_number", "1001", "pinch"),
        slot("reason", "other", "[name]"),  # what was masked tells nothing
    ],
)
def test_a_slot_that_is_made_up_is_left_out(lie: dict[str, str]) -> None:
    assert read(said(intents=["return_item"], slots=[lie]), QUESTION) == Advice(("return_item",))


def test_nothing_found_is_no_advice() -> None:
    assert not read(said(), QUESTION)
    assert not NO_ADVICE
    assert Advice(("price",))
    assert Advice(choice=1)


@given(
    st.one_of(st.text(), st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(json.dumps))
)
def test_no_answer_does_harm(content: str) -> None:
    try:
        advice = read(content, QUESTION)
    except UnreadableAdvice:
        return
    assert set(advice.intents) <= set(QUESTION.intents)
