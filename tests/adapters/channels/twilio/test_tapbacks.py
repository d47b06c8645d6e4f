"""Tests which texts are reactions and which are words."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.channels.twilio.inbound.tapbacks import reaction_of
from core.files.documents import read

WORDING = read(Path("adapters/channels/twilio/inbound/tapbacks.yaml"))
ADDED = [(words, emoji) for emoji, listed in WORDING["added"].items() for words in listed]
QUOTES = ["“{}”", '"{}"', "« {} »", "„{}“", "「{}」", "'{}'"]


@pytest.mark.parametrize(("words", "emoji"), ADDED)
def test_each_wording_is_its_emoji(words: str, emoji: str) -> None:
    for quotes in QUOTES:
        assert reaction_of(f"{words} {quotes.format('Your boots are here')}") == (emoji, "Your boots are here")
        assert reaction_of(f"{words.upper()} {quotes.format('Is it “that”?')}") == (emoji, "Is it “that”?")


@pytest.mark.parametrize("words", WORDING["removed"])
def test_each_removal_is_one(words: str) -> None:
    assert reaction_of(f"{words} “Your boots are here”") == ("", "Your boots are here")


@pytest.mark.parametrize("emoji", ["👍", "❤️", "👍🏽", "🇺🇸", "👩‍👩‍👧", "‼️"])
def test_any_emoji_in_each_wording(emoji: str) -> None:
    for words in WORDING["added_emoji"]:
        assert reaction_of(f"{words.format(emoji)} “Your boots”") == (emoji, "Your boots")
    for words in WORDING["removed_emoji"]:
        assert reaction_of(f"{words.format(emoji)} “Your boots”") == ("", "Your boots")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "👍",
            "Liked",
            "Loved it!",
            "Liked it a lot",
            "Liked “the left one",
            "To “whom”",
            "“Your boots are here”",
        ),
        *('I liked "Oxford"', 'Liked "Oxford", but not in brown', "Loved an image that you sent me"),
        *('😡 you said "delivered"', "👍 to STOP", '12 to "Oxford"', "Removed the label from the box"),
        "Liked “" + "a" * 5000 + "”",  # no phone quotes so much
    ],
)
def test_words_stay_words(text: str) -> None:
    assert reaction_of(text) is None


@settings(deadline=None)
@given(st.text(max_size=200))
def test_nothing_is_too_strange(text: str) -> None:
    tapback = reaction_of(f"Liked “x{text}”")
    assert tapback is not None
    assert tapback.emoji == "👍"
    reaction_of(text)
