"""Tests that nobody waits for people who cannot see them: a case whose thread is gone gets a new one."""

import dataclasses

import pytest
from sqlalchemy import update

from core.desk.events import AgentMessage, ThreadDeleted
from core.desk.posts import PostCard, PostCustomer, PostNote
from core.errors import Outcome, SendError
from core.people.conversations import CaseState, Owner
from hub.delivery.taking import take_due
from hub.desk.wording import NEW_THREAD
from storage.desk.tables import case_threads, cases
from storage.people.tables import conversations
from storage.queues.tables import outbox
from tests.fakes import PLACE
from tests.hub.house import House

ELSEWHERE = "C0NEW"


def is_gone(house: House) -> str:
    """Deletes the thread of the only case at the desk; returns its root."""
    root: str = house.row(cases).thread
    house.desk.gone.add(root)
    return root


def told(house: House) -> list[object]:
    """Lists what was posted since the last time: a card as such, words as they are."""
    house.send()
    posts = [post if isinstance(post, PostCard) else getattr(post, "text", "") for post in house.desk.posts]
    house.desk.posts.clear()
    return posts


def test_the_next_words_of_the_customer_make_a_new_thread(house: House) -> None:
    old = is_gone(house)
    house.hear("hello? are you there?")
    house.later(seconds=5)
    house.hear("HELLO")
    card = PostCard(house.row(cases).id)
    assert told(house) == [card, NEW_THREAD, "hello? are you there?", "HELLO"]
    new = house.row(cases).thread
    assert new != old
    assert house.desk.roots[-3:] == [new, new, new]
    assert {row.state for row in house.rows(outbox)} == {"sent"}


def test_a_post_that_was_planned_for_a_thread_finds_the_card_that_is_there_by_now(house: House) -> None:
    house.desk.posts.clear()
    house.hear("hello?")
    house.desk.script.append(SendError(Outcome.RETRY, "http_500"))
    house.send()
    with house.hub.store.write() as conn:
        conn.execute(update(cases).values(thread=None))  # another post found meanwhile that the thread is gone
    house.later(minutes=1)
    assert told(house) == [PostCard(house.row(cases).id), "hello?"]


def test_what_is_late_to_find_a_thread_gone_leaves_the_new_one_alone(house: House) -> None:
    is_gone(house)
    house.hear("hello?")
    house.boarded += take_due(house.hub, house.pace, 50)[0]
    with house.hub.store.write() as conn:
        conn.execute(update(cases).values(thread="1700000999.000100"))  # made by another post meanwhile
    house.send()
    assert house.row(cases).thread == "1700000999.000100"
    assert house.desk.roots[-1] == "1700000999.000100"


def test_a_card_that_cannot_be_drawn_again_is_posted_anew(house: House) -> None:
    is_gone(house)
    house.presses("case_claim")
    assert told(house) == [PostCard(house.row(cases).id), NEW_THREAD]


def test_the_card_of_a_case_that_is_done_stays_away(house: House) -> None:
    is_gone(house)
    house.presses("case_resolve")
    assert [post for post in told(house) if isinstance(post, PostCard)] == []
    house.presses("case_reopen")
    assert len([post for post in told(house) if isinstance(post, PostCard)]) == 1


def test_an_agents_failed_reply_is_told_in_the_new_thread(house: House) -> None:
    house.writes("Hello")
    house.texts()
    is_gone(house)
    house.desk.posts.clear()
    house.channels["whatsapp"].script.append(SendError(Outcome.CONTENT_REJECTED, "131009"))
    house.writes("still there?")
    assert any("131009" in str(text) for text in told(house))


def test_a_deleted_card_is_posted_again_at_once(house: House) -> None:
    root = is_gone(house)
    house.act(ThreadDeleted("gone-1", PLACE, root, house.clock()))
    assert told(house) == [PostCard(house.row(cases).id), NEW_THREAD]
    house.act(ThreadDeleted("gone-2", PLACE, "999.9", house.clock()))  # somebody else's
    house.act(ThreadDeleted("gone-3", PLACE, root, house.clock()))  # known
    assert told(house) == []


def test_what_is_written_under_a_deleted_card_still_reaches_the_customer(house: House) -> None:
    old = is_gone(house)
    house.hear("hello?")
    house.send()
    house.writes("I am here", thread=old)
    assert house.texts()[-1] == "I am here"
    assert [(row.place, row.thread) for row in house.rows(case_threads)] == [(PLACE, old)]


@pytest.mark.parametrize("code", ["is_archived", "not_in_channel", "channel_not_found"])
def test_a_case_moves_along_when_the_desk_is_another_channel(house: House, code: str) -> None:
    house.desk.closed.add(PLACE)
    house.hub = dataclasses.replace(house.hub, places=(ELSEWHERE,))
    house.hear("hello?")
    card = PostCard(house.row(cases).id)
    assert told(house) == [card, NEW_THREAD, "hello?"]
    assert set(house.desk.places[-3:]) == {ELSEWHERE}
    assert house.row(cases).place == ELSEWHERE


def test_while_the_desks_own_channel_is_closed_everything_waits(house: House) -> None:
    house.desk.closed.add(PLACE)
    house.hear("hello?")
    assert told(house) == []
    assert house.row(cases).thread is not None
    house.desk.closed.clear()
    house.later(minutes=2)
    assert "hello?" in told(house)


def test_a_card_that_was_refused_is_posted_with_the_next_words(house: House) -> None:
    house.presses("case_resolve")
    house.texts()
    house.desk.posts.clear()
    house.desk.script.append(SendError(Outcome.CONTENT_REJECTED, "invalid_arguments"))
    house.hear("agent")
    assert [post for post in told(house) if isinstance(post, PostCard)] == []
    house.hear("hello?")
    posts = told(house)
    assert isinstance(posts[0], PostCard)
    assert posts[-1] == "hello?"


def test_a_thread_that_vanishes_again_and_again_is_given_up(house: House) -> None:
    house.desk.script.extend(SendError(Outcome.ADDRESS_DEAD, "thread_not_found", scope="thread") for _ in range(3))
    house.hear("hello?")
    house.send()
    assert [row.state for row in house.rows(outbox) if row.lane == "desk"][-1] == "failed"
    house.hear("anybody?")
    assert "anybody?" in told(house)


def test_what_a_worker_did_before_it_died_is_not_done_again(house: House) -> None:
    is_gone(house)
    house.hear("hello?")
    house.desk.gone.clear()
    house.later(seconds=5)
    house.hear("one more")
    assert [type(post) for post in house.posts()] in ([PostNote, PostCustomer, PostCustomer], [PostCustomer] * 2)


def test_without_a_desk_the_bot_answers_again(house: House) -> None:
    assert house.row(conversations).owner == Owner.AGENT
    house.hub = dataclasses.replace(house.hub, desk=None, has_desk=False)
    house.hear("menu")
    back, menu = house.texts()
    assert "back with me" in back
    assert menu
    assert house.row(conversations).owner == Owner.BOT
    assert house.row(cases).state == CaseState.OPEN  # kept, for when there is a desk again


def test_a_conversation_of_peoples_without_a_case_gets_one(house: House) -> None:
    with house.store.write() as conn:
        conn.execute(update(conversations).values(case_id=None))
    house.hear("is anybody there?")
    new = house.rows(cases)[-1]
    assert new.summary == "is anybody there?"
    assert PostCard(new.id) in told(house)


def test_talk_among_colleagues_waits_for_no_card_that_cannot_come(house: House) -> None:
    house.presses("case_resolve")
    house.texts()
    house.desk.script.append(SendError(Outcome.CONTENT_REJECTED, "invalid_arguments"))
    house.hear("agent")
    house.send()
    house.act(AgentMessage("lunch", PLACE, "999.9", "999.10", "UANNA", "lunch?", house.clock()))
    assert house.drain() == 0
