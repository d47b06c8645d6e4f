"""Tests that a voice note's words stand below it once it is seen at the desk, as far as anybody can write them down."""

from datetime import timedelta
from typing import Any

import pytest

from core.desk.posts import PostCustomer, PostTranslation
from core.messages.pieces import Attachment
from hub.hooks.material import LARGEST
from hub.media.fetcher import take_due
from storage.engine.schema import metadata
from storage.engine.store import Store
from storage.hooks.tables import hook_asks
from storage.media import files
from storage.media.tables import media
from storage.people.tables import customers
from storage.queues.tables import outbox, outbox_parts
from tests.hub.desk.test_redacting import redact
from tests.hub.hooks.hooked import Hooked
from tests.hub.house import House

VOICE = Attachment("voice", "wamid.voice", "audio/ogg; codecs=opus", size=9_000)
GERMAN = "Meine Schuhe sind leider kaputt und ich möchte das Geld zurück"


def sends_voice(desk: House, mime: str = "audio/ogg; codecs=opus", **values: Any) -> str:
    """Has the customer send a voice note, which is fetched; returns our id of it."""
    desk.hear(attachments=(VOICE,))
    claimed, _ = take_due(desk.hub, 50)
    now = desk.clock()
    kept = {"state": files.KEPT, "code": None, "size": 9000, "not_before": now, "expires_at": now + timedelta(days=9)}
    with desk.store.write() as conn:
        for file in claimed:
            assert files.settle(conn, file, **(kept | {"mime": mime} | values))
    id_ = str(desk.rows(media)[-1].id)
    if isinstance(desk, Hooked):
        desk.recordings.kept[id_] = b"OggS\0voice"
    desk.posts()
    return id_


def written_down(desk: Hooked) -> list[str]:
    """Asks what is due; the transcripts that were posted since the last time."""
    desk.think()
    return [post.text for post in desk.posts() if isinstance(post, PostCustomer) and post.change == "transcript"]


def test_the_words_stand_below_the_voice_note(desk: Hooked) -> None:
    desk.server.heard = " my shoes are broken and I want my money back "
    sends_voice(desk)
    assert written_down(desk) == ["my shoes are broken and I want my money back"]
    (form,) = desk.server.recordings
    assert form["file"] == ("recording.ogg", "audio/ogg", b"OggS\0voice")
    assert (form["model"], form["response_format"]) == ("whisper-1", "json")
    assert "language" not in form  # nothing but the bot's guess
    assert written_down(desk) == []
    assert desk.asks() == [("transcript", "done", "answered")]


def test_the_language_that_the_customer_writes_is_told(desk: Hooked) -> None:
    with desk.store.write() as conn:
        conn.execute(customers.update().values(language="zh"))
    sends_voice(desk)
    desk.think()
    assert desk.server.recordings[0]["language"] == "zh"


def test_what_it_says_in_another_language_is_translated(desk: Hooked) -> None:
    desk.server.heard = GERMAN
    sends_voice(desk)
    assert written_down(desk) == [GERMAN]
    desk.think()
    (below,) = [post for post in desk.posts() if isinstance(post, PostTranslation)]
    assert (below.text, below.shown and below.shown.change) == (f"EN {GERMAN}", "transcript")


def test_a_card_number_that_was_spoken_is_masked(desk: Hooked) -> None:
    desk.server.heard = "please charge my card 4111 1111 1111 1111"
    sends_voice(desk)
    (said,) = written_down(desk)
    assert "4111" not in said
    assert not [row for table in metadata.sorted_tables for row in desk.rows(table) if "1111 1111" in str(row)]


@pytest.mark.parametrize(("mime", "name"), [("audio/mp4", "m4a"), ("audio/mpeg", "mp3"), ("audio/webm", "webm")])
def test_each_format_has_the_ending_by_which_a_server_knows_it(desk: Hooked, mime: str, name: str) -> None:
    sends_voice(desk, mime)
    desk.think()
    assert desk.server.recordings[0]["file"][:2] == (f"recording.{name}", mime)


@pytest.mark.parametrize(
    ("mime", "size", "result"),
    [("audio/amr", 900, "format"), ("audio/aac", 900, "format"), ("audio/ogg", LARGEST + 1, "too_large")],
)
def test_what_no_server_takes_is_not_sent(desk: Hooked, mime: str, size: int, result: str) -> None:
    sends_voice(desk, mime, size=size)
    assert written_down(desk) == []
    assert desk.server.recordings == []
    assert [(row.result, row.calls) for row in desk.rows(hook_asks)] == [(result, 0)]


@pytest.mark.parametrize(("status", "result"), [(429, "refused"), (503, "failed"), (413, "refused")])
def test_a_failure_is_silent_and_counted(desk: Hooked, status: int, result: str) -> None:
    desk.server.status = status
    sends_voice(desk)
    assert written_down(desk) == []
    assert desk.asks() == [("transcript", "done", result)]


@pytest.mark.parametrize(
    ("heard", "result"), [(b"<html>", "unreadable"), (b'{"words": "x"}', "unreadable"), ("  ", "nothing")]
)
def test_an_answer_without_words_shows_nothing(desk: Hooked, heard: str | bytes, result: str) -> None:
    desk.server.heard = heard
    sends_voice(desk)
    assert written_down(desk) == []
    assert desk.asks() == [("transcript", "done", result)]


def test_a_picture_is_no_recording(desk: Hooked) -> None:
    sends_voice(desk, "image/jpeg", kind="image")
    assert desk.think() == 0


def test_redacting_the_voice_note_takes_its_words_and_their_translation_along(desk: Hooked) -> None:
    desk.server.heard = GERMAN
    id_ = sends_voice(desk)
    written_down(desk)
    desk.think()
    desk.posts()
    row = next(row for row in desk.rows(outbox) if f'"media":["{id_}"]' in row.payload)
    posted = next(part for part in desk.rows(outbox_parts) if part.outbox_id == row.id and part.call == "post")
    redact(desk, posted.provider_id)
    assert not [row for table in metadata.sorted_tables for row in desk.rows(table) if "kaputt" in str(row)]


def test_where_only_transcripts_are_on_nothing_is_translated(store: Store, desk: Hooked) -> None:
    desk.translates = False
    desk.plug()
    desk.server.heard = GERMAN
    sends_voice(desk)
    assert written_down(desk) == [GERMAN]
    assert desk.think() == 0
    desk.hear(GERMAN)
    desk.posts()
    assert desk.think() == 0
    assert desk.server.asked == []
