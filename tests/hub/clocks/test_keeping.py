"""Tests the clocks of a case on the rows: what starts, rests, ends and moves them."""

import dataclasses
from datetime import timedelta

import msgspec
from sqlalchemy import update

from core.cases.sla import Metric
from core.people.conversations import CaseState
from hub.clocks import keeping
from hub.clocks.recounting import recount_all
from storage.desk import cases
from storage.desk.tables import case_clocks
from storage.desk.tables import cases as table
from storage.engine.store import Store
from tests.hub.clocks.clocked import HOUR, MINUTE, TIMES, clocked, clocks, running, tick, with_hours
from tests.hub.house import ANNA, House


def test_a_case_opens_with_its_times(store: Store) -> None:
    house = clocked(store)
    assert running(house) == {
        "first": 2 * HOUR,
        "resolution": 16 * HOUR,
        "unclaimed": 10 * MINUTE,
        "expected": 150 * MINUTE,
    }


def test_without_a_desk_there_are_no_clocks(store: Store) -> None:
    assert House(store, has_desk=False, times=TIMES).hear("agent")
    house = House(store, has_desk=False, times=TIMES)
    assert house.rows(case_clocks) == []


def test_a_reply_meets_what_was_owed_and_the_next_words_start_the_next(store: Store) -> None:
    house = clocked(store)
    house.later(minutes=30)
    house.writes("Hello!")
    assert {name: clocks(house)[name] for name in ("first", "expected", "unclaimed")} == dict.fromkeys(
        ("first", "expected"), "met"
    ) | {"unclaimed": "breached"}  # claimed after half an hour, which nobody was told
    assert running(house) == {"resolution": 15.5 * HOUR}
    house.hear("and now?")
    house.later(minutes=10)
    house.hear("hello??")
    assert running(house)["next"] == 4 * HOUR - 10 * MINUTE  # from the first of them
    house.writes("Here I am")
    assert "next" not in running(house)
    house.writes("One more thing")
    assert [row.state for row in house.rows(case_clocks) if row.metric == Metric.NEXT] == ["met"]


def test_words_before_the_first_answer_start_nothing(store: Store) -> None:
    house = clocked(store)
    house.hear("are you there?")
    assert "next" not in running(house)


def test_a_case_that_waits_for_others_rests(store: Store) -> None:
    house = clocked(store)
    house.writes("Hello!")
    house.hear("thanks, when?")
    _becomes(house, CaseState.ON_HOLD)
    assert running(house) == {"resolution": None, "next": None}
    house.later(days=2)
    _becomes(house, CaseState.CLAIMED)
    assert running(house) == {"resolution": 16 * HOUR, "next": 4 * HOUR}


def test_what_is_resolved_runs_no_more_and_starts_afresh_when_it_is_reopened(store: Store) -> None:
    house = clocked(store)
    house.writes("Done!")
    house.presses("case_resolve")
    assert running(house) == {}
    house.later(hours=1)
    house.presses("case_reopen")
    assert running(house) == {"resolution": 16 * HOUR, "unclaimed": 10 * MINUTE}


def test_a_note_is_no_answer(store: Store) -> None:
    house = clocked(store)
    house.writes("look at this", note=True)
    assert "first" in running(house)


def test_a_higher_priority_brings_its_times(store: Store) -> None:
    house = clocked(store)
    house.later(hours=1)
    with store.write() as conn:
        case = cases.by_id(conn, house.row(table).id)
        assert case
        cases.rank_by_hand(conn, case, sla="fast")
        keeping.follow(house.hub, conn, case.id, house.clock())
    assert running(house)["first"] == 15 * MINUTE
    assert running(house)["resolution"] == 7 * HOUR


def test_times_run_in_the_team_s_hours(store: Store) -> None:
    house = clocked(store, notices=with_hours())  # Wednesday, 10:00
    assert running(house)["resolution"] == 24 * HOUR + timedelta(hours=24)  # 7 h, 8 h, and one on Friday
    assert running(house)["first"] == 2 * HOUR


def test_a_holiday_that_is_added_moves_what_is_due(store: Store) -> None:
    house = clocked(store, notices=with_hours())
    folder = house.hub.shelf.now
    hours = msgspec.structs.replace(folder.notices.shop.support_hours, exceptions={house.clock().date(): ()})
    shop = msgspec.structs.replace(folder.notices.shop, support_hours=hours)
    notices = msgspec.structs.replace(folder.notices, shop=shop)
    house.hub.shelf.now = dataclasses.replace(folder, notices=notices)
    recount_all(house.hub, house.clock())
    assert running(house)["first"] == 25 * HOUR  # tomorrow, 11:00
    assert running(house)["expected"] == 150 * MINUTE  # as it was told


def _becomes(house: House, state: CaseState) -> None:
    with house.store.write() as conn:
        case = house.row(table)
        conn.execute(update(table).values(state=state.value, claimed_by=ANNA))
        keeping.follow(house.hub, conn, case.id, house.clock())


def test_the_timer_counts_anew_once_for_each_version_of_the_files(store: Store) -> None:
    house = clocked(store)
    tick(house, minutes=1)
    assert running(house)["first"] == 2 * HOUR - MINUTE
