"""Tests that what an agent composes in Slack means the same on every channel: no word and no link is lost."""

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.desks.slack.markup import read
from core.content.capabilities import load_capabilities
from core.content.text import size
from core.messages.outbound import OutboundMessage, Speaker
from tests.adapters.desks.slack.test_formatted import CHANNELS, RENDERED

LINKS = ["https://shop.example/r", "https://shop.example/a?b=1&c=(2)", "http://x.example"]
_LINK = re.compile("|".join(map(re.escape, LINKS)))
LOOKS = st.fixed_dictionaries({}, optional={name: st.just(True) for name in ("bold", "italic", "strike", "code")})
RELAXED = settings(deadline=None, max_examples=60)


def texts(words: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda text, style: {"type": "text", "text": text, **({"style": style} if style else {})}, words, LOOKS
    )


def composed(words: st.SearchStrategy[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Makes what the composer makes: words with looks, links and emoji in sections, lists, quotes and code."""
    link = st.fixed_dictionaries(
        {"type": st.just("link"), "url": st.sampled_from(LINKS)}, optional={"text": words, "style": LOOKS}
    )
    smile = st.just({"type": "emoji", "name": "wave", "unicode": "1f44b"})
    inline = st.lists(st.one_of(texts(words), texts(words), link, smile), min_size=1, max_size=6)
    section = st.builds(lambda parts: {"type": "rich_text_section", "elements": parts}, inline)
    list_ = st.builds(
        lambda style, indent, items: {"type": "rich_text_list", "style": style, "indent": indent, "elements": items},
        st.sampled_from(["bullet", "ordered"]),
        st.integers(0, 2),
        st.lists(section, min_size=1, max_size=3),
    )
    quote = st.builds(lambda parts: {"type": "rich_text_quote", "elements": parts}, inline)
    code = st.builds(
        lambda text: {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}, words
    )
    blocks = st.lists(st.one_of(section, section, list_, quote, code), min_size=1, max_size=5)
    return st.builds(lambda elements: [{"type": "rich_text", "block_id": "b", "elements": elements}], blocks)


PLAIN = st.text(st.sampled_from("abc XY\n.,:字句。é👩🏽👨‍👩‍👧"), min_size=1, max_size=40)
LONG = st.builds(lambda text, times: text * times, PLAIN, st.integers(1, 60))
ANY = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)


def said(blocks: list[dict[str, Any]]) -> list[tuple[str, list[str], str]]:
    """Lists what each channel shows: (its name, its texts, all that it shows or leads to)."""
    read_ = read("", blocks)
    message = OutboundMessage(read_.text, speaker=Speaker.AGENT, styles=read_.styles)
    shown = []
    for name, (render, limits) in RENDERED.items():
        parts = [part.payload for part in render(message, load_capabilities(CHANNELS / limits)).parts]
        shown.append((name, [_text(payload) for payload in parts], str(parts)))
    return shown


def _text(payload: dict[str, Any]) -> str:
    text = payload.get("Body") or payload.get("text") or payload.get("message", {}).get("text", "")
    return text["body"] if isinstance(text, dict) else text


def words_in(blocks: list[dict[str, Any]]) -> str:
    """Lists the letters and digits that were written, in order, without links."""
    pieces = []
    for block in blocks[0]["elements"]:
        for line in block["elements"] if block["type"] == "rich_text_list" else [block]:
            pieces += [each.get("text", "") for each in line["elements"] if each["type"] == "text"]
    return letters("".join(pieces))


def letters(text: str) -> str:
    return "".join(char for char in text if char.isalpha())


def links_in(blocks: list[dict[str, Any]]) -> list[str]:
    return re.findall(r"'url': '([^']+)'", str(blocks))


def follows(wanted: str, text: str) -> bool:
    """Tells whether all characters of `wanted` stand in the text in their order."""
    rest = iter(text)
    return all(char in rest for char in wanted)


@RELAXED
@given(composed(st.one_of(PLAIN, LONG)))
def test_no_word_and_no_link_is_lost(blocks: list[dict[str, Any]]) -> None:
    for name, shown, whole in said(blocks):
        assert follows(words_in(blocks), letters(" ".join(shown))), name
        for link in links_in(blocks):
            assert link in whole.replace("\\n", ""), name


@RELAXED
@given(composed(ANY))
def test_nor_any_other_character_that_a_reader_sees(blocks: list[dict[str, Any]]) -> None:
    for name, shown, _ in said(blocks):
        if name != "sms":  # which writes some as GSM-7 has them
            assert follows(words_in(blocks), letters(" ".join(shown))), name


@RELAXED
@given(composed(st.one_of(PLAIN, LONG)))
def test_telegrams_entities_count_utf_16_and_end_between_characters(blocks: list[dict[str, Any]]) -> None:
    read_ = read("", blocks)
    message = OutboundMessage(read_.text, speaker=Speaker.AGENT, styles=read_.styles)
    render, limits = RENDERED["telegram"]
    for part in render(message, load_capabilities(CHANNELS / limits)).parts:
        text = part.payload["text"]
        units = text.encode("utf-16-le")
        assert size(text, "utf16") <= 4096
        spans = []
        for entity in part.payload.get("entities", ()):
            start, end = entity["offset"], entity["offset"] + entity["length"]
            assert 0 <= start < end <= len(units) // 2
            units[2 * start : 2 * end].decode("utf-16-le")  # raises within a pair
            spans.append((start, end))
        assert not any(a < c < b < d for a, b in spans for c, d in spans), "entities cross"


@RELAXED
@given(composed(st.one_of(PLAIN, LONG)))
def test_marks_of_whatsapp_are_in_pairs_and_others_have_none(blocks: list[dict[str, Any]]) -> None:
    bare = {name: [_LINK.sub("", text) for text in shown] for name, shown, _ in said(blocks)}
    for text in (*bare["whatsapp"], *bare["whatsapp_twilio"]):
        assert text.count("```") % 2 == 0
        for line in re.sub(r"```.*?```", "", text, flags=re.DOTALL).split("\n"):
            assert all(line.count(mark) % 2 == 0 for mark in "*_~`"), line
    for name in ("sms", "messenger", "telegram"):
        assert not any(re.search(r"[*_~`]", text) for text in bare[name]), name
