"""Tests what a digest looks like in Slack, and that it is within Slack's limits whatever is in it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.desks.slack.blocks.digest import digest
from adapters.desks.slack.outbound.posts import call_of
from core.desk.digest import DigestLine, DigestPart, DigestView
from core.desk.posts import PostDigest
from sandbox.platforms.slack import blocks as stand_in

URL = "https://shop.example/dashboard/questions?from=2026-11-23&to=2026-11-29"
VIEW = DigestView(
    "Northwind: Nov 23 – 29",
    (DigestPart("Not understood", (DigestLine('"<!channel> *gift*", 12 times', URL, "conversations"),)),),
    DigestLine("Counted until 9:00 AM.", "https://shop.example/dashboard/", "Dashboard"),
)


def test_it_is_a_heading_and_lists_in_which_nothing_is_markup() -> None:
    shown = digest(PostDigest(VIEW))
    heading, part, foot = shown.blocks
    assert heading == {
        "type": "header",
        "text": {"type": "plain_text", "text": "Northwind: Nov 23 – 29", "emoji": False},
    }
    title, listed = part["elements"]
    assert title["elements"] == [{"type": "text", "text": "Not understood", "style": {"bold": True}}]
    assert listed["elements"][0]["elements"] == [
        {"type": "text", "text": '"<!channel> *gift*", 12 times'},
        {"type": "text", "text": " "},
        {"type": "link", "url": URL, "text": "conversations"},
    ]
    assert foot["elements"][0]["elements"][-1]["url"] == "https://shop.example/dashboard/"
    assert shown.text == 'Northwind: Nov 23 – 29\nNot understood: "&lt;!channel&gt; *gift*", 12 times'


def test_a_channel_that_was_closed_to_us_is_named_in_the_desk_s_own() -> None:
    call = call_of(PostDigest(VIEW, refused="eu/C2"), None, "C1", "", "x")
    assert call.arguments["channel"] == "C1"
    assert "C2" in call.arguments["blocks"][-1]["elements"][0]["elements"][0]["text"]


texts = st.text(max_size=900)
lines = st.builds(DigestLine, texts, st.sampled_from(["", URL, URL * 9]), texts)
parts = st.builds(DigestPart, texts, st.lists(lines, max_size=12).map(tuple))


@settings(max_examples=60)
@given(st.builds(DigestView, texts, st.lists(parts, max_size=14).map(tuple), st.none() | lines))
def test_it_is_never_more_than_slack_takes(view: DigestView) -> None:
    call = call_of(PostDigest(view), None, "C1", "", "x")
    stand_in.check_message(dict(call.arguments))


def test_much_in_it_is_cut_by_its_sentences() -> None:
    line = DigestLine("x" * 300, URL, "conversations")
    shown = digest(PostDigest(DigestView("t", (DigestPart("p", (line,) * 12),) * 12)))
    stand_in.check_message({"text": shown.text, "blocks": list(shown.blocks)})
    assert len(shown.blocks) == 13
