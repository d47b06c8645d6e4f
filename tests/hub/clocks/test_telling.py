"""Tests what is told of the clocks of cases: to whom, once, and after an outage in one post."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from core.cases.sla import Metric
from core.desk.posts import PostCard, PostNote
from hub.clocks import telling
from hub.timers.loop import Timers
from storage.desk.tables import case_clocks
from storage.engine.store import Store
from tests.fakes import shipped_routing
from tests.hub.clocks.clocked import LEAD, MINUTE, TIMES, clocked, clocks, running, tick, with_hours
from tests.hub.house import ANNA, TELEGRAM, House

QUIET = msgspec.structs.replace(TIMES, unclaimed=None, still_waiting=None)


def notes(house: House) -> list[tuple[str, str, bool]]:
    """Lists (words, who is named, whether the channel sees it) since the last time."""
    return [(post.text, post.user, post.broadcast) for post in house.posts() if isinstance(post, PostNote)]


def test_a_warning_and_a_breach_once_each(store: Store) -> None:
    house = clocked(store, times=QUIET)
    tick(house, minutes=89)
    assert notes(house) == []
    tick(house, minutes=1)
    tick(house)
    assert notes(house) == [("The customer waits for a first answer: it is due in 30 min.", LEAD, False)]
    tick(house, minutes=30)
    tick(house)
    late = "Nobody has answered the customer in time: a first answer was due less than a minute ago."
    assert notes(house) == [(late, LEAD, True)]
    house.writes("Sorry!")
    assert clocks(house)["first"] == "breached"
    tick(house, hours=1)
    assert notes(house) == []


def due_on_card(house: House) -> list[tuple[Metric, bool]] | None:
    """Returns what the newest card that was drawn since the last time shows as due, and whether it is late."""
    house.desk.posts.clear()
    house.desk.views.clear()
    house.send()
    pairs = zip(house.desk.posts, house.desk.views, strict=True)
    drawn = [view for post, view in pairs if isinstance(post, PostCard) and view]
    return [(each.metric, each.is_late) for each in drawn[-1].due] if drawn else None


def test_a_card_shows_what_is_due_answered_and_late(store: Store) -> None:
    house = clocked(store, times=QUIET)
    tick(house, hours=2)
    assert due_on_card(house) == [(Metric.FIRST, True), (Metric.RESOLUTION, False)]
    house.writes("Hello!")
    assert due_on_card(house) == [(Metric.RESOLUTION, False)]
    house.hear("and?")
    assert due_on_card(house) == [(Metric.NEXT, False), (Metric.RESOLUTION, False)]
    house.hear("hello?")
    assert due_on_card(house) is None  # the same answer is owed
    house.writes("Yes, tomorrow.")
    assert due_on_card(house) == [(Metric.RESOLUTION, False)]


def test_the_owner_is_named_where_there_is_one(store: Store) -> None:
    house = clocked(store, times=QUIET)
    house.writes("Hello!")
    house.hear("and?")
    house.posts()
    tick(house, hours=3)
    assert notes(house) == [("The customer waits for an answer: it is due in 1 h.", ANNA, False)]


def test_an_answer_in_time_is_not_told(store: Store) -> None:
    house = clocked(store, times=QUIET)
    house.writes("Hello!")
    house.posts()
    tick(house, hours=3)
    assert notes(house) == []


def test_nobody_s_case_is_told_to_the_lead(store: Store) -> None:
    house = clocked(store)
    tick(house, minutes=10)
    assert notes(house) == [("Nobody has taken this case: it waits for 10 min.", LEAD, True)]
    tick(house, minutes=10)
    assert notes(house) == []


def test_without_a_lead_the_channel_hears_of_it(store: Store) -> None:
    house = clocked(store, routing=shipped_routing())
    tick(house, minutes=10)
    assert [(user, broadcast) for _, user, broadcast in notes(house)] == [("", True)]


def test_who_claims_it_in_time_is_not_told_of(store: Store) -> None:
    house = clocked(store, times=msgspec.structs.replace(QUIET, unclaimed=10 * MINUTE))
    house.presses("case_claim")
    house.posts()
    tick(house, minutes=30)
    assert notes(house) == []


def test_after_an_outage_each_case_is_told_once_in_one_post(store: Store) -> None:
    house = clocked(store, times=QUIET)
    for number in range(4):
        house.hear("agent", to=msgspec.structs.replace(TELEGRAM, value=f"{number}"))
    house.posts()
    tick(house, hours=6)
    ((said, user, _),) = notes(house)
    assert user == LEAD
    assert said.splitlines()[1:] == [f"• #{number}: a first answer was due 4 h ago" for number in range(1, 6)]
    tick(house)
    assert notes(house) == []


def test_few_late_ones_are_told_in_their_threads(store: Store) -> None:
    house = clocked(store, times=QUIET)
    tick(house, hours=6)
    ((said, *_),) = notes(house)
    assert said == "Nobody has answered the customer in time: a first answer was due 4 h ago."


def test_two_workers_tell_it_once(store: Store) -> None:
    house = clocked(store)
    house.later(minutes=10)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: telling.tell_due(house.hub, house.clock()), range(4)))
    assert len(notes(house)) == 1


def test_a_worker_that_dies_before_it_has_written_leaves_it_to_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = clocked(store)
    house.later(minutes=10)

    def die(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(telling, "post_to_desk", die)
        asyncio.run(Timers(house.hub, {}).look())
    assert notes(house) == []
    tick(house, minutes=1)
    assert len(notes(house)) == 1


def test_the_customer_hears_once_that_they_are_not_forgotten(store: Store) -> None:
    house = clocked(store)
    tick(house, minutes=149)
    assert house.texts() == []
    tick(house, minutes=1)
    tick(house, minutes=60)
    assert house.texts() == [house.hub.say("still_waiting", "en")]
    assert clocks(house)["expected"] == "breached"


def test_who_was_answered_hears_nothing_of_it(store: Store) -> None:
    house = clocked(store)
    house.writes("Hello!")
    house.texts()
    tick(house, hours=4)
    assert house.texts() == []


def test_chinese_customers_read_chinese(store: Store) -> None:
    house = House(store, times=TIMES)
    house.hear("转人工")
    house.texts()
    tick(house, minutes=150)
    assert house.texts() == [house.hub.say("still_waiting", "zh")]


def test_who_cannot_be_written_to_any_more_is_not(store: Store) -> None:
    house = clocked(store, notices=with_hours(mon=with_hours().shop.support_hours.mon))
    tick(house, days=6)  # expected on Monday
    assert house.texts() == []


def test_what_is_resolved_is_not_told_of(store: Store) -> None:
    house = clocked(store)
    house.presses("case_resolve")
    house.posts(), house.texts()
    tick(house, days=1)
    assert notes(house) == []
    assert running(house) == {}
    assert all(row.alert_at is None for row in house.rows(case_clocks))
