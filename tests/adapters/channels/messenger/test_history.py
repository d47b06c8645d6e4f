"""Tests what was missed, read back from the page's conversations."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest

from adapters.channels.messenger.inbound.parse import parse
from adapters.channels.messenger.upkeep import history
from core.errors import Outcome, SendError
from core.messages.inbound import InboundEvent, InboundMessage, Unsupported
from core.messages.pieces import Attachment, Profile
from core.people.addresses import Address
from core.ports.webhooks import RawRequest
from tests.adapters.channels.messenger.page import JANE, PAGE, against, refusal
from tests.adapters.channels.provider import Asked, Reply

SINCE = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
MAX = "7654321098765432"
NAMED = Profile("Jane")
TALKS = f"GET {PAGE}/conversations"


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Keeps the pauses between calls, without waiting for them."""
    made: list[float] = []

    async def pause(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr(history.asyncio, "sleep", pause)
    return made


def message(mid: str, minute: int, text: str = "", author: str = JANE.value, **more: Any) -> dict[str, Any]:
    time = f"2026-12-01T09:{minute:02d}:00+0000"
    return {"id": mid, "created_time": time, "from": {"id": author, "name": "Jane"}, "message": text, **more}


def talk(name: str, minute: int, *messages: Any, after: str = "") -> dict[str, Any]:
    paging = {"paging": {"cursors": {"after": after}, "next": "https://graph…"}} if after else {}
    return {
        "id": name,
        "updated_time": f"2026-12-01T09:{minute:02d}:00+0000",
        "messages": {"data": [*messages], **paging},
    }


def missed(answers: dict[str, Any], since: datetime = SINCE) -> tuple[list[InboundEvent], list[Asked]]:
    return against(answers, lambda account: account.missed(since))


def mids(events: list[InboundEvent]) -> list[str]:
    return [event.external_id for event in events]


def test_messages_are_those_of_the_webhook_oldest_first() -> None:
    events, (asked,) = missed(
        {
            TALKS: Reply(
                200,
                {
                    "data": [
                        talk("t_2", 40, message("m_3", 40, "third"), message("m_1", 10, "first")),
                        talk("t_1", 20, message("m_2", 20, "second", MAX)),
                    ]
                },
            )
        }
    )
    first, second, third = events
    assert first == InboundMessage("m_1", JANE, datetime(2026, 12, 1, 9, 10, tzinfo=UTC), "first", profile=NAMED)
    assert second == InboundMessage(
        "m_2", Address("messenger", PAGE, MAX), datetime(2026, 12, 1, 9, 20, tzinfo=UTC), "second", profile=NAMED
    )
    assert third.external_id == "m_3"
    assert unquote(asked.path).startswith(
        f"/v26.0/{PAGE}/conversations?platform=messenger&fields=id,updated_time,messages.limit(20){{id,created_time,from,"
    )


def test_a_message_read_back_is_the_value_that_the_webhook_brings() -> None:
    url = "https://cdn.fbsbx.com/v/t59.2708-21/4821/receipt.pdf?oh=1"
    attachments = [{"type": "file", "payload": {"url": url}}]
    pair = {"sender": {"id": JANE.value}, "recipient": {"id": PAGE}, "timestamp": 1796116200000}
    item = {**pair, "message": {"mid": "m_1", "text": "here", "attachments": attachments}}
    body = json.dumps({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [item]}]})
    (pushed,) = parse(frozenset({PAGE}), RawRequest("POST", "", {}, body.encode()), SINCE)
    found = message("m_1", 10, "here", attachments={"data": [{"file_url": url, "name": "receipt.pdf"}]})
    (read,), _ = missed({TALKS: Reply(200, {"data": [talk("t_1", 10, found)]})})
    assert read == msgspec.structs.replace(pushed, profile=NAMED)  # the list names them, the webhook does not


def test_what_the_page_wrote_and_what_is_older_stays_away() -> None:
    events, asked = missed(
        {
            TALKS: Reply(
                200,
                {
                    "data": [
                        talk(
                            "t_1",
                            50,
                            message("m_4", 50, "ours", PAGE),
                            message("m_3", 40, "theirs"),
                            message("m_0", 5, "old"),
                        ),
                        talk("t_0", 5, message("m_9", 59, "of a talk that ended before")),
                    ],
                    "paging": {"cursors": {"after": "c2"}, "next": "https://graph…"},
                },
            )
        },
        datetime(2026, 12, 1, 9, 30, 0, 500, tzinfo=UTC),
    )
    assert mids(events) == ["m_3"]
    assert len(asked) == 1


def test_a_message_of_the_same_second_is_not_lost() -> None:
    events, _ = missed(
        {TALKS: Reply(200, {"data": [talk("t_1", 30, message("m_1", 30, "just then"))]})},
        datetime(2026, 12, 1, 9, 30, 0, 900_000, tzinfo=UTC),
    )
    assert mids(events) == ["m_1"]


def test_pages_are_followed_by_cursor_at_two_calls_a_second(pauses: list[float]) -> None:
    events, asked = missed(
        {
            TALKS: [
                Reply(
                    200,
                    {
                        "data": [talk("t_2", 50, message("m_5", 50, "e"), after="m+1")],
                        "paging": {"cursors": {"after": "c2"}, "next": "https://graph…"},
                    },
                ),
                Reply(
                    200, {"data": [talk("t_1", 20, message("m_1", 20, "a"))], "paging": {"cursors": {"after": "c3"}}}
                ),
            ],
            "GET t_2/messages": [
                Reply(
                    200,
                    {
                        "data": [message("m_4", 40, "d")],
                        "paging": {"cursors": {"after": "x"}, "next": "https://graph…"},
                    },
                ),
                Reply(
                    200,
                    {
                        "data": [message("m_3", 30, "c"), message("m_0", 0, "old")],
                        "paging": {"cursors": {"after": "y"}, "next": "https://graph…"},
                    },
                ),
            ],
        },
        datetime(2026, 12, 1, 9, 10, tzinfo=UTC),
    )
    assert mids(events) == ["m_1", "m_3", "m_4", "m_5"]
    assert [each.path.partition("&after=")[2] for each in asked] == ["", "m%2B1", "x", "c2"]
    assert [pause for pause in pauses if pause] == [0.5, 0.5, 0.5]


@pytest.mark.parametrize(
    ("node", "attachment"),
    [
        (
            {"mime_type": "image/jpeg", "name": "a.jpg", "size": 12, "image_data": {"url": "https://c.example/a.jpg"}},
            Attachment("image", "https://c.example/a.jpg#m_1", "image/jpeg", "a.jpg", size=12),
        ),
        (
            {"image_data": {"url": "https://c.example/s.png", "render_as_sticker": True}},
            Attachment("sticker", "https://c.example/s.png#m_1"),
        ),
        ({"video_data": {"url": "https://c.example/v.mp4"}}, Attachment("video", "https://c.example/v.mp4#m_1")),
        (
            {"mime_type": "audio/mpeg", "file_url": "https://c.example/v.mp3"},
            Attachment("audio", "https://c.example/v.mp3#m_1", "audio/mpeg"),
        ),
        (
            {"mime_type": "application/pdf", "file_url": "https://c.example/r.pdf"},
            Attachment("document", "https://c.example/r.pdf#m_1", "application/pdf"),
        ),
    ],
)
def test_files_of_each_kind(node: dict[str, Any], attachment: Attachment) -> None:
    found = message("m_1", 10, attachments={"data": [node, {"id": "no link"}, None]})
    (event,), _ = missed({TALKS: Reply(200, {"data": [talk("t_1", 10, found)]})})
    assert isinstance(event, InboundMessage)
    assert event.attachments == (attachment,)


@pytest.mark.parametrize(
    ("more", "text", "kinds"),
    [
        ({"sticker": "https://c.example/like.png"}, "", ["sticker"]),
        (
            {"shares": {"data": [{"link": "https://shop.example/boots", "name": "Boots"}]}},
            "https://shop.example/boots",
            ["share"],
        ),
        ({"shares": {"data": [{"name": "Boots"}]}}, "Boots", ["share"]),
        (
            {"sticker": "https://c.example/like.png", "shares": {"data": [{"link": "https://c.example/like.png"}]}},
            "",
            ["sticker"],
        ),
    ],
)
def test_stickers_and_shares(more: dict[str, Any], text: str, kinds: list[str]) -> None:
    (event,), _ = missed({TALKS: Reply(200, {"data": [talk("t_1", 10, message("m_1", 10, **more))]})})
    assert isinstance(event, InboundMessage)
    assert (event.text, [each.kind for each in event.attachments]) == (text, kinds)


def test_a_message_without_anything_to_show_still_deserves_a_word() -> None:
    (event,), _ = missed({TALKS: Reply(200, {"data": [talk("t_1", 10, message("m_1", 10))]})})
    assert isinstance(event, Unsupported)
    assert (event.kind, event.answerable) == ("message", True)


def test_bad_entries_cost_no_other() -> None:
    bad: list[Any] = [None, "junk", {"id": "m_x"}, message("m_y", 10, "no author") | {"from": None}]
    bad += [message("", 10, "no id"), message("m_z", 10, "no time") | {"created_time": "soon"}]
    talks = [
        None,
        {"id": "t_9", "updated_time": "soon", "messages": []},
        talk("t_1", 10, *bad, message("m_1", 10, "good")),
    ]
    events, _ = missed({TALKS: Reply(200, {"data": talks})})
    assert mids(events) == ["m_1"]


def test_nothing_missed_is_nothing() -> None:
    events, _ = missed({TALKS: Reply(200, {"data": []})})
    assert events == []


@pytest.mark.parametrize(("reply", "outcome"), [(refusal(613), Outcome.PACE), (Reply(drop=True), Outcome.RETRY)])
def test_a_failure_is_the_callers(reply: Reply, outcome: Outcome) -> None:
    with pytest.raises(SendError) as caught:
        missed({TALKS: reply})
    assert caught.value.outcome is outcome
