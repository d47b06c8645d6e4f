"""Tests that what the bot sent is changed and taken back by the calls that the Bot API has for it."""

import json
from collections.abc import Sequence

import pytest

from adapters.channels.telegram.outbound.revise import revise
from adapters.channels.telegram.outbound.send import LIMITS
from core.content.styles import Look, Styled
from core.messages.outbound import OutboundMessage
from core.ports.calls import Part, Sent, SentPart
from tests.adapters.channels.telegram.rig import MESSAGE, form, method, ok, refusing, send

TEXT = SentPart("sendMessage", {"text": "your parcell", "link_preview_options": {"is_disabled": False}}, "517")
SECOND = SentPart("sendMessage", {"text": "and more"}, "518")
PHOTO = SentPart("sendPhoto", {"media": [{"id": "m1"}], "caption": "this one"}, "519")
BARE = SentPart("sendPhoto", {"media": [{"id": "m1"}]}, "519")
ALBUM = SentPart("sendMediaGroup", {"media": [{"id": "m1"}, {"id": "m2"}], "caption": "these"}, "520")
LONG = "word " * 1000


def calls(text: str, *sent: SentPart) -> list[tuple[str, int]] | None:
    """Renders new words for what was sent: (call, the message it is about)."""
    rendered = revise(OutboundMessage(text, changes="x"), sent, LIMITS)
    return [(part.call, part.payload["message_id"]) for part in rendered.parts] if rendered else None


@pytest.mark.parametrize(
    ("text", "sent", "expected"),
    [
        ("your parcel", [TEXT], [("editMessageText", 517)]),
        ("your parcel", [TEXT, SECOND], [("editMessageText", 517), ("deleteMessage", 518)]),
        (LONG, [TEXT, SECOND], [("editMessageText", 517), ("editMessageText", 518)]),
        (LONG, [TEXT], None),
        ("that one", [PHOTO], [("editMessageCaption", 519)]),
        ("that one", [ALBUM], [("editMessageCaption", 520)]),
        ("your parcel", [BARE, TEXT], [("editMessageText", 517)]),
        (LONG[:2000], [PHOTO], None),
        ("", [TEXT, SECOND], [("deleteMessage", 517), ("deleteMessage", 518)]),
        ("", [PHOTO], [("deleteMessage", 519)]),
        ("", [ALBUM], None),
        ("your parcel", [], None),
        ("", [], None),
    ],
)
def test_which_calls_a_change_takes(
    text: str, sent: Sequence[SentPart], expected: list[tuple[str, int]] | None
) -> None:
    assert calls(text, *sent) == expected


def test_an_edit_goes_out_with_its_looks_and_keeps_its_preview() -> None:
    message = OutboundMessage("your parcel", styles=(Styled(Look.BOLD, 5, 11),), changes="x")
    rendered = revise(message, [TEXT], LIMITS)
    assert rendered is not None
    sent, (asked,) = send(ok({**MESSAGE, "edit_date": 1796119400}), rendered.parts[0])
    assert sent == Sent("517")
    assert method(asked) == "editMessageText"
    fields = form(asked)
    assert json.loads(fields.pop("entities")) == [{"type": "bold", "offset": 5, "length": 6}]
    assert fields == {
        "chat_id": "7390112",
        "message_id": "517",
        "text": "your parcel",
        "link_preview_options": '{"is_disabled": false}',
    }


def test_a_deletion_goes_out() -> None:
    sent, (asked,) = send(ok(True), Part("deleteMessage", {"message_id": 517}))
    assert sent == Sent("517")
    assert (method(asked), form(asked)) == ("deleteMessage", {"chat_id": "7390112", "message_id": "517"})


def test_what_stands_there_already_is_done() -> None:
    refused = refusing(400, "Bad Request: message is not modified: specified new message content is the same")
    sent, _ = send(refused, Part("editMessageText", {"message_id": 517, "text": "your parcel"}))
    assert sent == Sent("")
