"""Tests that, whatever is said and whatever a channel can do, the fitted form is within limits and loses no choice."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from core.content.capabilities import Capabilities, MediaLimit
from core.content.rendering import BUTTONS, LIST, NONE, NUMBERED, PAGE, Fitted, fit
from core.content.text import size
from core.messages.outbound import Media, Option, OutboundMessage

RELAXED = settings(max_examples=150, deadline=None)  # the machine may be busy
_IDS = st.text("abcdefgh0123456789:_", min_size=1, max_size=12)
_MEDIA = st.builds(
    Media,
    id=st.sampled_from(["m1", "m2", "m3"]),
    kind=st.sampled_from(["image", "voice", "sticker", "document"]),
    mime=st.sampled_from(["image/jpeg", "audio/ogg", "image/webp", "application/pdf"]),
    filename=st.sampled_from(["", "label.pdf"]),
    size=st.integers(0, 20_000_000),
    link=st.just("https://shop.example/media/abc"),
)
_OPTION = st.builds(Option, _IDS, st.text(max_size=40), st.sampled_from(["", "", "within 5 days of the refund"]))
MESSAGES = st.builds(
    OutboundMessage,
    text=st.one_of(st.text(max_size=120), st.text("ab .\n😀", max_size=30).map(lambda text: text * 10)),
    options=st.lists(_OPTION, max_size=15, unique_by=lambda option: option.id).map(tuple),
    menu_title=st.text(max_size=30),
    link=st.sampled_from(["", "https://track.example/JD0001", "mailto:shop@example.com"]),
    link_title=st.text(max_size=40),
    media=st.lists(_MEDIA, max_size=3, unique_by=lambda media: media.id).map(tuple),
    request=st.sampled_from(["", "", "location", "contact"]),
    page=st.integers(0, 9),
    more_title=st.sampled_from(["", "More"]),
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
    media=st.dictionaries(
        st.sampled_from(["image", "document", "voice"]),
        st.builds(MediaLimit, st.integers(0, 16_000_000), st.sampled_from([(), ("image/*",), ("audio/ogg",)])),
    ),
    caption_max=st.sampled_from([0, 30, 1024]),
    location_request=st.booleans(),
    contact_request=st.booleans(),
)
SMALL = Capabilities("any", 100, buttons=3, button_title=20, list_rows=10, list_title=24, list_description=72)


@RELAXED
@given(MESSAGES, CHANNELS)
def test_everything_is_within_the_limits(message: OutboundMessage, limits: Capabilities) -> None:
    fitted = fit(message, limits)
    unit = limits.text_unit
    assert all(0 < size(text, unit) <= limits.text_max for text in fitted.texts)
    form = BUTTONS if fitted.link or fitted.request else fitted.menu
    tail = {BUTTONS: limits.button_text_max, LIST: limits.list_text_max}.get(form)
    assert size(fitted.caption, unit) <= limits.caption_max
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
        assert "".join((fitted.caption, *fitted.texts)).count(f"{len(message.options)}.") >= 1
    else:
        assert pressable(message, limits) == [option.id for option in message.options]
        assert len({(option.title, option.description) for option in fitted.options}) == len(fitted.options)
        assert fitted.texts  # a menu hangs under something


def test_a_numbered_menu_may_be_a_picture_s_caption() -> None:
    picture = Media(id="m1", kind="image", mime="image/jpeg", link="https://shop.example/media/abc")
    limits = Capabilities("any", 100, media={"image": MediaLimit(9_000)}, caption_max=100)
    fitted = fit(OutboundMessage("Which one?", (Option("a", "Boots"), Option("b", "Socks")), media=(picture,)), limits)
    assert (fitted.menu, fitted.caption, fitted.texts) == (NUMBERED, "Which one?\n1. Boots\n2. Socks", ())


def pressable(message: OutboundMessage, limits: Capabilities) -> list[str]:
    """Lists the ids of all options that are reached by pressing on, page after page."""
    ids: list[str] = []
    for page in range(len(message.options)):
        shown = [option.id for option in fit(msgspec.structs.replace(message, page=page), limits).options]
        turns = [id_ for id_ in shown if id_.startswith(PAGE)]
        ids += [id_ for id_ in shown if id_ not in turns]
        if not turns or turns == [f"{PAGE}0"]:
            return ids
        assert turns == [f"{PAGE}{page + 1}"]
    return ids


@RELAXED
@given(MESSAGES, CHANNELS)
def test_media_is_shown_or_linked(message: OutboundMessage, limits: Capabilities) -> None:
    fitted = fit(message, limits)
    linked = [each for each in message.media if f"media_to_link:{each.id}" in fitted.degradations]
    assert sorted(m.id for m in (*fitted.media, *linked)) == sorted(m.id for m in message.media)
    assert all(limits.media[m.kind].takes(m.mime, m.size) for m in fitted.media)
    said = "".join((fitted.caption, *fitted.texts))
    assert not linked or "https://shop.example/media/abc" in said or limits.text_max < 60
    assert not fitted.caption or fitted.media


@RELAXED
@given(MESSAGES, CHANNELS)
def test_a_request_is_a_button_or_told_of(message: OutboundMessage, limits: Capabilities) -> None:
    fitted = fit(message, limits)
    assert fitted.request in ("", message.request)
    if message.request and not fitted.request:
        assert f"request_to_text:{message.request}" in fitted.degradations
    if fitted.request:
        assert fitted.texts
        assert not fitted.link


@RELAXED
@given(MESSAGES, CHANNELS)
def test_a_link_is_kept_as_a_button_or_in_the_text(message: OutboundMessage, limits: Capabilities) -> None:
    fitted = fit(message, limits)
    if fitted.link:
        assert fitted.menu == NONE
        assert fitted.link == message.link
    elif message.link:
        assert message.link in "".join((fitted.caption, *fitted.texts))


@RELAXED
@given(MESSAGES, CHANNELS)
def test_each_shortened_title_is_named(message: OutboundMessage, limits: Capabilities) -> None:
    fitted = fit(message, limits)
    options = {option.id: option for option in message.options}
    for after in fitted.options:
        if after.id not in options:
            continue
        before = options[after.id]
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


def test_a_menu_that_is_too_long_is_paged() -> None:
    first = menu(*"ABCDEFGHIJK")
    assert [option.id for option in first.options][-2:] == ["id8", "page.1"]
    assert first.degradations == ("paged:2", "buttons_to_list")
    assert menu(*"ABCDEFGHIJKK").menu == LIST


def test_a_picture_takes_its_words_along() -> None:
    photo = Media("m1", "image", "image/jpeg", size=1000, link="https://shop.example/m1")
    able = msgspec.structs.replace(SMALL, media={"image": MediaLimit(5000, ("image/*",))}, caption_max=50)
    assert fit(OutboundMessage("Here", media=(photo,)), able) == Fitted((), media=(photo,), caption="Here")
    assert fit(OutboundMessage("Here " * 12, media=(photo,)), able).texts == (("Here " * 12).strip(),)
    bare = fit(OutboundMessage("Here", media=(photo,)), SMALL)
    assert bare.texts == ("Here\nhttps://shop.example/m1",)
    assert bare.degradations == ("media_to_link:m1",)


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


def test_a_preview_that_is_not_ours_to_choose_is_told() -> None:
    message = OutboundMessage("https://shop.example", link_preview=True)
    assert fit(message, Capabilities("sms", 1600)).degradations == ("no_link_preview",)
    assert fit(message, Capabilities("telegram", 4096, link_previews=True)).degradations == ()
