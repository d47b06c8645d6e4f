"""Tests that an answer which did not reach the customer is still owed: its clock and its promise run on."""

from datetime import timedelta

import msgspec

from core.cases.desk_times import DeskTimes
from core.errors import Outcome, SendError
from storage.desk import listing
from storage.desk.tables import case_clocks
from storage.engine.store import Store
from storage.promises.tables import promises
from tests.hub.clocks.clocked import TIMES, clocked
from tests.hub.desk.agents_words import buttons, presses, told
from tests.hub.house import House


def first(house: House) -> tuple[str, bool, object]:
    """Reads (state, whether it runs, when it is due) of the clock of the first answer."""
    (row,) = [row for row in house.rows(case_clocks) if row.metric == "first"]
    return row.state, row.ended_at is None, row.due_at


def refuses(house: House) -> None:
    house.channels["whatsapp"].script.append(SendError(Outcome.CONTENT_REJECTED, "131009"))


def test_a_failed_answer_is_owed_since_the_customer_asked(store: Store) -> None:
    house = clocked(store)
    before = first(house)
    house.presses("case_claim")
    house.texts()
    house.later(minutes=5)
    house.writes("Hello")
    assert first(house)[:2] == ("met", False)
    refuses(house)
    house.texts()
    assert first(house) == before
    house.desk.posts.clear()
    house.writes("Hello again")
    house.texts()
    assert first(house)[:2] == ("met", False)


def test_what_was_promised_is_open_again(store: Store) -> None:
    house = clocked(store)
    house.presses("case_claim")
    house.texts()
    assert [row.state for row in house.rows(promises)] == ["open"]
    house.writes("Hello")
    assert [row.state for row in house.rows(promises)] == ["kept"]
    refuses(house)
    house.texts()
    assert [row.state for row in house.rows(promises)] == ["open"]


def test_another_answer_that_arrived_has_ended_it(store: Store) -> None:
    house = clocked(store)
    house.presses("case_claim")
    house.texts()
    house.writes("One moment")
    house.later(seconds=5)
    assert house.texts() == ["One moment"]
    house.writes("Hello")
    refuses(house)
    house.texts()
    assert first(house)[:2] == ("met", False)


def test_an_answer_that_is_undone_was_none(store: Store) -> None:
    times: DeskTimes = msgspec.structs.replace(TIMES, undo=timedelta(seconds=10))
    house = clocked(store, times=times)
    before = first(house)
    house.presses("case_claim")
    house.texts()
    house.desk.posts.clear()
    house.writes("Hello")
    presses(house, buttons(told(house))["Undo"])
    assert first(house) == before


def test_what_the_customer_wrote_meanwhile_waits_since_their_first_words(store: Store) -> None:
    house = clocked(store)
    house.presses("case_claim")
    house.texts()
    house.writes("Hello")
    house.later(minutes=5)
    house.hear("are you there?")
    refuses(house)
    house.texts()
    running = {row.metric for row in house.rows(case_clocks) if row.ended_at is None}
    assert running == {"first", "expected", "resolution"}


def test_the_first_reply_counts_from_when_it_left(store: Store) -> None:
    house = clocked(store)
    opened = house.clock()
    house.presses("case_claim")
    house.texts()
    house.desk.posts.clear()
    house.writes("[internal] Hello")
    held = buttons(told(house))["Send to customer"]
    house.later(minutes=30)
    presses(house, held)
    house.texts()
    with house.store.read() as conn:
        assert listing.numbers(conn, opened - timedelta(hours=1)).first_reply == timedelta(minutes=30)
