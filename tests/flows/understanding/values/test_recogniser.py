"""Tests which of the offered choices is meant."""

import pytest

from flows.engine.session import Offered
from flows.understanding.values.recogniser import contained, leading, mentioned, pressed, recognise, several, shared

MENU = (
    Offered("m.1~x", "order_status", "Where's my order?", "", ("order", "status")),
    Offered("m.2~x", "returns", "Return an item"),
    Offered("m.3~x", "human", "Talk to a person", "", ("人工",)),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Return an item", "returns"),
        ("return an item.", "returns"),
        ("Retrun an item", "returns"),
        ("returns", "returns"),
        ("2", "returns"),
        ("the last one", "human"),
        ("status", "order_status"),
        ("wheres my order", "order_status"),
        ("人工", "human"),
        ("4", None),
        ("0", None),
        ("item", None),
        ("", None),
        ("purple", None),
    ],
)
def test_choices(text: str, value: str | None) -> None:
    found = recognise(text, MENU)
    assert (found.value if found else None) == value


def test_two_choices_alike_are_not_guessed() -> None:
    offered = (Offered("a", "a", "Leather boots 42"), Offered("b", "b", "Leather boots 43"))
    assert recognise("Leather boots", offered) is None
    assert recognise("Leather boots 4", offered) is None
    assert recognise("leather boots 43", offered) == offered[1]


def test_an_order_number_beats_its_place_in_the_list() -> None:
    offered = (Offered("a", "1002", "#1002 · Dec 1"), Offered("b", "1", "#1 · Dec 1"))
    assert recognise("#1", offered) == offered[1]
    assert recognise("1002", offered) == offered[0]


def test_presses_are_matched_by_id_alone() -> None:
    assert pressed("m.2~x", MENU) == MENU[1]
    assert pressed("m.2~y", MENU) is None


THINGS = (Offered("a", "l1", "Leather boots", "42"), Offered("b", "l2", "Wool socks"), Offered("c", "l3", "Wool hat"))
MODELS = (Offered("a", "n", "Nike Air 2"), Offered("b", "a", "Adidas"))
EVENTS = (Offered("a", "1", "Event"), Offered("b", "2", "Event 2"))
REASONS = (
    Offered("a", "size_small", "Too small"),
    Offered("b", "wrong_item", "Wrong item"),
    Offered("c", "not_as_described", "Not as described"),
)
WAYS = (Offered("a", "refund", "Refund"), Offered("b", "exchange", "Exchange", "", ("换货",)))
ORDERS = (
    Offered("a", "1002", "#1002 · Sat, Nov 21", "Leather boots", traits=("latest",)),
    Offered("b", "1001", "#1001 · Fri, Nov 20", "Tea set", traits=("oldest",)),
)


@pytest.mark.parametrize(
    ("offered", "text", "value"),
    [
        (THINGS, "socks", "l2"),
        (THINGS, "the boots please", "l1"),
        (THINGS, "I want to return the boots", "l1"),
        (THINGS, "wool", None),
        (THINGS, "not the boots", None),
        (THINGS, "the boots for my mother", None),
        (MODELS, "Nike Air 4", None),
        (MODELS, "the nike", "n"),
        (MODELS, "nike 2", "n"),
        (EVENTS, "event 3", None),
        (EVENTS, "event 2 please", "2"),
        (REASONS, "they are too small", "size_small"),
        (REASONS, "it's not too small", None),
        (REASONS, "I want to return this item", None),
        (REASONS, "it is not as described", "not_as_described"),
        (WAYS, "i want a refund", "refund"),
        (WAYS, "exchange it for a 43", "exchange"),
        (WAYS, "i don't want a refund", None),
        (WAYS, "i don't want a refund, i want an exchange", "exchange"),
        (WAYS, "我要换货", "exchange"),
        (WAYS, "refund or exchange", None),
        (ORDERS, "1002 please", "1002"),
        (ORDERS, "order 1001", "1001"),
        (ORDERS, "the boots", "1002"),
        (ORDERS, "10", None),
        (ORDERS, "the one from nov 22", None),
        (ORDERS, "the one from Saturday", "1002"),
        (ORDERS, "november 20 please", "1001"),
        (ORDERS, "the one from November", None),
        (ORDERS, "the one from Monday", None),
    ],
)
def test_a_choice_inside_a_sentence(offered: tuple[Offered, ...], text: str, value: str | None) -> None:
    found = contained(text, offered)
    assert (found.value if found else None) == value


def test_a_trait_chooses_where_one_has_it() -> None:
    assert recognise("the latest", ORDERS, "latest") == ORDERS[0]
    assert recognise("the cheapest", ORDERS, "cheapest") is None
    assert recognise("the latest", THINGS, "latest") is None


def test_the_last_of_dated_orders_is_not_the_last_of_the_list() -> None:
    assert recognise("the last one", ORDERS) is None
    assert recognise("the last one", THINGS) == THINGS[2]


@pytest.mark.parametrize("text", ["boots and socks", "the boots and the socks", "both", "all of them"])
def test_several_are_never_one_of_them(text: str) -> None:
    assert recognise(text, THINGS) is None
    assert contained(text, THINGS) is None
    assert several(text, THINGS) is (" and " in text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("please do not cancel my order", None),
        ("ok but do you ship to canada", None),
        ("好的，那你们送加拿大吗", None),
        ("yes, pass it on", "person"),
        ("yes please", "person"),
        ("不用了", "no"),
    ],
)
def test_a_word_that_agrees_is_an_answer_only_by_itself(text: str, value: str | None) -> None:
    offered = [
        Offered("q.1~x", "person", "Yes, pass it on", synonyms=("yes", "yes please", "please", "ok", "好的")),
        Offered("q.2~x", "no", "No, thanks", synonyms=("no", "later", "不用", "不用了")),
    ]
    found = recognise(text, offered) or contained(text, offered)
    assert (found.value if found else None) == value


@pytest.mark.parametrize(
    ("text", "is_shared"),
    [
        ("the boots", True),
        ("boots please", True),
        ("socks", False),
        ("boots and a hat", False),
        ("", False),
        ("the", False),
    ],
)
def test_a_word_of_several_choices_leaves_open_which(text: str, is_shared: bool) -> None:
    offered = [
        Offered("1", "2001", "#2001 · Fri, Nov 20", "Leather boots"),
        Offered("2", "2002", "#2002 · Sat, Nov 21", "Leather boots, Wool socks"),
    ]
    assert shared(text, offered) is is_shared


SIZES = (Offered("", "v42", "42 / black"), Offered("", "v43", "43 / black", "", ("43", "size 43")))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("43, otherwise my money back", "v43"),
        ("size 43. Thanks!", "v43"),
        ("43", None),  # the whole answer, which is read before
        ("my money back, or 43", None),
        ("", None),
    ],
)
def test_what_is_named_before_more_is_said(text: str, value: str | None) -> None:
    found = leading(text, SIZES)
    assert (found.value if found else None) == value


def test_what_a_sentence_mentions_by_a_word_of_its_own() -> None:
    items = (Offered("", "l1", "Leather boots"), Offered("", "l2", "Leather belt"), Offered("", "l3", "羊毛围巾"))
    assert [each.value for each in mentioned("the boots again, and the 围巾", items)] == ["l1", "l3"]
    assert mentioned("leather", items) == []


def test_two_words_by_the_way_choose_nothing() -> None:
    offered = (Offered("1", "person", "Talk to a person"), Offered("2", "tell_me", "Keep me posted"))
    assert contained("how long do they keep it for me", offered) is None
    found = contained("yes keep me posted", offered)
    assert found is not None
    assert found.value == "tell_me"
