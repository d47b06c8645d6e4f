"""Tests who is given a case: by presence, team, language and room, one after the other, and once."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from core.desk.events import Pressed
from core.desk.permissions import ROLES, Agent, Staff
from core.desk.posts import PostNote
from core.people.conversations import CaseState
from hub.clocks import presence, telling
from storage.desk import agents
from storage.desk.tables import audit, cases, desk_agents
from storage.engine.store import Store
from tests.fakes import PLACE
from tests.hub.clocks.clocked import ROBIN, TIMES, clocked, tick, with_hours
from tests.hub.house import ANNA, BEN, TELEGRAM, House


def agent(**more: object) -> Agent:
    return Agent(("agent",), ROLES["agent"], **more)  # type: ignore[arg-type]


BOTH = Staff({ANNA: agent(), BEN: agent()})


def opened(house: House, number: int, words: str = "agent") -> None:
    house.hear(words, to=msgspec.structs.replace(TELEGRAM, value=str(number)))


def owners(house: House) -> list[str | None]:
    return [row.claimed_by for row in house.rows(cases)]


def test_cases_go_round_up_to_the_cap(store: Store) -> None:
    house = clocked(store, times=ROBIN, agents=BOTH)
    for number in range(5):
        tick(house, seconds=1)
        opened(house, number)
    tick(house, seconds=1)
    assert owners(house) == [ANNA, BEN, ANNA, BEN, None, None]  # two each


def test_it_is_given_with_a_word_to_both(store: Store) -> None:
    house = clocked(store, times=ROBIN, agents=Staff({ANNA: agent()}))
    tick(house)
    assert house.texts() == [house.hub.say("agent_assigned", "en", agent="Anna")]
    row = house.row(cases)
    assert (row.state, row.agent_name, row.claimed_at) == (CaseState.CLAIMED, "Anna", house.clock())
    assert ("round_robin", "assign") in [(row.actor, row.action) for row in house.rows(audit)]


def test_who_has_no_room_is_tried_again(store: Store) -> None:
    house = clocked(store, times=ROBIN, agents=Staff({ANNA: agent(max_cases=1)}))
    opened(house, 1)
    tick(house)
    assert owners(house) == [ANNA, None]
    first = house.rows(cases)[0]
    house.act(Pressed("ev", PLACE, first.thread or "", "m", ANNA, "case_resolve", first.id, house.clock()))
    tick(house, minutes=1)
    assert owners(house) == [ANNA, ANNA]


@pytest.mark.parametrize(
    ("anna", "ben", "words", "chosen"),
    [
        ({"languages": ("en",)}, {"languages": ("zh", "en")}, "转人工", BEN),
        ({"teams": ("finance",)}, {"teams": ("support",)}, "agent", BEN),
        ({"languages": ("fr",)}, {"teams": ("finance",)}, "agent", None),
    ],
)
def test_language_and_team_decide(
    store: Store, anna: dict[str, object], ben: dict[str, object], words: str, chosen: str | None
) -> None:
    house = House(store, times=ROBIN, agents=Staff({ANNA: agent(**anna), BEN: agent(**ben)}))
    opened(house, 1, words)
    tick(house)
    assert owners(house) == [chosen]


def test_who_is_away_gets_nothing_and_their_cases_are_offered_again(store: Store) -> None:
    house = clocked(store, times=ROBIN, agents=BOTH)
    tick(house)
    assert owners(house) == [ANNA]
    house.posts()
    with store.write() as conn:
        assert presence.leave(house.hub, conn, house.hub.user(ANNA), house.clock()) == 1
        assert presence.leave(house.hub, conn, house.hub.user(ANNA), house.clock()) is None
    said = [post.text for post in house.posts() if isinstance(post, PostNote)]
    assert said == ["Anna is away, so this case waits for somebody else."]
    tick(house)
    assert owners(house) == [BEN]
    with store.write() as conn:
        assert presence.come_back(house.hub, conn, house.hub.user(ANNA), house.clock())
        assert not presence.come_back(house.hub, conn, house.hub.user(ANNA), house.clock())
    opened(house, 2)
    tick(house)
    assert owners(house) == [BEN, ANNA]


def test_without_a_list_whoever_was_seen_at_the_desk_is_an_agent(store: Store) -> None:
    house = clocked(store, times=ROBIN)
    tick(house)
    assert owners(house) == [None]
    house.presses("case_claim")
    assert [row.name for row in house.rows(desk_agents)] == ["Anna"]
    opened(house, 1)
    tick(house)
    assert owners(house) == [ANNA, ANNA]


def test_at_night_nobody_is_given_anything(store: Store) -> None:
    house = House(store, times=ROBIN, agents=BOTH, notices=with_hours())
    house.later(hours=17)  # Thursday, 03:00 in New York
    house.hear("agent")
    tick(house)
    assert owners(house) == [None]
    tick(house, hours=6)
    assert owners(house) == [ANNA]


def test_a_case_that_somebody_takes_is_not_given_away(store: Store) -> None:
    house = clocked(store, times=ROBIN, agents=BOTH)
    house.presses("case_claim", BEN)
    tick(house)
    assert owners(house) == [BEN]


def test_by_hand_nobody_is_given_anything(store: Store) -> None:
    house = clocked(store, times=TIMES, agents=BOTH)
    tick(house)
    assert owners(house) == [None]


def test_two_workers_give_nobody_more_than_they_may_have(store: Store) -> None:
    house = clocked(store, times=ROBIN, agents=Staff({ANNA: agent()}))
    for number in range(5):
        opened(house, number)
    for _ in range(3):
        house.later(minutes=1)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: telling.tell_due(house.hub, house.clock()), range(2)))
    with store.read() as conn:
        assert agents.held(conn, [ANNA]) == {ANNA: 2}
