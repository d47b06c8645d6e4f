"""How a message becomes calls of the Bot API."""

from adapters.channels.telegram.render import render
from adapters.channels.telegram.send import LIMITS
from core.messages import Option, OutboundMessage
from core.ports import Part

TRACK, RETURN = Option("order:1001:track", "Where is it?"), Option("order:1001:return_start", "Return it")
PLAIN = {"link_preview_options": {"is_disabled": True}}


def calls(message: OutboundMessage) -> list[Part]:
    return list(render(message, LIMITS).parts)


def test_a_text_is_plain_and_shows_no_preview() -> None:
    assert calls(OutboundMessage("Order A_1001_B")) == [Part("sendMessage", {"text": "Order A_1001_B", **PLAIN})]


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


def test_a_link_is_a_button() -> None:
    (part,) = calls(OutboundMessage("On its way.", link="https://track.example/JD0001", link_title="Track it"))
    assert part.payload["reply_markup"] == {
        "inline_keyboard": [[{"text": "Track it", "url": "https://track.example/JD0001"}]]
    }


def test_a_link_that_no_button_opens_is_text() -> None:
    (part,) = calls(OutboundMessage("Call us.", link="tel:+12025550199", link_title="Phone"))
    assert part.payload == {"text": "Call us.\nPhone: tel:+12025550199", **PLAIN}


def test_a_menu_without_text_still_has_one() -> None:
    (part,) = calls(OutboundMessage(options=(TRACK,), menu_title="Choose"))
    assert part.payload["text"] == "Choose"


def test_emoji_count_as_telegram_counts_them() -> None:
    parts = calls(OutboundMessage("😀" * 3000))
    assert [len(part.payload["text"]) for part in parts] == [2048, 952]
