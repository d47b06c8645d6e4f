"""Finds the items of orders that a customer names in a sentence, in any order: "return the boots"."""

from collections.abc import Iterable

from core.shop.catalogue import words
from core.shop.orders import Line


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
