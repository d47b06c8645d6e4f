"""Tests what is said of a message that another points at."""

import pytest

from core.desk.glances import QuoteGlance
from core.messages.pieces import Quote
from core.messages.quotes import LINE, Known, glance, words

LIST = "1. Boots\n2. Hat"
BOT = Known("bot", LIST)


@pytest.mark.parametrize(
    ("known", "shown", "seen", "said"),
    [
        (BOT, None, QuoteGlance("bot", "1. Boots 2. Hat"), LIST),
        (BOT, Quote(text="as it was", part="2. Hat", author="shop"), QuoteGlance("bot", "2. Hat"), "2. Hat"),
        (BOT, Quote(author="shop"), QuoteGlance("bot", "1. Boots 2. Hat"), LIST),
        (None, Quote(text="sale", origin="Northwind"), QuoteGlance("", "sale", "Northwind"), "sale"),
        (None, Quote(kinds=("voice",), author="customer"), QuoteGlance("customer", "🎤 voice"), ""),
        (None, Quote(text="https://s.example", kinds=("story",)), QuoteGlance("", "📎 story https://s.example"), None),
        (Known("customer", "look", ("image", "location")), None, QuoteGlance("customer", "🖼 image look"), "look"),
        (Known("customer", "", deleted=True), Quote(text="1001"), QuoteGlance("customer", "(taken back)"), ""),
        (None, Quote(author="shop"), QuoteGlance("shop"), ""),
        (None, None, QuoteGlance(), ""),
    ],
)
def test_the_timeline_knows_best_and_the_payload_helps(
    known: Known | None, shown: Quote | None, seen: QuoteGlance, said: str | None
) -> None:
    assert glance(known, shown) == seen
    assert said is None or words(known, shown) == said


def test_a_quote_is_a_line() -> None:
    cut = glance(Known("agent", "many words\n" * 100), None).text
    assert len(cut) <= LINE
    assert "\n" not in cut
