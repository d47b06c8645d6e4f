"""Tests which messages of agents are notes, which are asked about, and that ordinary replies are left alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.content.styles import Look, Styled
from core.desk.notes import is_doubtful, mark_length, speaks_to

FIXTURES = Path(__file__).with_name("fixtures")
INVISIBLE = "\u200b\u200e\ufeff\u2060\u00ad\u200d"
MARKS = ("//", "note:", "private:", "internal:", "备注:")
NEAR = (FIXTURES / "near_notes.txt").read_text(encoding="utf-8").splitlines()
NEAR = [line.replace("\\n", "\n") for line in NEAR if line]
AGENTS = ("Bea Miller", "小李", "Ben")
WORDS = {  # what may be said first, what parts it from the rest, and what surrounds it
    "en": (
        "note",
        "internal",
        "private note",
        "internal note",
        "staff note",
        "note to self",
        "note for Bea",
        "FYI internal",
    ),
    "zh": ("备注", "内部", "内部备注", "内部说明", "工单备注", "私人备注", "备忘录", "仅内部可见"),
}
SAID = {"en": "he lies about the parcel", "zh": "他在撒谎"}
STOPS = (": ", "：", " - ", " – ", "—", " -> ", " > ", " | ", ") ", "\n", "... ", ", ", "; ", "。", "，")
AROUND = (
    "({})",
    "[{}]",
    "<{}>",
    "【{}】",
    "（{}）",
    "《{}》",
    "「{}」",
    "*{}*",
    "_{}_",
    "`{}`",
    "**{}**",
    "~{}~",
    '"{}"',
    "-- {} --",
)
BEFORE = ("", " ", "• ", "> ", "1. ", "a. ", "- ", "\n", "\u200b", "🔒 ", ">>> ")


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_ordinary_replies_are_not_asked_about(locale: str) -> None:
    replies = (FIXTURES / f"ordinary_replies.{locale}.txt").read_text(encoding="utf-8").splitlines()
    asked = [reply for reply in replies if is_doubtful(reply) or mark_length(reply) or speaks_to(reply, AGENTS)]
    assert len(set(replies)) >= 200
    assert len(asked) < 0.02 * len(replies), asked


@pytest.mark.parametrize("text", NEAR)
def test_what_reads_like_a_note_is_asked_about(text: str) -> None:
    assert mark_length(text) == 0
    assert is_doubtful(text)


@pytest.mark.parametrize("text", NEAR)
def test_neither_case_nor_width_nor_what_is_invisible_changes_that(text: str) -> None:
    wide = _wide(text)
    hidden = "\u200b".join(text)
    for each in (text.upper(), wide, hidden, f"\u200e{text}", f"  {text}", f"> {text}", f"• {text}"):
        assert is_doubtful(each) or mark_length(each), each


@st.composite
def near_notes(draw: st.DrawFn) -> str:
    """Makes what somebody may write for a note in either language, marked in a way of their own."""
    locale = draw(st.sampled_from(sorted(WORDS)))
    word = draw(st.sampled_from(WORDS[locale]))
    parted = draw(st.sampled_from([f"{word}{stop}" for stop in STOPS] + [f"{dress.format(word)} " for dress in AROUND]))
    text = f"{draw(st.sampled_from(BEFORE))}{parted}{SAID[locale]}"
    hidden = draw(st.sampled_from(["", *INVISIBLE]))
    text = hidden.join(text) if hidden else text
    return draw(st.sampled_from([text, text.upper(), _wide(text)]))


@given(near_notes())
def test_no_way_of_parting_a_word_for_inside_from_the_rest_lets_it_out(text: str) -> None:
    assert mark_length(text) or is_doubtful(text)


@given(
    st.sampled_from([(locale, word) for locale, words in WORDS.items() for word in words]),
    st.sampled_from([Look.BOLD, Look.ITALIC, Look.CODE, Look.STRIKE]),
    st.sampled_from(["", " ", "• "]),
)
def test_a_look_of_its_own_parts_it_as_well(said: tuple[str, str], look: Look, before: str) -> None:
    locale, word = said
    text = f"{before}{word} {SAID[locale]}"
    start = len(before) if before.strip() else 0
    styles = (Styled(look, start, len(before) + len(word)),)
    assert is_doubtful(text, styles if not before.strip() else (Styled(look, 0, len(before) + len(word)),))


@pytest.mark.parametrize(
    "text",
    [
        "Bea, can you look?",
        "bea can you look",
        "Hey Ben!",
        "for Bea: he lies",
        "Ben - he lies",
        "小李，你看一下",
        "小李看一下",
        "ＢＥＡ: x",
        "Thanks, Bea",
    ],
)
def test_who_calls_a_colleague_does_not_speak_to_the_customer(text: str) -> None:
    assert speaks_to(text, AGENTS)


@pytest.mark.parametrize(
    "text",
    [
        "Bea will call you tomorrow",
        "Ben from the warehouse packed it",
        "Beautiful, isn't it?",
        "Hi Jane, it left",
        "小李子很甜",
    ],
)
def test_who_only_names_a_colleague_may(text: str) -> None:
    assert not speaks_to(text, AGENTS)
    assert not speaks_to(text, ())


@given(st.sampled_from(MARKS), st.text("*_~> `•\n", max_size=3), st.text(INVISIBLE, max_size=3), st.text(max_size=30))
def test_a_mark_in_any_dress_keeps_a_message_inside(mark: str, dress: str, hidden: str, words: str) -> None:
    for written in (mark, mark.upper(), mark.replace(":", "："), mark.replace(":", " :")):
        text = dress + hidden.join(["", *written, ""]) + words
        length = mark_length(text)
        assert length
        assert words.endswith(text[length:]) or text[length:].endswith(words)


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    is_doubtful(text)
    assert 0 <= mark_length(text) <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Note that your parcel leaves today", "Please note: it leaves today", "privately", "Notes are kept"),
        *("Private sellers are not covered", "See https://tiktok.com/@shop", "mail help@shop.example", "Noted, thanks"),
        *("Date: 5 Dec", "注意：周末不发货", "1/2 is left", "https://shop.example", "Hello\nNote: it leaves today"),
    ],
)
def test_ordinary_words_are_no_notes(text: str) -> None:
    assert (mark_length(text), is_doubtful(text)) == (0, False)
