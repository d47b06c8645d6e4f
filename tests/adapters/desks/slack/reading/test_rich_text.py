"""Tests that the composer's rich text is read as it was written, whatever it holds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.desks.slack.markup import read
from adapters.desks.slack.reading.rich_text import read_blocks
from core.content.styles import Formatted, Look, Styled, joined

NAMES = {Look.BOLD: "bold", Look.ITALIC: "italic", Look.STRIKE: "strike"}
WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
RUNS = st.lists(st.tuples(WORDS, st.sets(st.sampled_from(list(NAMES)))), min_size=1, max_size=6)


def section(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}


def blocks(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "block_id": "b", "elements": list(elements)}]


def text(words: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


@given(RUNS)
def test_words_and_looks_come_back_as_they_were_written(runs: list[tuple[str, set[Look]]]) -> None:
    written = blocks(section(*(text(words, **{NAMES[look]: True for look in looks}) for words, looks in runs)))
    styled = [Formatted(words, tuple(Styled(look, 0, len(words)) for look in looks)) for words, looks in runs]
    expected = joined(styled)
    if expected.text.endswith("\n"):  # Slack ends sections so
        expected = expected.part(0, len(expected.text) - 1)
    expected = expected.stripped()
    said = read_blocks(written, "")
    assert said is not None
    assert said.text == expected.text
    assert set(said.styles) == set(expected.styles)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_blocks_of_any_shape_do_no_harm(given_blocks: Any) -> None:
    assert read("*words*", given_blocks).text == "words"


def test_of_what_we_do_not_know_the_markup_counts() -> None:
    assert read("*words*", [{"type": "section", "text": {"type": "mrkdwn", "text": "other"}}]).text == "words"


def test_rich_text_that_repeats_the_markup_says_less() -> None:
    said = read("<https://shop.example/a|page> *now*", blocks(section(text("<https://shop.example/a|page> *now*"))))
    assert said.text == "page (https://shop.example/a) now"
    assert [style.look for style in said.styles] == [Look.LINK, Look.BOLD]


def test_what_was_typed_is_no_markup() -> None:
    assert read("&lt;b&gt; &amp;amp;", blocks(section(text("<b> &amp;")))) == Formatted("<b> &amp;")


@pytest.mark.parametrize(
    ("elements", "plain"),
    [
        ([section({"type": "emoji", "name": "shipit"})], ""),
        ([section({"type": "emoji", "name": "shipit"}, text(" it"))], "shipit it"),
        ([section({"type": "emoji", "name": "wave", "unicode": "1f44b"})], "👋"),
        ([section({"type": "emoji", "name": "brand_new", "unicode": "1fae8"})], "\U0001fae8"),
        ([section({"type": "user", "user_id": "U0CAI"}, text(" look"))], "@U0CAI look"),
        ([section({"type": "date", "timestamp": 1, "format": "{date}", "fallback": "1 Dec"})], "1 Dec"),
        ([section({"type": "link", "url": "tel:+12025550101", "text": "(202) 555-0101"})], "+12025550101"),
        ([section({"type": "something_new", "text": "words"})], "words"),
        (
            [
                section(text("Bring:\n")),
                {
                    "type": "rich_text_list",
                    "style": "ordered",
                    "offset": 2,
                    "elements": [section(text("a\nb")), section(text("c"))],
                },
            ],
            "Bring:\n3. a\n   b\n4. c",
        ),
    ],
)
def test_elements(elements: list[dict[str, Any]], plain: str) -> None:
    assert read("x", blocks(*elements)).text == plain
