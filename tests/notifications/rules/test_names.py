"""Tests that what a rule read is kept for a trace without words and addresses of customers."""

import copy

from notifications.rules.names import EMPTY, KEPT_BACK, read_of


def test_words_to_and_of_a_customer_are_kept_back() -> None:
    told = copy.deepcopy(EMPTY)
    told["return"]["words"] = "dear Jane, it is too late"
    told["customer"]["name"] = "Jane Doe"
    told["return"]["state"] = "refused"
    names = frozenset({("return", "words"), ("return", "state"), ("customer", "name")})
    assert read_of(names, told) == {
        "customer.name": KEPT_BACK,
        "return.state": "refused",
        "return.words": KEPT_BACK,
    }
