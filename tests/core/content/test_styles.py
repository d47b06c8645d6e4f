"""Tests how words that have looks are written for each kind of channel, and split."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.content.capabilities import Capabilities
from core.content.rendering import fit
from core.content.styles import Formatted, Look, Styled, edited, joined, marked, nested, shaped
from core.content.text import size
from core.messages.outbound import OutboundMessage

INLINE = (Look.BOLD, Look.ITALIC, Look.STRIKE)
WORDS = st.text(st.characters(exclude_characters="*_~`>", exclude_categories=("Cs",)), max_size=80)


@st.composite
def formatted(draw: st.DrawFn, words: st.SearchStrategy[str] = WORDS) -> Formatted:
    """Makes a text with looks anywhere in it, also across one another."""
    text = draw(words)
    places = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(st.sampled_from(INLINE), places, places), max_size=5))
    return Formatted(text, tuple(Styled(look, start, end) for look, start, end in spans if start < end))


@given(formatted())
def test_marks_are_all_that_is_added(said: Formatted) -> None:
    assert re.sub(r"[*_~]", "", marked(said)) == said.text


@given(formatted())
def test_marks_stand_close_to_words_and_in_pairs_on_each_line(said: Formatted) -> None:
    for line in marked(said).split("\n"):
        assert all(line.count(mark) % 2 == 0 for mark in "*_~")
    assert not re.search(r"[^\W_][*_~]+[^\W_]", marked(Formatted(said.text.replace("_", ""), said.styles[:1])))


@given(formatted())
def test_nested_looks_cover_what_they_covered_and_never_cross(said: Formatted) -> None:
    laid = nested(said.styles)
    for look in INLINE:
        assert _covered(laid, look) == _covered(said.styles, look)
    for one in laid:
        assert not any(one.start < other.start < one.end < other.end for other in laid)


def _covered(styles: tuple[Styled, ...], look: Look) -> set[int]:
    return {place for style in styles if style.look is look for place in range(style.start, style.end)}


@given(formatted(st.text(st.sampled_from("ab .\n👩😀字"), max_size=300)), st.sampled_from(["marks", "entities", ""]))
def test_each_part_keeps_the_limit_and_its_looks(said: Formatted, markup: str) -> None:
    limits = Capabilities("x", 60, "utf16", markup)  # type: ignore[arg-type]
    fitted = fit(OutboundMessage(said.text, styles=said.styles), limits)
    assert all(size(text, "utf16") <= 60 for text in fitted.texts)
    words = "".join(fitted.texts)
    assert re.sub(r"[*_~\s]", "", words) == re.sub(r"\s", "", said.text)
    for text, looks in zip(fitted.texts, fitted.styles, strict=False):
        assert all(0 <= look.start < look.end <= len(text) for look in looks)


def test_a_long_bold_passage_is_bold_in_each_part() -> None:
    text = "first part of it\n\nsecond part of it"
    bold = (Styled(Look.BOLD, 0, len(text)),)
    fitted = fit(OutboundMessage(text, styles=bold), Capabilities("x", 24, markup="marks"))
    assert fitted.texts == ("*first part of it*", "*second part of it*")
    fitted = fit(OutboundMessage(text, styles=bold), Capabilities("x", 24, markup="entities"))
    assert fitted.styles == ((Styled(Look.BOLD, 0, 16),), (Styled(Look.BOLD, 0, 17),))


def test_an_appended_link_does_not_move_looks() -> None:
    message = OutboundMessage("see here", styles=(Styled(Look.BOLD, 4, 8),), link="https://a.example")
    assert fit(message, Capabilities("x", 100, markup="marks")).texts == ("see *here*\nhttps://a.example",)


@pytest.mark.parametrize(
    ("markup", "text"),
    [("marks", "> a\n> b"), ("entities", "a\nb"), ("", "“a\nb”")],
)
def test_a_quote(markup: str, text: str) -> None:
    said = Formatted("> a\n> b", (Styled(Look.QUOTE, 0, 7),))
    assert shaped(said, markup).text == text  # type: ignore[arg-type]


def test_what_follows_an_edit_moves_with_it() -> None:
    said = Formatted("one two", (Styled(Look.BOLD, 4, 7),))
    assert edited(said, [(0, 3, "three")]) == Formatted("three two", (Styled(Look.BOLD, 6, 9),))
    assert edited(said, [(4, 4, "> ")]) == Formatted("one > two", (Styled(Look.BOLD, 6, 9),))


@given(st.lists(formatted(), max_size=4))
def test_joining_keeps_each_look_in_its_place(parts: list[Formatted]) -> None:
    whole = joined(parts, "|")
    at = 0
    for part in parts:
        for look in INLINE:
            here = {place - at for place in _covered(whole.styles, look) if at <= place < at + len(part.text)}
            assert here == _covered(part.styles, look)
        at += len(part.text) + 1
