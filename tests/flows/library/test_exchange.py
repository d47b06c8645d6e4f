"""Tests which variant of a product a customer means, and what is in stock of it."""

from decimal import Decimal
from typing import Any

import pytest

from core.shop.catalogue import Product, Variant
from core.shop.orders import Line
from flows.engine.actions import run_action
from flows.engine.context import ActionContext
from flows.library.exchange.variants import choices, said_variant
from flows.tools.memory_store import Kept, MemoryStore, orders_from
from tests.flows.library.samples import context, granted, order, value


def variant(size: str, colour: str = "black", stock: int | None = 3, price: str = "129.80") -> Variant:
    return Variant(f"v{size}-{colour}", "", {"size": size, "colour": colour}, Decimal(price), "USD", stock)


BOOTS = (
    variant("41"),
    variant("42"),
    variant("43", stock=0),
    variant("44", stock=1),
    variant("42", "brown", price="134.80"),
    variant("43", "brown"),
)
LINE = Line("l1", "Leather boots", variant="42 / black", variant_id="v42-black", quantity=2)
SHIRT = tuple(Variant(f"s-{size}", options={"size": size}, stock=2) for size in ("S", "M", "L", "XL"))
TEA = (
    Variant("t-small", options={"pack": "250 g"}, stock=1),
    Variant("t-large", options={"pack": "500 g"}, stock=1),
)
ANSWERS = {"l1": {"quantity": 1, "reason": "size_small"}}


def shop(variants: tuple[Variant, ...] = BOOTS) -> ActionContext:
    lines = [
        {"id": "l1", "title": "Leather boots", "product_id": "p1", "variant_id": "v42-black", "variant": "42 / black"}
    ]
    placed = order(lines=[{**lines[0], "quantity": 2, "unit_price": "129.80"}], total="259.60")
    store = MemoryStore(orders_from([placed]), Kept(products=(Product("p1", "Leather boots", variants=variants),)))
    return context(store=store, grants=granted())


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a size up", "v43-black"),
        ("I need one size bigger please", "v43-black"),
        ("one size smaller", "v41-black"),
        ("44", "v44-black"),
        ("2", None),  # a place in the list, for the list to read
        ("43 in brown please", "v43-brown"),
        ("the brown one in size 43", "v43-brown"),
        ("size 43, brown", "v43-brown"),
        ("not the brown 43", None),
        ("棕色的", None),
        ("size 44", "v44-black"),
        ("I'd like a 44 please", "v44-black"),
        ("exchange my boots for a 41", "v41-black"),
        ("the brown one", "v42-brown"),
        ("in brown please", "v42-brown"),
        ("43 brown", "v43-brown"),
        ("brown 43", "v43-brown"),
        ("the same again", "v42-black"),
        ("大一码", "v43-black"),
        ("换44码", "v44-black"),
        ("something nicer", None),
        ("i'm not sure", None),
        ("size 45", None),
    ],
)
def test_a_variant_is_named_seen_from_the_one_that_was_bought(said: str, meant: str | None) -> None:
    assert said_variant(said, choices(LINE, BOOTS)) == meant


@pytest.mark.parametrize(
    ("bought", "said", "meant"),
    [("M", "a size up", "s-L"), ("L", "a size up", "s-XL"), ("XL", "a size up", None), ("M", "小一码", "s-S")],
)
def test_letters_are_sizes_too(bought: str, said: str, meant: str | None) -> None:
    line = Line("l1", "Shirt", variant_id=f"s-{bought}")
    assert said_variant(said, choices(line, SHIRT)) == meant
    assert said_variant("I'm sure", choices(line, SHIRT)) is None


def test_what_the_order_does_not_tell_is_named_by_what_no_other_has() -> None:
    assert said_variant("the 500 g", choices(Line("l1", "Tea"), TEA)) == "t-large"


def test_those_next_to_the_one_bought_come_first() -> None:
    listed = [each["title"] for each in choices(LINE, BOOTS)]
    assert listed[0] == "42 / black"
    assert listed[-1] == "43 / brown"


@pytest.mark.parametrize(
    ("variant_id", "quantity", "outcome"),
    [("v42-brown", 1, "ok"), ("v43-black", 1, "sold_out"), ("v44-black", 2, "few"), ("v44-black", 1, "ok")],
)
def test_so_many_must_be_there(variant_id: str, quantity: int, outcome: str) -> None:
    args = {"order_number": "1001", "line_id": "l1", "variant": variant_id, "quantity": quantity}
    assert value("check_variant", shop(), **args)["outcome"] == outcome
    uncounted = {**args, "variant": "v42-black"}
    assert value("check_variant", shop((*BOOTS[:1], variant("42", stock=None))), **uncounted)["outcome"] == "ok"


def test_one_item_after_the_other_gets_its_variant() -> None:
    args: dict[str, Any] = {"order_number": "1001", "answers": ANSWERS}
    asked = value("next_swap", shop(), **args)
    assert (asked["outcome"], asked["line"]["value"], asked["quantity"]) == ("choose", "l1", 1)
    named = value("next_swap", shop(), **args, said="exchange the boots for a size up")
    assert (named["outcome"], named["variant"]) == ("named", "v43-black")
    judged = value("check_variant", shop(), order_number="1001", line_id="l1", variant="v42-brown", quantity=1)
    noted = value("note_swap", shop(), line_id="l1", variant=judged)
    assert noted == {
        "l1": {
            "variant_id": "v42-brown",
            "title": "42 / brown",
            "price": "134.80",
            "currency": "USD",
            "outcome": "ok",
        }
    }
    assert value("next_swap", shop(), **args, exchange_for=noted)["outcome"] == "none"
    told = value("sum_up", shop(), **args, resolution="exchange", exchange_for=noted)
    assert (told["difference"], told["dearer"], told["lines"][0]["to"]) == ("5.00", 1, "42 / brown")


def test_without_a_catalogue_the_wish_is_taken_in_words() -> None:
    ctx = context(order(lines=[{"id": "l1", "title": "Boots"}]), grants=granted())
    args = {"order_number": "1001", "answers": ANSWERS}
    assert value("next_swap", ctx, **args)["outcome"] == "unknown"
    assert value("note_swap", ctx, line_id="l1", wish="43 in brown") == {"l1": {"title": "43 in brown"}}


def test_what_is_not_theirs_is_not_told() -> None:
    args = {"order_number": "1001", "line_id": "l1"}
    assert run_action("list_swaps", args, context()).error == "PermissionError"
    assert run_action("list_swaps", {**args, "line_id": "l9"}, shop()).error == "LookupError"
