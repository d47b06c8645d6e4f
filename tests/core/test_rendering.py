"""Whatever is said, and whatever a channel can do, the fitted form is within the limits and loses no choice."""

from hypothesis import given, settings
from hypothesis import strategies as st

from core.capabilities import Capabilities
from core.messages import Option, OutboundMessage
from core.rendering import BUTTONS, LIST, NONE, NUMBERED, Fitted, fit
from core.text import size

RELAXED = settings(max_examples=150, deadline=None)  # the machine may be busy
_IDS = st.text("abcdefgh0123456789:_", min_size=1, max_size=12)
_OPTION = st.builds(Option, _IDS, st.text(max_size=40), st.sampled_from(["", "", "within 5 days of the refund"]))
MESSAGES = st.builds(
    OutboundMessage,
    text=st.one_of(st.text(max_size=120), st.text("ab .\n😀", max_size=30).map(lambda text: text * 10)),
    options=st.lists(_OPTION, max_size=15, unique_by=lambda option: option.id).map(tuple),
    menu_title=st.text(max_size=30),
    link=st.sampled_from(["", "https://track.example/JD0001", "mailto:shop@example.com"]),
    link_title=st.text(max_size=40),
)
CHANNELS = st.builds(
    Capabilities,
    channel=st.just("any"),
    text_max=st.integers(40, 200),
    text_unit=st.sampled_from(["chars", "utf16"]),
    buttons=st.integers(0, 13),
    button_title=st.integers(3, 25),
    button_text_max=st.sampled_from([0, 30]),
    list_rows=st.integers(0, 10),
    list_title=st.integers(3, 25),
    list_description=st.sampled_from([0, 20, 72]),
    list_text_max=st.sampled_from([0, 35]),
    link_button=st.booleans(),
    link_title=st.integers(3, 25),
)
SMALL = Capabilities("any", 100, buttons=3, button_title=20, list_rows=10, list_title=24, list_description=72)


@RELAXED
@given(MESSAGES, CHANNELS)
def test_everything_is_within_the_limits(message: OutboundMessage, limits: Capabilities) -> None:
    fitted = fit(message, limits)
    unit = limits.text_unit
    assert all(0 < size(text, unit) <= limits.text_max for text in fitted.texts)
    tail = {BUTTONS: limits.button_text_max, LIST: limits.list_text_max}.get(BUTTONS if fitted.link else fitted.menu)
    assert not fitted.texts or size(fitted.texts[-1], unit) <= (tail or limits.text_max)
    title, count = (
        (limits.button_title, limits.buttons) if fitted.menu == BUTTONS else (limits.list_title, limits.list_rows)
    )
    assert len(fitted.options) <= count
    assert all(0 < size(option.title, unit) <= title for option in fitted.options)
    assert all(size(option.description, unit) <= limits.list_description for option in fitted.options)
    assert not fitted.link or 0 < size(fitted.link_title, unit) <= limits.link_title


@RELAXED
@given(MESSAGES, CHANNELS)
def test_no_choice_is_lost_or_looks_like_another(message: OutboundMessage, limits: Capabilities) -> None:
    fitted = fit(message, limits)
    if not message.options:
        assert fitted.menu == NONE
    elif fitted.menu == NUMBERED:
        assert fitted.options == ()
        assert "".join(fitted.texts).count(f"{len(message.options)}.") >= 1
    else:
        assert [option.id for option in fitted.options] == [option.id for option in message.options]
        assert len({(option.title, option.description) for option in fitted.options}) == len(fitted.options)
        assert fitted.texts  # a menu hangs under something


@RELAXED
@given(MESSAGES, CHANNELS)
def test_a_link_is_kept_as_a_button_or_in_the_text(message: OutboundMessage, limits: Capabilities) -> None:
    fitted = fit(message, limits)
    if fitted.link:
        assert fitted.menu == NONE
        assert fitted.link == message.link
    elif message.link:
        assert message.link in "".join(fitted.texts)


@RELAXED
@given(MESSAGES, CHANNELS)
def test_each_shortened_title_is_named(message: OutboundMessage, limits: Capabilities) -> None:
    fitted = fit(message, limits)
    for before, after in zip(message.options, fitted.options, strict=False):
        shown = " ".join(before.title.split()) or before.id
        assert (after.title != shown) == (f"title_shortened:{before.id}" in fitted.degradations)


def menu(*titles: str, description: str = "") -> Fitted:
    options = tuple(Option(f"id{n}", title, description) for n, title in enumerate(titles))
    return fit(OutboundMessage("Choose", options), SMALL)


def test_the_form_of_a_menu() -> None:
    assert menu("A", "B", "C").menu == BUTTONS
    assert menu("A", "B", description="more of it").menu == LIST
    assert menu("A title of 24 characters").menu == LIST
    assert menu(*"ABCD").menu == LIST
    assert menu(*"ABCD").degradations == ("buttons_to_list",)
    assert menu(*"ABCDEFGHIJK").menu == NUMBERED


def test_two_equal_titles_are_numbered() -> None:
    assert menu("Boots", "Boots").texts == ("Choose\n1. Boots\n2. Boots",)


def test_numbered_choices_keep_their_descriptions() -> None:
    bare = Capabilities("sms", 1600)
    message = OutboundMessage("How?", (Option("a", "Refund", "within 5 days"), Option("b", "Exchange")))
    assert fit(message, bare).texts == ("How?\n1. Refund – within 5 days\n2. Exchange",)


def test_a_menu_without_words_hangs_under_its_title() -> None:
    options = (Option("a", "A"),)
    assert fit(OutboundMessage("", options, menu_title="Choose"), SMALL).texts == ("Choose",)
    assert fit(OutboundMessage("", options), SMALL).texts == ("…",)


def test_nothing_stays_nothing() -> None:
    assert fit(OutboundMessage(" \n"), SMALL).texts == ()
