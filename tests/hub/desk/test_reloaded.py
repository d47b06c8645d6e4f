"""Tests what changed files of the store do to cases that are open, and to those that open then."""

import dataclasses
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.cases.routing import load_routing
from core.desk.saved_replies import FILE, load_saved_replies
from core.people.conversations import CaseState
from hub.clocks.recounting import recount_all
from storage.desk.tables import cases
from storage.engine.store import Store
from tests.fakes import STORE_DIR, staff
from tests.hub.clocks.clocked import FAST, HOUR, MINUTE, POLICY, TIMES, clocked, running
from tests.hub.desk.opened import case
from tests.hub.house import ANNA, BEN, SMS, House

RANKED = """\
teams: {nightwatch: {lead: U0LEAD0001}}
rules:
  - {id: all, if: "reason == 'asked_human'", then: {team: nightwatch, priority: urgent, sla: fast, tags: [night]}}
default: {team: nightwatch, priority: normal, sla: standard}
"""


def reload(house: House, **changes: Any) -> None:
    """Takes other files of the store into use, between two drains; the clocks follow as their timer does."""
    house.hub.shelf.bring(dataclasses.replace(house.hub.shelf.now, **changes))
    assert house.hub.shelf.change()
    recount_all(house.hub, house.clock())


def ranks(house: House) -> list[tuple[str, str, str]]:
    return [(row.team, row.priority, row.sla) for row in house.rows(cases)]


def test_other_rules_hold_for_cases_that_open_then(store: Store, tmp_path: Path) -> None:
    house = clocked(store)
    before = ranks(house)
    file = tmp_path / "routing.yaml"
    file.write_text(RANKED)
    reload(house, routing=load_routing(file))
    assert ranks(house) == before
    house.hear("agent", SMS)
    assert ranks(house)[1:] == [("nightwatch", "urgent", "fast")]
    house.writes("Hello", thread=house.rows(cases)[0].thread)  # of a team that is in no file any more
    assert house.rows(cases)[0].state == CaseState.CLAIMED
    assert house.texts()[-1] == "Hello"


def test_running_clocks_go_by_the_new_times_but_not_what_a_customer_was_told(store: Store) -> None:
    house = clocked(store)
    house.later(minutes=30)
    told = running(house)["expected"]
    quick = msgspec.structs.replace(POLICY, first=HOUR, resolution=8 * HOUR)
    reload(house, times=msgspec.structs.replace(TIMES, policies={"standard": quick, "fast": FAST}))
    assert running(house)["first"] == 30 * MINUTE
    assert running(house)["resolution"] == 8 * HOUR - 30 * MINUTE
    assert running(house)["expected"] == told


def test_a_policy_that_is_gone_leaves_its_cases_with_the_usual_times(store: Store) -> None:
    house = clocked(store)
    with store.write() as conn:
        conn.execute(cases.update().values(sla="fast"))
    reload(house, times=msgspec.structs.replace(TIMES, policies={"standard": POLICY}))
    assert running(house)["first"] == 2 * HOUR
    house.writes("Hello")
    assert "first" not in running(house)
    assert house.texts()[-1] == "Hello"


def test_who_is_taken_off_the_list_loses_what_they_may_do_with_the_next_press(store: Store) -> None:
    house = House(store, agents=staff(**{ANNA: "agent", BEN: "agent"}))
    house.hear("agent")
    house.texts()
    house.writes("Hello")
    house.texts()
    reload(house, agents=staff(**{BEN: "agent"}))
    house.writes("one thing more")
    house.presses("case_resolve")
    assert house.texts() == []
    assert case(house)[:2] == (CaseState.CLAIMED, ANNA)
    house.presses("case_take_over", BEN)
    house.writes("Ben here", BEN)
    assert house.texts()[-1] == "Ben here"
    assert case(house)[1] == BEN


def test_who_is_put_on_the_list_may_at_once(store: Store) -> None:
    house = House(store, agents=staff(**{BEN: "agent"}))
    house.hear("agent")
    house.texts()
    house.writes("Hello")
    assert "Hello" not in house.texts()
    reload(house, agents=staff(**{ANNA: "agent", BEN: "agent"}))
    house.writes("Hello again")
    assert house.texts()[-1] == "Hello again"


@pytest.mark.parametrize("kept", [True, False])
def test_a_saved_reply_that_is_gone_is_sent_as_it_was_seen_and_does_nothing_more(store: Store, kept: bool) -> None:
    saved = load_saved_replies([STORE_DIR / FILE])
    resolving = next(reply for reply in saved if reply.then.state)
    house = House(store, saved=saved)
    house.hear("agent")
    house.texts()
    if not kept:
        reload(house, saved=tuple(reply for reply in saved if reply.id != resolving.id))
    house.presses("case_saved", ANNA, reply=resolving.id, **{f"text_{resolving.id}": "All done, Jane."})
    assert "All done, Jane." in house.texts()
    assert (case(house)[0] == CaseState.CLAIMED) is not kept
