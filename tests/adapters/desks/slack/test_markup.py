"""Tests text to Slack and back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.desks.slack.markup import mentioned, mentions, read, speaks_to_somebody, to_plain, to_slack
from adapters.desks.slack.reading.mrkdwn import read_mrkdwn
from core.content.styles import Look

# Texts without anything that reads like an emoji, bold type, code or a quote: mrkdwn has no way to write these.
LITERAL = re.compile(r":[^\s]+:|[*_~`\r]|^ ?>", re.MULTILINE)
PLAIN = st.text().filter(lambda text: not LITERAL.search(text)).map(str.strip)
HOSTILE = st.text(alphabet="<>&@!#|UC0:`*_~ \nabclgtmp;^", max_size=60)


@given(st.one_of(st.text(), HOSTILE))
def test_nothing_lives_after_escaping(text: str) -> None:
    escaped = to_slack(text)
    assert "<" not in escaped
    assert ">" not in escaped
    assert not mentions(escaped)
    assert set(re.findall(r"&(?!(?:amp|lt|gt);)", escaped)) == set()


@given(PLAIN)
def test_round_trip(text: str) -> None:
    assert to_plain(to_slack(text)) == text


@given(HOSTILE.filter(lambda text: not LITERAL.search(text)).map(str.strip))
def test_round_trip_of_hostile_texts(text: str) -> None:
    assert to_plain(to_slack(text)) == text


@given(st.text())
def test_any_markup_can_be_read(markup: str) -> None:
    said = read(markup)
    assert all(0 <= style.start < style.end <= len(said.text) for style in said.styles)


@given(st.text(alphabet=st.characters(exclude_characters="`\n\r")).map(str.strip).filter(bool))
def test_code_is_untouched(code: str) -> None:
    said = read_mrkdwn(to_slack(f"`{code}`"))
    assert (said.text, [style.look for style in said.styles]) == (code, [Look.CODE])


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("<https://shop.example/a?b=1&amp;c=2|our page>", "our page (https://shop.example/a?b=1&c=2)"),
        (
            "*bold* :wave: <https://shop.example/p?a=1&amp;b=2|our page>",
            "bold 👋 our page (https://shop.example/p?a=1&b=2)",
        ),
        ("<https://shop.example>", "https://shop.example"),
        ("<http://shop.example|shop.example>", "http://shop.example"),
        ("<mailto:help@shop.example|help@shop.example>", "help@shop.example"),
        ("<tel:+12025550101|(202) 555-0101>", "+12025550101"),
        ("<#C0SUPPORT|support>", "#support"),
        ("<#C0SUPPORT>", "#C0SUPPORT"),
        ("<!date^1796119200^{date_short}|1 Dec 2026>", "1 Dec 2026"),
        ("<!here> <!channel|channel>", "@here channel"),
        ("<@U0BEA> <@U0CAI|cai> <!subteam^S0WAREHOUSE|@warehouse>", "@U0BEA @cai @warehouse"),
        ("&amp;lt; is how &lt; is written", "&lt; is how < is written"),
        ("`&lt;b&gt; :tada:` :tada:", "<b> :tada: 🎉"),
        ("```\n:tada:\n<https://shop.example>\n```", ":tada:\nhttps://shop.example"),
        ("*Important:* please ~do not~ _never_ open", "Important: please do not never open"),
        ("*see <https://shop.example/a|this _page_>*", "see this _page_ (https://shop.example/a)"),
        ("2*3*4, a_b_c, 5 * 3 * 2, ~5 to ~7", "2*3*4, a_b_c, 5 * 3 * 2, ~5 to ~7"),
        ("&gt; where is it?\n&gt; please\nHere", "> where is it?\n> please\nHere"),
    ],
)
def test_markup(markup: str, plain: str) -> None:
    assert to_plain(markup) == plain


@pytest.mark.parametrize(
    ("shortcode", "char"),
    [
        (":+1:", "👍"),
        (":thumbsup::skin-tone-6:", "👍🏿"),
        (":wave::skin-tone-2:", "👋🏻"),
        (":point_up::skin-tone-4:", "☝🏽"),
        (":slightly_smiling_face:", "🙂"),
        (":simple_smile:", "🙂"),
        (":flag-de:", "🇩🇪"),
        (":woman-shrugging:", "🤷‍♀️"),
        (":female-technologist::skin-tone-3:", "👩🏼‍💻"),
        (":100:", "💯"),
        ("Hello:tada:", "Hello🎉"),
        ("a :shop_logo: b", "a shop logo b"),
        (":shipit:", ""),
        (":custom_ok: :party_parrot:", ""),
    ],
)
def test_emoji(shortcode: str, char: str) -> None:
    assert to_plain(shortcode) == char


@pytest.mark.parametrize("text", ["10:30:45", "at 10:100:30", "16:9:4", "key:value:end", "::", "C:\\dir:x", ":30:"])
def test_what_only_looks_like_an_emoji_stays(text: str) -> None:
    assert to_plain(text) == text


@pytest.mark.parametrize(
    "markup",
    ["<@U0CAI> look", "ask <!subteam^S1|@ops>", "<!channel> outage", "<!here>", "<!everyone> hi", "hi <@W0CAI|cai>"],
)
def test_mentions(markup: str) -> None:
    assert mentions(markup)


def test_who_is_mentioned() -> None:
    assert mentioned("assign 12 <@U0CAI|cai> and <@U0BEA>, not <#C0DESK|desk> nor <@U0CAI>") == ("U0CAI", "U0BEA")
    assert mentioned("assign 12 @cai &lt;@U0CAI&gt;") == ()


@pytest.mark.parametrize(
    ("markup", "is_spoken_to"),
    [("<@U0CAI> look", True), ("<@U0CAI>, <@U0BEA> look", True), ("<@U0CAI>", False), ("Hi <@U0CAI> will call", False)],
)
def test_who_is_spoken_to(markup: str, is_spoken_to: bool) -> None:
    assert speaks_to_somebody(markup) is is_spoken_to


@pytest.mark.parametrize("markup", ["<https://shop.example>", "<#C1|x>", "&lt;@U0CAI&gt;", "bea@shop.example"])
def test_what_mentions_nobody(markup: str) -> None:
    assert not mentions(markup)
