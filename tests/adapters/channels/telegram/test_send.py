"""Calls over the wire."""

import email.message
import email.parser
import email.policy
import json

import pytest

from adapters.channels.telegram.outbound.render import render
from adapters.channels.telegram.outbound.send import LIMITS
from core.errors import Outcome, SendError
from core.messages.outbound import Media, Option, OutboundMessage
from core.people.addresses import Address
from core.ports.calls import Part, Sent
from tests.adapters.channels.files import JPEG, PDF
from tests.adapters.channels.provider import Asked, Reply
from tests.adapters.channels.telegram.rig import JANE, MESSAGE, against, form, method, ok, refusing, send

PHOTO = Media("photo1", "image", "image/jpeg", '鞋底 "links".jpg', len(JPEG))
LABEL = Media("label1", "document", "application/pdf", "", len(PDF))


def uploaded(asked: Asked) -> dict[str, email.message.EmailMessage]:
    """Reads the parts of a multipart body, by name."""
    header = f"Content-Type: {asked.headers['Content-Type']}\r\n\r\n".encode()
    whole = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(header + asked.body)
    parts = [part for part in whole.iter_parts() if isinstance(part, email.message.EmailMessage)]
    return {str(part.get_param("name", header="content-disposition")): part for part in parts}


def words(part: email.message.EmailMessage) -> str:
    return bytes(part.get_payload(decode=True)).decode()


def last(message: OutboundMessage) -> Part:
    return render(message, LIMITS).parts[-1]


def test_a_message_goes_out_with_all_that_was_rendered() -> None:
    message = OutboundMessage("Hello & welcome", (Option("menu:main", "Menu"),), reply_to="402")
    sent, (asked,) = send(ok(MESSAGE), last(message))
    assert sent == Sent("517")
    assert asked.path == "/bot5550001111:AAHkq3v/sendMessage"
    assert form(asked) == {
        "chat_id": "7390112",
        "text": "Hello & welcome",
        "link_preview_options": '{"is_disabled": true}',
        "reply_markup": '{"inline_keyboard": [[{"text": "Menu", "callback_data": "menu:main"}]]}',
        "reply_parameters": '{"message_id": 402, "allow_sending_without_reply": true}',
    }


def test_what_is_said_in_a_topic_is_answered_there() -> None:
    sent, (asked,) = send(ok(MESSAGE), last(OutboundMessage("Hello", route="116834")))
    assert sent == Sent("517")
    assert form(asked)["message_thread_id"] == "116834"
    _, (asked,) = send(ok(True), Part("sendChatAction", {"action": "typing", "message_thread_id": 7}, silent=True))
    assert form(asked) == {"chat_id": "7390112", "action": "typing", "message_thread_id": "7"}


def test_a_topic_that_is_gone_costs_no_message() -> None:
    def closed(asked: Asked) -> Reply | None:
        gone = "message_thread_id" in form(asked)
        return refusing(400, "Bad Request: message thread not found") if gone else None

    sent, (asked,) = send(ok(MESSAGE), last(OutboundMessage("Hello", route="116834")), closed)
    assert sent == Sent("517")
    assert "message_thread_id" not in form(asked)


def test_a_callback_is_answered() -> None:
    sent, (asked,) = send(ok(True), Part("answerCallbackQuery", {"callback_query_id": "3"}))
    assert sent == Sent("3")
    assert form(asked) == {"callback_query_id": "3"}


def test_the_sign_of_an_upload_is_no_message() -> None:
    sent, (asked,) = send(ok(True), Part("sendChatAction", {"action": "upload_photo"}, silent=True))
    assert sent == Sent("")
    assert form(asked) == {"chat_id": "7390112", "action": "upload_photo"}


def test_a_photo_is_uploaded_with_its_name_caption_and_quote() -> None:
    sent, (asked,) = send(ok(MESSAGE), last(OutboundMessage("Your sole_1", media=(PHOTO,), reply_to="402")))
    assert sent == Sent("517")
    assert method(asked) == "sendPhoto"
    parts = uploaded(asked)
    assert sorted(parts) == ["caption", "chat_id", "photo", "reply_parameters"]
    assert words(parts["caption"]) == "Your sole_1"
    assert json.loads(words(parts["reply_parameters"]))["message_id"] == 402
    assert parts["photo"].get_payload(decode=True) == JPEG
    assert parts["photo"].get_content_type() == "image/jpeg"
    assert 'filename="鞋底 \\"links\\".jpg"'.encode() in asked.body


@pytest.mark.parametrize(
    ("media", "call", "field", "name"),
    [
        (LABEL, "sendDocument", "document", "document.pdf"),
        (Media("photo1", "video", "video/mp4"), "sendVideo", "video", "video.mp4"),
        (Media("photo1", "audio", "audio/mpeg"), "sendAudio", "audio", "audio.mp3"),
        (Media("photo1", "voice", "audio/ogg", "memo.ogg"), "sendVoice", "voice", "memo.ogg"),
        (Media("photo1", "sticker", "image/webp"), "sendSticker", "sticker", "sticker.webp"),
    ],
)
def test_each_kind_is_uploaded_under_a_name_with_an_ending(media: Media, call: str, field: str, name: str) -> None:
    _, (asked,) = send(ok(MESSAGE), last(OutboundMessage(media=(media,))))
    file = uploaded(asked)[field]
    assert method(asked) == call
    assert (file.get_filename(), file.get_content_type()) == (name, media.mime)


def test_an_album_is_one_call_with_the_caption_on_its_first_file() -> None:
    clip = Media("label1", "video", "video/mp4", "walk.mp4")
    album = [{**MESSAGE, "message_id": 518}, {**MESSAGE, "message_id": 519}]
    sent, (asked,) = send(ok(album), last(OutboundMessage("Both", media=(PHOTO, clip))))
    assert sent == Sent("518")
    parts = uploaded(asked)
    listed = json.loads(words(parts["media"]))
    assert [(each["type"], each.get("caption")) for each in listed] == [("photo", "Both"), ("video", None)]
    contents = [parts[each["media"].removeprefix("attach://")].get_payload(decode=True) for each in listed]
    assert contents == [JPEG, PDF]


@pytest.mark.parametrize("words", ["PHOTO_INVALID_DIMENSIONS", "IMAGE_PROCESS_FAILED", "wrong file type"])
def test_a_photo_of_a_form_that_telegram_cannot_show_goes_as_a_document(words: str) -> None:
    def first(asked: Asked) -> Reply | None:
        return refusing(400, f"Bad Request: {words}") if method(asked) == "sendPhoto" else None

    sent, (asked,) = send(ok(MESSAGE), last(OutboundMessage("Sole", media=(PHOTO,))), first)
    assert sent == Sent("517")
    assert method(asked) == "sendDocument"
    assert words_of(asked, "caption") == "Sole"
    assert uploaded(asked)["document"].get_payload(decode=True) == JPEG


def words_of(asked: Asked, name: str) -> str:
    return words(uploaded(asked)[name])


def test_a_file_that_is_refused_for_another_reason_is_not_sent_twice() -> None:
    with pytest.raises(SendError) as caught:
        send(refusing(403, "Forbidden: bot was blocked by the user"), last(OutboundMessage(media=(PHOTO,))))
    assert caught.value.outcome is Outcome.OPTED_OUT


def test_a_file_that_is_no_longer_kept_is_asked_of_nobody() -> None:
    gone = Media("gone", "image", "image/jpeg")

    with pytest.raises(SendError) as caught:
        send(ok(MESSAGE), last(OutboundMessage(media=(gone,))))
    assert caught.value.code == "media_gone"


def test_a_lost_answer_to_an_upload_is_ambiguous() -> None:
    with pytest.raises(SendError) as caught:
        send(Reply(drop=True), last(OutboundMessage(media=(PHOTO,))))
    assert caught.value.outcome is Outcome.AMBIGUOUS


def test_what_is_so_already_is_done() -> None:
    unchanged = refusing(400, "Bad Request: message is not modified: specified new message content is the same")
    assert send(unchanged, Part("sendMessage", {"text": "x"}))[0] == Sent("")


def test_a_group_that_moved_is_written_at_its_new_id() -> None:
    moved = refusing(400, "Bad Request: group chat was upgraded", parameters={"migrate_to_chat_id": -1002233445566})

    def first_time(asked: Asked) -> Reply | None:
        return moved if form(asked)["chat_id"] == JANE.value else None

    sent, asked = send(ok(MESSAGE), Part("sendMessage", {"text": "x"}), first_time)
    assert sent == Sent("517", moved=Address("telegram", "5550001111", "-1002233445566"))
    assert len(asked) == 1


def test_check_names_the_bot() -> None:
    me = {"id": 5550001111, "is_bot": True, "first_name": "Northwind", "username": "northwind_boots_bot"}
    assert against(ok(me), lambda account: account.check())[0] == "@northwind_boots_bot"


def test_check_says_what_to_mend() -> None:
    with pytest.raises(SendError) as caught:
        against(refusing(401, "Unauthorized"), lambda account: account.check())
    assert "TELEGRAM_BOT_TOKEN" in caught.value.detail
