"""Tests that what an agent has removed is in no row, no file and no post any more, and all else is."""

from collections.abc import Iterator

import pytest

from core.desk.events import AgentMessage
from core.desk.posts import PostCustomer, PostErased, PostNote
from core.messages.inbound import decode_event
from core.messages.pieces import Attachment
from hub.desk.act import Act
from hub.desk.replying import redacting
from storage.conversations import conversations
from storage.desk import cases as stored
from storage.desk.tables import audit, cases
from storage.engine.schema import metadata
from storage.media.tables import media
from storage.people.tables import messages
from storage.queues.tables import inbox, outbox, outbox_parts
from tests.fakes import PLACE
from tests.hub.house import ANNA, House

SECRET = "my passport is X1234567"


def remove(house: House, message: str) -> None:
    """Removes what stands in that message of the desk, for Anna."""
    user = house.desk.users[ANNA]
    with house.store.write() as conn:
        case = stored.by_id(conn, house.row(cases).id)
        assert case is not None
        who = conversations.by_id(conn, case.conversation_id, lock=True)
        assert who is not None
        event = AgentMessage("shortcut", PLACE, case.thread or "", message, ANNA, "", house.clock())
        redacting.redact(Act(house.hub, conn, event, user, {}, house.clock()), case, who, PLACE, message)


def redact(house: House, message: str) -> list[str]:
    """Removes it; returns what Anna is told."""
    remove(house, message)
    return [post.text for post in house.ephemerals()]


def message_of(house: House, words: str) -> str:
    """Finds the message at the desk that says this."""
    row = next(row for row in house.rows(outbox) if row.lane == "desk" and words in row.payload and row.code is None)
    return next(
        part.provider_id for part in house.rows(outbox_parts) if part.outbox_id == row.id and part.call == "post"
    )


def everything(house: House) -> Iterator[str]:
    return (str(row) for table in metadata.sorted_tables for row in house.rows(table))


@pytest.fixture
def told(house: House) -> House:
    """Makes a case in which the customer wrote something that must go, between other words."""
    for words in ("it arrived wet", SECRET, "can you help?"):
        house.hear(words)
        house.send()
        house.later(minutes=1)
    return house


def test_nothing_of_it_is_left(told: House) -> None:
    message = message_of(told, SECRET)
    assert redact(told, message) == [redacting.DONE]
    assert not [row for row in everything(told) if SECRET in row]
    assert [row.text for row in told.rows(messages) if row.author == "customer"] == [
        "agent",
        "it arrived wet",
        "",
        "can you help?",
    ]
    (entry,) = (row for row in told.rows(audit) if row.action == "redact")
    assert (entry.actor, entry.object) == (ANNA, f"case:{told.row(cases).id}")


def test_its_post_is_deleted_and_the_thread_says_by_whom(told: House) -> None:
    message = message_of(told, SECRET)
    told.desk.posts.clear()
    remove(told, message)
    told.send()
    posts = told.desk.posts
    assert [(post.place, post.message) for post in posts if isinstance(post, PostErased)] == [(PLACE, message)]
    assert [post.text for post in posts if isinstance(post, PostNote)] == [
        ":scissors: Anna removed what the customer wrote here."
    ]


def test_words_of_one_breath_go_together(house: House) -> None:
    house.hear("first part")
    house.hear(SECRET)
    house.send()
    (joined,) = (post for post in house.desk.posts if isinstance(post, PostCustomer))
    assert joined.text == f"first part\n{SECRET}"
    redact(house, message_of(house, "first part"))
    assert not [row for row in everything(house) if SECRET in row or "first part" in row]


def test_a_file_goes_too(house: House) -> None:
    house.hear("look", attachments=(Attachment("image", ref="F1", mime="image/png"),))
    house.later(minutes=1)
    house.send()
    redact(house, message_of(house, "look"))
    assert [row.expires_at <= house.clock() for row in house.rows(media)] == [True]


def test_a_repeated_webhook_brings_nothing_back(told: House) -> None:
    redact(told, message_of(told, SECRET))
    before = len(told.rows(messages))
    (row,) = (row for row in told.rows(inbox) if row.lane == "conversation" and decode_event(row.payload).text == "")  # type: ignore[union-attr]
    told.hear(SECRET, external_id=row.external_id.removeprefix("i:"))
    assert len(told.rows(messages)) == before


@pytest.mark.parametrize("which", ["card", "reply", "nobody's"])
def test_what_is_not_the_customers_stays(told: House, which: str) -> None:
    reply = told.writes("let me see")
    told.send()
    card = told.row(cases).thread or ""
    message = {"card": card, "reply": reply}.get(which, "17.1")
    assert redact(told, message)[-1] == redacting.NOTHING
    assert [row for row in everything(told) if SECRET in row]


def test_what_was_written_down_for_the_case_goes(told: House) -> None:
    with told.store.write() as conn:
        conn.execute(cases.update().values(summary=f"Says: {SECRET}.", details='{"note": "' + SECRET + '", "n": 1}'))
    redact(told, message_of(told, SECRET))
    row = told.row(cases)
    assert (row.summary, row.details.replace(" ", "")) == ("Says: .", '{"note":"","n":1}')
