"""Tests how a message becomes calls of the Bot API."""

import pytest

from adapters.channels.telegram.outbound.render import render
from adapters.channels.telegram.outbound.send import LIMITS
from core.messages.outbound import Media, Option, OutboundMessage, Speaker
from core.ports.calls import Part

TRACK, RETURN = Option("order:1001:track", "Where is it?"), Option("order:1001:return_start", "Return it")
PLAIN = {"link_preview_options": {"is_disabled": True}}
BARE = {"reply_markup": {"remove_keyboard": True}}
PHOTO = Media("photo1", "image", "image/jpeg", "sole.jpg", 1_000)
CLIP = Media("clip1", "video", "video/mp4", "", 1_000)
LABEL = Media("label1", "document", "application/pdf", "label.pdf", 1_000)


def calls(message: OutboundMessage) -> list[Part]:
    return list(render(message, LIMITS).parts)


def test_a_text_is_plain_and_shows_no_preview() -> None:
    for text in ("Order A_1001_B", "Order A_1*2 <b>x</b> & `y` [z](https://a.example)"):
        assert calls(OutboundMessage(text)) == [Part("sendMessage", {"text": text, **PLAIN, **BARE})]


@pytest.mark.parametrize(("wanted", "disabled"), [(True, False), (False, True), (None, True)])
def test_a_link_is_shown_with_a_preview_where_that_is_wanted(wanted: bool | None, disabled: bool) -> None:
    (part,) = calls(OutboundMessage("https://shop.example/p/9", link_preview=wanted))
    assert part.payload["link_preview_options"] == {"is_disabled": disabled}


def test_short_titles_stand_in_pairs() -> None:
    (part,) = calls(OutboundMessage("What now?", (TRACK, RETURN, Option("menu:main", "Menu"))))
    rows = part.payload["reply_markup"]["inline_keyboard"]
    assert [[button["callback_data"] for button in row] for row in rows] == [
        ["order:1001:track", "order:1001:return_start"],
        ["menu:main"],
    ]


def test_a_long_title_gives_each_button_its_row() -> None:
    (part,) = calls(OutboundMessage("What now?", (TRACK, Option("x", "Something longer than that"))))
    assert [len(row) for row in part.payload["reply_markup"]["inline_keyboard"]] == [1, 1]


def test_a_pressed_button_is_answered_first_and_silently() -> None:
    answer, text = calls(OutboundMessage("Done.", callback="31740"))
    assert answer == Part("answerCallbackQuery", {"callback_query_id": "31740"}, silent=True)
    assert text.call == "sendMessage"


def test_only_a_callback_gives_only_its_answer() -> None:
    assert [part.call for part in calls(OutboundMessage(callback="31740"))] == ["answerCallbackQuery"]


def test_the_quote_is_on_the_first_part_and_the_keyboard_on_the_last() -> None:
    first, last = calls(OutboundMessage("word " * 1000, (TRACK,), reply_to="402"))
    assert first.payload["reply_parameters"] == {"message_id": 402, "allow_sending_without_reply": True}
    assert "reply_markup" not in first.payload
    assert "reply_parameters" not in last.payload
    assert "reply_markup" in last.payload


def test_everything_goes_to_the_topic_but_the_answer_to_a_press() -> None:
    message = OutboundMessage("Look", (TRACK,), media=(PHOTO,), callback="31740", route="116834", reply_to="402")
    answer, *others = calls(message)
    assert "message_thread_id" not in answer.payload
    assert [part.call for part in others] == ["sendChatAction", "sendPhoto", "sendMessage"]
    assert {part.payload["message_thread_id"] for part in others} == {116834}
    for route in ("", None, "elsewhere"):
        assert "message_thread_id" not in calls(OutboundMessage("Look", route=route))[0].payload


def test_a_link_is_a_button() -> None:
    (part,) = calls(OutboundMessage("On its way.", link="https://track.example/JD0001", link_title="Track it"))
    assert part.payload["reply_markup"] == {
        "inline_keyboard": [[{"text": "Track it", "url": "https://track.example/JD0001"}]]
    }


def test_a_link_that_no_button_opens_is_text() -> None:
    (part,) = calls(OutboundMessage("Call us.", link="tel:+12025550199", link_title="Phone"))
    assert part.payload == {"text": "Call us.\nPhone: tel:+12025550199", **PLAIN, **BARE}


def test_a_menu_without_text_still_has_one() -> None:
    (part,) = calls(OutboundMessage(options=(TRACK,), menu_title="Choose"))
    assert part.payload["text"] == "Choose"


def test_emoji_count_as_telegram_counts_them() -> None:
    parts = calls(OutboundMessage("😀" * 3000))
    assert [len(part.payload["text"]) for part in parts] == [2048, 952]


def file(media: Media) -> dict[str, str]:
    return {"id": media.id, "kind": media.kind, "mime": media.mime, "filename": media.filename}


def test_a_text_of_the_bot_takes_an_old_keyboard_away_and_no_other_text_does() -> None:
    (bot,), (agent,) = calls(OutboundMessage("Hi")), calls(OutboundMessage("Hi", speaker=Speaker.AGENT))
    assert bot.payload["reply_markup"] == {"remove_keyboard": True}
    assert "reply_markup" not in agent.payload


@pytest.mark.parametrize(
    ("what", "title", "button"),
    [
        ("location", "Send my place", {"text": "Send my place", "request_location": True}),
        ("contact", "", {"text": "📱", "request_contact": True}),
    ],
)
def test_a_request_is_a_keyboard_that_goes_after_one_press(what: str, title: str, button: dict[str, object]) -> None:
    (part,) = calls(OutboundMessage("Where are you?", request=what, request_title=title))
    keyboard = {"keyboard": [[button]], "resize_keyboard": True, "one_time_keyboard": True}
    assert part == Part("sendMessage", {"text": "Where are you?", **PLAIN, "reply_markup": keyboard})


def test_options_beside_a_request_stand_in_its_keyboard() -> None:
    rendered = render(OutboundMessage("Where?", (TRACK,), request="location", request_title="Here"), LIMITS)
    (part,) = rendered.parts
    assert part.payload["reply_markup"]["keyboard"][1:] == [[{"text": "Where is it?"}]]
    assert rendered.degradations == ("options_to_keyboard",)


def test_a_photo_has_its_caption_after_the_sign_of_an_upload() -> None:
    typing, photo = calls(OutboundMessage("Your sole", media=(PHOTO,), speaker=Speaker.AGENT))
    assert typing == Part("sendChatAction", {"action": "upload_photo"}, silent=True)
    assert photo == Part("sendPhoto", {"media": [file(PHOTO)], "caption": "Your sole"})


@pytest.mark.parametrize(
    ("kind", "mime", "call"),
    [
        ("image", "image/png", "sendPhoto"),
        ("video", "video/mp4", "sendVideo"),
        ("audio", "audio/mpeg", "sendAudio"),
        ("voice", "audio/ogg", "sendVoice"),
        ("document", "text/csv", "sendDocument"),
        ("sticker", "image/webp", "sendSticker"),
        ("image", "image/gif", "sendDocument"),
        ("video", "video/quicktime", "sendDocument"),
        ("audio", "audio/wav", "sendDocument"),
    ],
)
def test_each_kind_has_its_call_or_is_a_document(kind: str, mime: str, call: str) -> None:
    assert calls(OutboundMessage(media=(Media("m", kind, mime),)))[-1].call == call


def test_a_photo_too_large_for_photos_is_a_document_and_a_file_too_large_for_all_a_link() -> None:
    large = Media("m1", "image", "image/jpeg", "sole.jpg", 11 * 2**20)
    huge = Media("m2", "document", "application/zip", "all.zip", 51 * 2**20, "https://shop.example/m2")
    document = calls(OutboundMessage(media=(large,)))[-1]
    assert (document.call, document.payload["media"][0]["kind"]) == ("sendDocument", "document")
    (text,) = calls(OutboundMessage(media=(huge,)))
    assert text.payload["text"] == "all.zip: https://shop.example/m2"


def test_photos_and_videos_that_follow_one_another_are_albums_of_ten() -> None:
    message = OutboundMessage("Look", media=(*[PHOTO] * 8, *[CLIP] * 4, LABEL, PHOTO), reply_to="402")
    _, *parts = calls(message)
    assert [part.call for part in parts] == ["sendMediaGroup", "sendMediaGroup", "sendDocument", "sendPhoto"]
    assert [len(part.payload["media"]) for part in parts] == [10, 2, 1, 1]
    assert [part.payload.get("caption") for part in parts] == ["Look", None, None, None]
    assert ["reply_parameters" in part.payload for part in parts] == [True, False, False, False]


def test_an_album_is_no_larger_than_one_request_may_be() -> None:
    clips = [Media(f"clip{n}", "video", "video/mp4", size=20 * 2**20) for n in range(5)]
    _, *parts = calls(OutboundMessage(media=tuple(clips)))
    assert [len(part.payload["media"]) for part in parts] == [2, 2, 1]


def test_a_menu_below_a_photo_hangs_on_a_text() -> None:
    _, photo, text = calls(OutboundMessage("This one?", (TRACK,), media=(PHOTO,)))
    assert photo.payload == {"media": [file(PHOTO)]}
    assert text.payload["text"] == "This one?"
    assert "inline_keyboard" in text.payload["reply_markup"]


def test_nothing_to_say_is_no_call() -> None:
    assert calls(OutboundMessage()) == []
