"""Tests that what an older version put into the outbox is still read."""

import json

from core.desk.posts import PostEphemeral, decode_desk_post


def test_a_word_for_one_user_that_was_written_before_buttons_had_words_is_read() -> None:
    row = {"type": "whisper", "place": "C1", "user": "U1", "text": "Send it?", "thread": "1.1", "held": "held-1"}
    assert decode_desk_post(json.dumps(row)) == PostEphemeral("C1", "U1", "Send it?", "1.1")
