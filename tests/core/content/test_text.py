"""Laws of shortening and splitting, and the places where a reader would cut."""

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.content.text import (
    ELLIPSIS,
    GSM7,
    UCS2,
    SmsCost,
    and_then,
    gsm_alike,
    shorten,
    size,
    sms_cost,
    sms_segments,
    split,
)

RELAXED = settings(deadline=None)  # the machine may be busy
UNITS = st.sampled_from(["chars", "utf16"])
# Letters, CJK stops, blanks, families and flags, combining marks, links.
PIECES = st.sampled_from(
    [
        *"abc .,!?\n，。！；\u0301\ufe0f\u200d ",
        "\r\n",
        "👩‍👩‍👧‍👦",
        "🇺🇸",
        "e\u0301",
        "https://a.example/x?y=1",
        "Order 1001 ",
        "\n\n",
        "क्षि",
    ]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=60).map("".join))
LIMITS = st.integers(2, 60)


def squeezed(text: str) -> str:
    return "".join(text.split())


def graphemes(text: str) -> list[str]:
    return regex.findall(r"\X", text)


def test_a_sentence_follows_with_the_space_of_its_script() -> None:
    assert and_then("Of course.", "By noon.") == "Of course. By noon."
    assert and_then("好的。", "我们会回复您。") == "好的。我们会回复您。"
    assert and_then("好的 😊", "我们会回复您。") == "好的 😊 我们会回复您。"


@RELAXED
@given(TEXTS, st.integers(0, 60), UNITS)
def test_a_shortened_text_is_within_its_limit(text: str, limit: int, unit: str) -> None:
    short = shorten(text, limit, unit)
    assert size(short, unit) <= limit
    if size(text, unit) <= limit:
        assert short == text
    elif limit:
        assert short.endswith(ELLIPSIS)
        assert text.startswith(short[:-1])


@RELAXED
@given(TEXTS, LIMITS, UNITS)
def test_shortening_keeps_graphemes_whole(text: str, limit: int, unit: str) -> None:
    short = shorten(text, limit, unit)
    head = graphemes(short if short == text else short[:-1])
    assert graphemes(text)[: len(head)] == head


@RELAXED
@given(TEXTS, LIMITS, UNITS)
@example("\U0001f468" * 3, 2, "utf16")
def test_parts_are_within_the_limit_and_lose_only_white_space(text: str, limit: int, unit: str) -> None:
    parts = split(text, limit, unit)
    assert all(0 < size(part, unit) <= limit for part in parts)
    assert all(part == part.strip() for part in parts)
    assert squeezed("".join(parts)) == squeezed(text)


@RELAXED
@given(TEXTS, LIMITS, UNITS)
def test_a_text_that_fits_is_one_part(text: str, limit: int, unit: str) -> None:
    bare = text.strip()
    assert (split(text, limit, unit) == [bare]) == (bool(bare) and size(bare, unit) <= limit)


@RELAXED
@given(st.text("ab .,。\n\u0301", max_size=60), st.integers(24, 60))
def test_a_link_that_fits_is_never_cut(text: str, limit: int) -> None:
    link = "https://a.example/x?y=1"
    whole = f"{text} {link} {text}"
    assert sum(part.count(link) for part in split(whole, limit)) == whole.count(link)


@RELAXED
@given(st.lists(st.sampled_from(["👩‍👩‍👧‍👦", "🇺🇸", "e\u0301", "a", "क्षि"]), max_size=40), st.integers(11, 30), UNITS)
def test_graphemes_that_fit_are_never_cut(pieces: list[str], limit: int, unit: str) -> None:
    text = "".join(pieces)
    assert [g for part in split(text, limit, unit) for g in graphemes(part)] == graphemes(text)


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("", 10, []),
        (" \n ", 10, []),
        ("one two\n\nthree four", 14, ["one two", "three four"]),
        ("one two to\nthree four", 14, ["one two to", "three four"]),
        ("It left. It comes soon.", 14, ["It left.", "It comes soon."]),
        ("已发货。明天到。", 5, ["已发货。", "明天到。"]),
        ("one two three", 9, ["one two", "three"]),
        ("aaaaaaaaaa", 4, ["aaaa", "aaaa", "aa"]),
        ("see https://a.example/123", 22, ["see", "https://a.example/123"]),
        ("请看https://a.example/1。谢谢你的耐心等待", 24, ["请看https://a.example/1。", "谢谢你的耐心等待"]),
        ("👩‍👩‍👧‍👦", 4, ["👩‍👩‍", "👧‍👦"]),
    ],
)
def test_where_a_reader_would_cut(text: str, limit: int, parts: list[str]) -> None:
    assert split(text, limit) == parts


@pytest.mark.parametrize(
    ("text", "limit", "short"), [("abc", 0, ""), ("abc", 1, "…"), ("abc", 3, "abc"), ("ab cd", 4, "ab…")]
)
def test_shortening_at_its_edges(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit) == short


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("€" * 153, 3),  # 306 septets, but a pair is never divided: 76 of them fit in 153
        ("你" * 70, 1),
        ("你" * 71, 2),
        ("📦" * 35, 1),
        ("📦" * 67, 3),  # 33 pairs fit in 67 units
    ],
)
def test_sms_segments(text: str, segments: int) -> None:
    assert sms_segments(text) == segments


@RELAXED
@given(TEXTS, TEXTS)
def test_more_text_never_costs_fewer_segments(text: str, more: str) -> None:
    assert sms_segments(text + more) >= max(sms_segments(text), 1)


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("", SmsCost(GSM7, 1, 0, 160)),
        ("abc€", SmsCost(GSM7, 1, 5, 155)),
        ("a" * 161, SmsCost(GSM7, 2, 161, 145)),
        ("ça va ça", SmsCost(UCS2, 1, 8, 62, ("ç",))),
        ("“so” 👢", SmsCost(UCS2, 1, 7, 63, ("“", "”", "👢"))),
        ("👢" * 67, SmsCost(UCS2, 3, 134, 65, ("👢",))),
    ],
)
def test_what_an_sms_costs_and_why(text: str, cost: SmsCost) -> None:
    assert sms_cost(text) == cost


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("It’s “here” – see the door…", 'It\'s "here" - see the door...'),
        ("• one\u00a0kilo\u200b", "- one kilo"),
        ("cafe\u0301", "café"),
        ("ça – 你好", "ça – 你好"),  # nothing is won, so nothing is changed
        ("It’s 👢", "It’s 👢"),
        ("…" * 60, "…" * 60),  # 180 dots would be two segments
        ("plain", "plain"),
    ],
)
def test_look_alikes_are_replaced_where_that_saves(text: str, plain: str) -> None:
    assert gsm_alike(text) == plain


@RELAXED
@given(TEXTS)
def test_replacing_look_alikes_never_makes_an_sms_dearer(text: str) -> None:
    plain = gsm_alike(text)
    assert plain == text or sms_cost(plain).encoding == GSM7
    assert sms_segments(plain) <= sms_segments(text)
    assert gsm_alike(plain) == plain
