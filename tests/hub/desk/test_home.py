"""Tests an agent's own page: what is on it, who sees it, and that it is shown anew after a press there."""

from datetime import datetime, timedelta

from sqlalchemy import insert

from core.cases.clocks import Clock
from core.cases.sla import Metric
from core.desk.events import Pressed
from core.desk.forms import HomeOpened
from core.desk.home import Home
from core.desk.posts import PostHome
from hub.desk.reader import RowReader
from hub.desk.showing.home import midnight
from storage.desk.clocks import row
from storage.desk.tables import case_clocks, cases
from tests.hub.house import ANNA, BEN, GUEST, SMS, House


def page(house: House, user: str = ANNA) -> Home:
    reader = RowReader(house.store, house.desk.users.get, lambda: house.hub.agents, house.clock)
    found = reader.home(HomeOpened(house.fresh("ev"), user, house.clock()))
    assert found is not None
    return found


def press(house: House, action: str, user: str = ANNA, value: str = "") -> list[PostHome]:
    """Presses a button on the page; returns what was shown for it."""
    house.act(Pressed(house.fresh("ev"), "", "", "", user, action, value, house.clock()))
    return [post for post in house.posts() if isinstance(post, PostHome)]


def test_a_case_waits_then_is_mine_then_is_done(house: House) -> None:
    waiting = page(house)
    assert [line.number for line in waiting.unassigned.cases] == [1]
    assert waiting.mine.count == 0
    house.later(minutes=10)
    house.writes("Hello")
    mine = page(house)
    assert ([line.number for line in mine.mine.cases], mine.unassigned.count) == ([1], 0)
    assert page(house, BEN).mine.count == 0
    assert mine.numbers is not None
    assert (mine.numbers.opened, mine.numbers.claimed, mine.numbers.waiting) == (1, 1, 0)
    assert mine.numbers.first_reply is not None
    assert mine.numbers.first_reply.total_seconds() == 600
    house.presses("case_resolve")
    done = page(house).numbers
    assert done is not None
    assert (done.resolved, done.claimed) == (1, 0)


def test_yesterdays_cases_are_not_todays(house: House) -> None:
    house.later(days=1)
    numbers = page(house).numbers
    assert numbers is not None
    assert (numbers.opened, numbers.waiting, numbers.first_reply) == (0, 1, None)


def test_a_case_is_taken_from_the_page_which_is_then_shown_anew(house: House) -> None:
    (shown,) = press(house, "case_claim", value=house.row(cases).id)
    assert house.row(cases).claimed_by == ANNA
    assert shown.shown is not None
    assert [line.number for line in shown.shown.mine.cases] == [1]


def test_who_is_too_late_hears_so_directly(house: House) -> None:
    house.presses("case_claim")
    house.posts()
    house.act(Pressed("ev", "", "", "", BEN, "case_claim", house.row(cases).id, house.clock()))
    (told,) = house.ephemerals()
    assert (told.place, told.user) == ("", BEN)
    assert "Anna has this case" in told.text


def test_a_page_that_a_worker_shows(house: House) -> None:
    (shown,) = press(house, "desk_home")
    assert shown.shown is not None
    assert shown.shown.unassigned.count == 1
    (refused,) = press(house, "desk_home", GUEST)
    assert refused.shown is not None
    assert "guests" in refused.shown.refusal
    assert page(house, GUEST).refusal == refused.shown.refusal


def test_names_are_shown_and_numbers_masked(house: House) -> None:
    house.hear("agent", SMS)
    for line in page(house).unassigned.cases:
        assert "+1202555" not in line.customer


def test_a_day_begins_where_the_agent_is(house: House) -> None:
    anna = house.desk.users[ANNA]
    at = midnight(type(anna)(ANNA, "Anna", True, "America/New_York"), house.clock())
    assert (at.hour, at.day) == (5, house.clock().day)
    assert midnight(type(anna)(ANNA, "Anna", True, "No/Where"), house.clock()).hour == 0


def test_a_shortcut_on_a_message_of_no_case_says_so(house: House) -> None:
    house.act(Pressed("ev", "C0TALK", "1.1", "1.1", ANNA, "case_quote", "", house.clock()))
    (told,) = house.ephemerals()
    assert "no case's thread" in told.text


def test_what_is_due_within_the_hour_stands_first(house: House) -> None:
    case = house.row(cases)
    aims = {Metric.FIRST: 30, Metric.RESOLUTION: 50, Metric.UNCLAIMED: 1}
    clocks = [
        Clock(house.fresh("clock"), case.id, metric, house.clock(), timedelta(minutes=after), due_at=in_(house, after))
        for metric, after in aims.items()
    ]
    with house.store.write() as conn:
        conn.execute(case_clocks.delete())
        conn.execute(insert(case_clocks), [row(each) for each in clocks])
    (line,) = page(house).due.cases
    assert (line.number, line.due_at) == (1, in_(house, 30))
    house.presses("case_claim")
    assert page(house, BEN).due.count == 0


def in_(house: House, minutes: int) -> datetime:
    return house.clock() + timedelta(minutes=minutes)


def test_the_switch_on_the_page_says_that_an_agent_is_away_and_back(house: House) -> None:
    assert page(house).is_away is False
    (away,) = press(house, "desk_away")
    assert away.shown is not None
    assert (away.shown.is_away, page(house).is_away, page(house, BEN).is_away) == (True, True, False)
    (back,) = press(house, "desk_back")
    assert back.shown is not None
    assert back.shown.is_away is False
