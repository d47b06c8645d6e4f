"""Tests what follows when a channel of the desk is closed to us, or our app is removed: at once, and told once."""

import pytest

from core.cases.routing import Outcome, Routing, Team
from core.desk.news import ARCHIVED, DELETED, JOINED, LEFT, RENAMED, REVOKED, UNARCHIVED, UNINSTALLED
from core.desk.posts import PostCard, PostEphemeral
from core.messages.inbound import AccountNews
from storage.accounts.tables import incidents
from storage.desk.tables import case_threads, cases
from storage.engine.store import Store
from storage.queues.tables import mails, outbox
from tests.fakes import PLACE
from tests.hub.accounts.test_desk_incidents import Letters
from tests.hub.house import BEN, House

TEAM = "C0TEAM"
CODES = {ARCHIVED: "is_archived", DELETED: "channel_not_found", LEFT: "not_in_channel"}


@pytest.fixture
def house(store: Store) -> House:
    """Makes a house whose cases stand in the channel of a team that Ben leads."""
    routing = Routing({"support": Team(TEAM, BEN)}, (), Outcome(team="support"))
    return House(store, mailer=Letters(), alert_emails=("ops@shop.example",), routing=routing)


def comes(house: House, state: str, place: str) -> None:
    code = CODES.get(state, "token_revoked" if state in (REVOKED, UNINSTALLED) else "")
    told = {"subject": code, "state": state, "detail": "mend it" if code else ""}
    house.accept(AccountNews(house.fresh("ev"), "slack", place, house.clock(), "desk", **told))
    house.drain()


def mailed(house: House) -> list[str]:
    return [row.text for row in house.rows(mails)]


def open_now(house: House) -> list[tuple[str, str]]:
    return [(row.account, row.code) for row in house.rows(incidents) if row.closed_at is None]


@pytest.mark.parametrize("state", [ARCHIVED, DELETED, LEFT])
def test_a_closed_channel_of_a_team_leaves_its_cases_to_the_first_channel(house: House, state: str) -> None:
    house.hear("agent")
    house.send()
    case = house.row(cases)
    assert (case.place, bool(case.thread)) == (TEAM, True)
    house.desk.closed.add(TEAM)
    house.desk.posts.clear()
    comes(house, state, TEAM)
    house.send()
    assert house.row(cases).place == PLACE == house.desk.places[-1]
    assert PostCard(case.id) in house.desk.posts
    assert [(row.place, row.thread) for row in house.rows(case_threads)] == [(TEAM, case.thread)]
    (lead,) = [post for post in house.desk.posts if isinstance(post, PostEphemeral)]
    assert (lead.place, lead.user) == ("", BEN)
    assert "Its case is posted anew" in lead.text
    (mail,) = mailed(house)
    assert f"the channel {TEAM} is closed to us ({CODES[state]}: mend it)" in mail
    assert open_now(house) == []  # the desk works
    comes(house, state, TEAM)
    house.send()
    assert len(mailed(house)) == 1


def test_an_open_one_is_told_to_who_leads(house: House) -> None:
    comes(house, UNARCHIVED, TEAM)
    house.send()
    assert [post.user for post in house.desk.posts if isinstance(post, PostEphemeral)] == [BEN]


@pytest.mark.parametrize(("state", "cured"), [(ARCHIVED, UNARCHIVED), (LEFT, JOINED)])
def test_the_first_channel_being_closed_is_an_incident_until_it_is_open(house: House, state: str, cured: str) -> None:
    comes(house, state, PLACE)
    assert open_now(house) == [(PLACE, CODES[state])]
    (mail,) = mailed(house)
    assert f"The desk (Slack) cannot be used ({CODES[state]}: mend it)" in mail
    house.hear("agent")
    assert any("person" in text or "colleague" in text for text in house.texts())  # by when, as ever
    comes(house, cured, PLACE)
    assert open_now(house) == []
    assert "works again" in mailed(house)[-1]


def test_only_a_post_into_that_channel_shows_that_it_is_open_again(house: House) -> None:
    comes(house, ARCHIVED, PLACE)
    house.hear("agent")  # its card goes into the team's channel
    house.send()
    assert open_now(house) == [(PLACE, "is_archived")]
    house.desk.closed.add(TEAM)
    comes(house, ARCHIVED, TEAM)
    house.send()  # and now into the first one
    assert open_now(house) == []


def test_our_app_being_removed_is_one_incident_that_the_next_post_ends(house: House) -> None:
    comes(house, UNINSTALLED, "")
    comes(house, REVOKED, "")
    assert open_now(house) == [(PLACE, "token_revoked")]
    assert len(mailed(house)) == 1
    comes(house, UNARCHIVED, PLACE)
    assert len(open_now(house)) == 1  # that was not the trouble
    house.hear("agent")
    house.send()
    assert open_now(house) == []


def test_what_does_not_concern_the_desk_changes_nothing(house: House) -> None:
    for state, place in ((ARCHIVED, "C0LUNCH"), (RENAMED, PLACE), (ARCHIVED, "us/C0US"), (UNINSTALLED, "us/")):
        comes(house, state, place)
    assert (house.rows(incidents), house.rows(outbox), mailed(house)) == ([], [], [])
