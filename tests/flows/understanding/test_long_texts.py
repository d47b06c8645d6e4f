"""Tests that no text, however odd, holds up a worker: what reads it takes time in proportion to its length."""

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from flows.loading.loader import load_flows
from flows.understanding.lexicon.languages import LANGUAGES
from flows.understanding.values import codes, entities, persons
from flows.understanding.values.dates import read_date
from flows.understanding.values.numbers import small_number
from flows.understanding.values.places import find_place
from flows.understanding.values.sums import amount

LENGTH = 8_000  # twice what the longest channel lets through
SECONDS = 0.5  # of CPU; a hundred times what is usual, so that a busy machine fails no test
PIECES = (
    *("1", "1-", "1 ", "1,", "1.", "a", "a ", "a.", "a@", "a@a.", "A1-", "#", "#1 ", "+1 ", "(1", "/", "-", " ", "\n"),
    *(
        "退",
        "一",
        "1号",
        "元1",
        "我的",
        "not ",
        "no, ",
        "and ",
        "may 1 ",
        "$1.",
        "2x ",
        "e\u0301",
        "👩\u200d",
        "\u202e",
    ),
    *("my name is ", "order 1 ", "postcode 1 ", "http://a.", "next ", "before ", "12 Main St, ", ".,", "\u202e"),
)
READERS: dict[str, Callable[[str], Any]] = {
    "codes": codes.codes,
    "candidates": codes.candidates,
    "spans": codes.spans,
    "without phones": codes.without_phones,
    "email": entities.email,
    "phone": entities.phone,
    "postcode": entities.postcode,
    "order number": entities.order_number,
    "bare numbers": entities.bare_numbers,
    "proof": entities.proof,
    "read proof": entities.read_proof,
    "person": persons.person,
    "person with postcode": persons.person_with_postcode,
    "parted": persons.parted,
    "date": lambda text: read_date(text, date(2026, 12, 2)),
    "number": small_number,
    "amount": amount,
    "place": find_place,
    "language": LANGUAGES.written,
    "meaning": load_flows().interpreter.read,
}


@pytest.mark.parametrize("reader", READERS)
def test_it_ends_soon(reader: str) -> None:
    took = {}
    for piece in PIECES:
        for text in (piece * (LENGTH // len(piece)), "1001 " + piece * (LENGTH // len(piece)) + "!"):
            begun = time.process_time()
            READERS[reader](text)
            took[text[:20]] = time.process_time() - begun
    assert max(took.values()) < SECONDS, max(took, key=lambda text: took[text])
