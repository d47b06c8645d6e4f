"""Tests parts and their messages in the rows: statements do what `core.messages.receipts` says, from any state."""

from collections.abc import Callable
from itertools import combinations_with_replacement
from typing import Any

import pytest
from sqlalchemy import Connection

from core.ids import new_id
from core.messages.receipts import Evidence, Known, PartState, learn, message_state
from storage.engine.store import Store
from storage.queues import outbox, outcomes, parts
from storage.queues.tables import outbox as messages
from tests.fakes import NOW

DO: dict[Evidence, Callable[[Connection, str, str], object]] = {
    Evidence.BEGUN: lambda conn, _, part: parts.start(conn, [part], NOW),
    Evidence.ACCEPTED: lambda conn, _, part: parts.accept(conn, [parts.accepted(part, 1, "SM1", None, NOW)]),
    Evidence.LOST: lambda conn, _, part: parts.tell(conn, Evidence.LOST, part, 1, "timeout"),
    Evidence.POSTPONED: lambda conn, _, part: parts.tell(conn, Evidence.POSTPONED, part, 1, "busy"),
    Evidence.REFUSED: lambda conn, _, part: parts.tell(conn, Evidence.REFUSED, part, 1, "dead"),
    Evidence.CRASHED: lambda conn, message, _: parts.crash(conn, message),
    Evidence.REPEATED: lambda conn, _, part: parts.repeat(conn, part, 0),
    Evidence.RESENT: lambda conn, _, part: parts.resend(conn, part),
}


def put(store: Store, *states: str, message: str = "sending", **more: Any) -> str:
    """Puts a message with parts in these states, each called once; returns its id."""
    id_ = new_id(NOW)
    row = outbox.row(id_, "k", "sms", "main", "+12025550101", "{}", "bot", NOW)
    part = {"outbox_id": id_, "key": "k", "channel": "sms", "account": "main", "call": "text", "payload": "{}"}
    with store.write() as conn:
        conn.execute(store.insert(messages), {**row, "state": message})
        for n, state in enumerate(states):
            filled = {**part, "id": f"{id_[:-1]}{n}", "n": n, "silent": False, "state": state, "tries": 1}
            parts.add(conn, [{**filled, **more}])
    return id_


def first(store: Store, id_: str) -> parts.KnownPart:
    with store.read() as conn:
        return parts.known(conn, id_)[0]


@pytest.mark.parametrize("state", list(PartState))
@pytest.mark.parametrize("news", list(Evidence))
def test_a_statement_moves_a_row_as_the_table_says(store: Store, state: PartState, news: Evidence) -> None:
    id_ = put(store, state)
    with store.write() as conn:
        DO[news](conn, id_, first(store, id_).id)
    assert first(store, id_).state == learn(Known(state), news).state


@pytest.mark.parametrize("news", [Evidence.LOST, Evidence.POSTPONED, Evidence.REFUSED])
def test_what_an_earlier_call_says_of_the_one_under_way_is_no_news(store: Store, news: Evidence) -> None:
    id_ = put(store, "sending", tries=2)
    with store.write() as conn:
        assert not parts.tell(conn, news, first(store, id_).id, 1, "x")
        assert parts.tell(conn, news, first(store, id_).id, 2, "x")


@pytest.mark.parametrize(("provider_id", "state"), [("SM1", "pending"), ("SM0", "sent"), (None, "sent")])
def test_an_answer_that_a_receipt_spoke_of_before_is_no_news(store: Store, provider_id: str, state: str) -> None:
    """It was taken, failed, and waits for its repeat; then comes the answer to the first call."""
    id_ = put(store, "pending", provider_id=provider_id)
    with store.write() as conn:
        parts.accept(conn, [parts.accepted(first(store, id_).id, 1, "SM1", None, NOW)])
    assert first(store, id_).state == state


@pytest.mark.parametrize("states", list(combinations_with_replacement(PartState, 2)), ids="-".join)
def test_a_message_follows_its_parts(store: Store, states: tuple[PartState, ...]) -> None:
    id_ = put(store, *states)
    with store.write() as conn:
        sent = outcomes.settle(conn, [id_], NOW)
        assert outbox.state_of(conn, id_) == message_state(states)
        assert outcomes.settle(conn, [id_], NOW) == []
    assert sent == ([id_] if message_state(states) is PartState.SENT else [])


@pytest.mark.parametrize("end", [outbox.FAILED, outbox.CANCELLED])
def test_what_was_given_up_is_opened_by_nothing_but_that_all_of_it_was_sent(store: Store, end: str) -> None:
    part_sent, all_sent = put(store, "sent", "unknown", message=end), put(store, "sent", "sent", message=end)
    with store.write() as conn:
        assert outcomes.settle(conn, [part_sent, all_sent], NOW) == [all_sent]
        assert outbox.state_of(conn, part_sent) == end


def test_parts_come_back_in_order_and_are_started_once(store: Store) -> None:
    id_ = put(store, "pending", "pending", tries=0)
    with store.write() as conn:
        one, other = parts.of_messages(conn, [id_])[id_]
        assert (one.n, other.n) == (0, 1)
        assert parts.waiting(conn, [one.id, other.id]) == {one.id: 0, other.id: 0}
        assert parts.start(conn, [one.id], NOW) == {one.id}
        assert parts.start(conn, [one.id, other.id], NOW) == {other.id}
        assert [part.tries for part in parts.of_messages(conn, [id_])[id_]] == [1, 1]
