"""Tests a desk in two workspaces: a case stays in its own, and the trouble of one is none of the other."""

import dataclasses

import pytest

from core.cases.routing import Outcome as Routed
from core.cases.routing import Routing, Rule
from core.desk.events import AgentMessage, Command, DeskUser, ThreadDeleted
from core.desk.posts import PostEphemeral, PostMark
from core.errors import Outcome, SendError
from core.templating.expressions import Expression
from core.templating.named import ENV
from storage.accounts import incidents
from storage.accounts.tables import incidents as incidents_table
from storage.desk.tables import cases
from storage.engine.store import Store
from storage.queues.tables import outbox
from tests.fakes import PHONE, PLACE
from tests.hub.house import ANNA, SMS, House

EU, EU_TEAM = "eu/C0EU", "eu/C0TEAM"
BEA = f"eu/{ANNA}"  # somebody else, though the id is the same
TO_EU = Rule("eu", Expression(ENV, "channel == 'sms'"), Routed(channel=EU_TEAM))
REVOKED = SendError(Outcome.MISCONFIGURED, "token_revoked", "install the Slack app again")


@pytest.fixture
def house(store: Store) -> House:
    """Makes a house whose SMS customers are answered in the workspace `eu`."""
    house = House(store, places=(PLACE, EU), routing=Routing(rules=(TO_EU,)))
    house.desk.users[BEA] = DeskUser(BEA, "Bea", True)
    return house


def shuts(house: House, account: str) -> None:
    """Lets one workspace refuse everything from now on."""
    post = house.desk.post

    async def refusing(told: object, view: object, place: str, *rest: object, **more: object) -> object:
        if place.startswith(account):
            raise REVOKED
        return await post(told, view, place, *rest, **more)  # type: ignore[arg-type]

    house.desk.post = refusing  # type: ignore[method-assign, assignment]


def test_a_case_stands_where_its_rule_sends_it_and_comes_back_in_its_workspace(house: House) -> None:
    house.hear("agent", SMS)
    house.send()
    case = house.row(cases)
    assert case.place == EU_TEAM == house.desk.places[0]
    house.desk.gone.add(case.thread)
    house.act(ThreadDeleted("gone-1", EU_TEAM, case.thread, house.clock()))
    house.send()
    assert house.row(cases).place == EU == house.desk.places[-1]


def test_who_writes_there_is_somebody_of_that_workspace(house: House) -> None:
    house.hear("agent", SMS)
    house.send()
    thread = house.row(cases).thread
    message = "1796119300.000100"
    house.act(AgentMessage("said-1", EU_TEAM, thread, message, BEA, "Hello from the east", house.clock()))
    house.send()
    assert "Hello from the east" in house.texts("sms")
    assert house.row(cases).claimed_by == BEA
    assert PostMark(house.row(cases).id, message, "white_check_mark", place=EU_TEAM) in house.desk.posts
    house.act(Command("mine-1", PLACE, ANNA, "mine", house.clock()))
    house.send()
    (told,) = [post for post in house.desk.posts if isinstance(post, PostEphemeral)][-1:]
    assert "You have no case" in told.text


def test_one_workspace_that_lets_us_out_holds_up_nothing_of_the_other(house: House) -> None:
    shuts(house, "eu/")
    house.hear("agent", SMS)
    house.act(Command("queue-1", EU, BEA, "queue", house.clock()))
    house.act(Command("queue-2", PLACE, ANNA, "queue", house.clock()))
    house.hear("agent")
    house.send()
    assert {row.state for row in house.rows(outbox) if row.key == f"desk:{PLACE}"} == {"sent"}
    assert {row.state for row in house.rows(outbox) if row.key == f"desk:{EU}"} == {"pending"}
    assert set(house.desk.places) == {PLACE}
    assert [(row.account, row.code, row.closed_at) for row in house.rows(incidents_table)] == [
        (EU, "token_revoked", None)
    ]
    with house.store.read() as conn:
        assert [each.account for each in incidents.open_keys(conn)] == [EU]


def test_the_pause_that_one_workspace_asks_for_is_its_own(house: House) -> None:
    house.hear("agent", SMS)
    house.desk.script.append(SendError(Outcome.PACE, "ratelimited", retry_after=30))
    house.send()
    assert [key for key, _ in house.pace.pauses] == [f"pace:slack:{EU}"]


def test_cases_of_an_account_that_is_taken_away_come_to_the_first_workspace(house: House) -> None:
    house.hear("agent", SMS)
    house.send()
    house.hub = dataclasses.replace(house.hub, places=(PLACE,))
    house.desk.script.append(SendError(Outcome.ADDRESS_DEAD, "no_such_account", scope="thread"))
    house.hear("hello?", SMS)
    house.later(minutes=1)
    house.send()
    assert house.row(cases).place == PLACE == house.desk.places[-1]


def test_a_case_that_an_agent_begins_is_in_their_own_workspace(house: House) -> None:
    house.hear("hello")
    house.texts()
    house.act(Command("new-1", EU, BEA, f"new {PHONE}", house.clock()))
    house.send()
    case = house.row(cases)
    assert (case.place, case.claimed_by) == (EU, BEA)
    assert EU in house.desk.places
