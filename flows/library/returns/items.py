"""Finds the items of orders that a customer names in a sentence, in any order: "return the boots"."""

from collections.abc import Iterable, Sequence

from core.shop.catalogue import words
from core.shop.orders import Line, Order


def named_lines(said: str, lines: Iterable[Line]) -> list[str]:
    """Lists the ids of the lines that a sentence names by a word that lines of other titles do not have."""
    known, spoken = list(lines), set(words(said))
    marks = [set(words(line.title)) for line in known]
    found = []
    for n, line in enumerate(known):
        others = (mark for k, mark in enumerate(marks) if known[k].title != line.title)
        if marks[n].difference(*others) & spoken:
            found.append(line.id)
    return found


def orders_with(said: str, orders: Sequence[Order]) -> list[Order]:
    """Lists the orders with the item of which a sentence has most words."""
    spoken = set(words(said))
    scored = [
        (max((len(set(words(line.title)) & spoken) for line in order.lines), default=0), order) for order in orders
    ]
    best = max((score for score, _ in scored), default=0)
    return [order for score, order in scored if score == best] if best else []
