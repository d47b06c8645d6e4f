"""Tests the one form for what looks alike."""

from flows.understanding.normalise import clean, folded


def test_text_is_brought_to_one_form() -> None:
    assert clean(" ２\u200b \n x\ufe0f ") == "2 x"
    assert folded("It’s  GREAT!!!") == "it's great"
    assert folded("👍") == "👍"
    assert clean("٢٠٠٢ २ ２") == "2002 2 2"
