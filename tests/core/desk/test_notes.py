"""Tests which messages of agents are notes, which are asked about, and that ordinary replies are left alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.desk.notes import is_doubtful, mark_length

REPLIES = (Path(__file__).with_name("fixtures") / "ordinary_replies.txt").read_text(encoding="utf-8").splitlines()
INVISIBLE = "\u200b\u200e\ufeff\u2060\u00ad\u200d"
MARKS = ("//", "note:", "private:", "internal:", "备注:")
NEAR = (
    *("Internal note: x", "private note: x", "Note - x", "note – x", "(note) x", "[internal] x", "@bea x", "内部：x"),
    *(
        "🔒 x",
        "🔐x",
        "[note] x",
        "【内部】x",
        "（备注）x",
        "note for Bea: x",
        "Note to self - x",
        "note they are upset",
    ),
    *("Note\nthey are upset", "note; x", "note, x", "note > x", "internal x", "INTERNAL ONLY x", "internal-only: x"),
    *("Intenral: x", "ntoe: x", "nte: x", "notee: x", "privte: x", "备住：x", "备注一下：x", "背注：x", "內部：x"),
    *(
        "内部备注 x",
        "仅供内部 x",
        "x，别发给客户",
        "备忘：x",
        "Please don't send this to the customer: x",
        "staff only x",
    ),
    *("Interne Notiz: x", "nota interna: x", "intern: x", "заметка: x", "社内メモ：x", "메모: x"),
    *("x @bea can you look?", "＠bea x", "@小李 看一下", "@channel x", "/note x", "/ x", ";; x", "\\\\ x", "#note x"),
    *("“note: x”", "1. note: x", "This is internal: x", "FYI internal - x", "My note: x", "between us, internal: x"),
    *("Thanks!\n// they are rude", "Thanks!\ninternal: they are rude", "Hello\n🔒 they are rude", "not: x", "note.x"),
)


def test_ordinary_replies_are_not_asked_about() -> None:
    asked = [reply for reply in REPLIES if is_doubtful(reply) or mark_length(reply)]
    assert len(REPLIES) >= 200
    assert len(asked) < 0.02 * len(REPLIES), asked


@pytest.mark.parametrize("text", NEAR)
def test_what_reads_like_a_note_is_asked_about(text: str) -> None:
    assert mark_length(text) == 0
    assert is_doubtful(text)


@pytest.mark.parametrize("text", NEAR)
def test_neither_case_nor_width_nor_what_is_invisible_changes_that(text: str) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)
    hidden = "\u200b".join(text)
    for each in (text.upper(), wide, hidden, f"\u200e{text}", f"  {text}", f"> {text}", f"• {text}"):
        assert is_doubtful(each) or mark_length(each), each


@given(st.sampled_from(MARKS), st.text("*_~> `•\n", max_size=3), st.text(INVISIBLE, max_size=3), st.text(max_size=30))
def test_a_mark_in_any_dress_keeps_a_message_inside(mark: str, dress: str, hidden: str, words: str) -> None:
    for written in (mark, mark.upper(), mark.replace(":", "："), mark.replace(":", " :")):
        text = dress + hidden.join(["", *written, ""]) + words
        length = mark_length(text)
        assert length
        assert words.endswith(text[length:]) or text[length:].endswith(words)


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
