"""Tests that no way of formatting a note in Slack's composer, or of sending it, lets it out unasked."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.desks.slack.inbound.parse import parse
from core.desk.events import AgentEdited, AgentMessage
from core.desk.notes import is_doubtful

NOW = datetime(2026, 12, 1, 10, 2, tzinfo=UTC)
MARKED = ["note:", "Private:", "INTERNAL :", "//", "备注：", "ｎｏｔｅ：", "no\u200bte:"]
NEAR = [
    "internal note -",
    "(note)",
    "[内部]",
    "note for Bea:",
    "staff note",
    "内部备注，",
    "🔒",
    "客服备注：",
    "仅内部可见",
    "@bea",
]
SAID = ["he lies about the parcel", "他在撒谎"]
STYLES = st.sampled_from(
    [{}, {"bold": True}, {"italic": True}, {"strike": True}, {"code": True}, {"bold": True, "italic": True}]
)
SUBTYPES = st.sampled_from(
    [{}, {"subtype": "thread_broadcast"}, {"subtype": "file_share", "files": [{"id": "F1", "name": "a.png"}]}]
)


def text(words: str, style: dict[str, bool]) -> dict[str, Any]:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


@st.composite
def blocks(draw: st.DrawFn, marks: list[str]) -> list[dict[str, Any]]:
    """Writes a mark and words as the composer does: each with a look, in one of its blocks."""
    mark, said = draw(st.sampled_from(marks)), draw(st.sampled_from(SAID))
    parts = [text(mark, draw(STYLES)), text(draw(st.sampled_from([" ", "  ", "\n"])), {}), text(said, draw(STYLES))]
    if draw(st.booleans()):
        parts = [text(f"{mark} {said}", draw(STYLES))]
    section: dict[str, Any] = {"type": "rich_text_section", "elements": parts}
    kind = draw(st.sampled_from(["section", "quote", "preformatted", "bullet", "ordered"]))
    if kind in ("quote", "preformatted"):
        section = {"type": f"rich_text_{kind}", "elements": parts}
    elif kind != "section":
        indent = draw(st.integers(0, 2))
        section = {"type": "rich_text_list", "style": kind, "indent": indent, "elements": [section]}
    return [{"type": "rich_text", "block_id": "b", "elements": [section]}]


def message(blocks: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    where = {"channel": "C1", "ts": "1796119268.000200", "thread_ts": "1796119200.000100", "user": "U0BEA"}
    return {"type": "message", "text": "", "blocks": blocks, **where, **more}


def wrapped(event: dict[str, Any]) -> dict[str, Any]:
    return {"type": "event_callback", "event_id": "Ev1", "event": event}


def stays(event: AgentMessage | AgentEdited) -> bool:
    """Tells whether the words stay inside, or their author is asked."""
    return event.note or is_doubtful(event.text, event.styles)


@given(blocks([*MARKED, *NEAR]), SUBTYPES)
def test_a_note_in_any_dress_stays_or_is_asked_about(written: list[dict[str, Any]], subtype: dict[str, Any]) -> None:
    event = parse(wrapped(message(written, **subtype)), NOW)
    assert isinstance(event, AgentMessage)
    assert stays(event)


@given(blocks(MARKED))
def test_an_agreed_mark_at_the_beginning_of_a_section_is_one_in_any_look(written: list[dict[str, Any]]) -> None:
    event = parse(wrapped(message(written)), NOW)
    assert isinstance(event, AgentMessage)
    is_numbered = written[0]["elements"][0].get("style") == "ordered"
    assert event.note or is_numbered  # "1. note:" is asked about
    assert not event.note or event.text in SAID


@given(blocks(MARKED), blocks(["Hello", "Well:", "好的，"]))
def test_an_edit_says_which_it_is_now(note: list[dict[str, Any]], reply: list[dict[str, Any]]) -> None:
    for before, after in ((note, reply), (reply, note)):
        changed = {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": "1796119300.000100"}
        event = parse(wrapped({**changed, "message": message(after), "previous_message": message(before)}), NOW)
        assert isinstance(event, AgentEdited)
        assert stays(event) or after is reply


@given(
    st.sampled_from(MARKED),
    st.sampled_from(SAID),
    st.sampled_from(["{} {}", "*{}* {}", "_{} {}_", "`{} {}`", "> {} {}", "• {} {}"]),
)
def test_markup_without_rich_text_is_read_the_same(mark: str, said: str, dress: str) -> None:
    event = parse(wrapped(message([], text=dress.format(mark, said).replace(">", "&gt;"))), NOW)
    assert isinstance(event, AgentMessage)
    assert stays(event)
