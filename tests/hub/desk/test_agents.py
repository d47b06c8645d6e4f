"""Tests that each deed at the desk takes its permission, and that who lacks it is told what, and whom to ask."""

from collections.abc import Callable

import pytest

from core.desk.events import Command, DeskUser
from core.desk.permissions import PERMISSIONS, ROLES, Permission, Role
from core.people.conversations import CaseState
from hub.desk import wording
from hub.desk.agents import may, refusal
from hub.desk.buttons import BUTTONS
from storage.desk.tables import cases, desk_messages
from storage.engine.store import Store
from tests.fakes import PLACE, staff
from tests.hub.desk.opened import case
from tests.hub.house import ANNA, BEN, GUEST, House

Listed = Callable[[Role], House]


@pytest.fixture
def listed(store: Store) -> Listed:
    """Makes houses with an open case, on whose list Anna has a role and Ben is admin."""

    def made(role: Role) -> House:
        house = House(store, agents=staff(**{ANNA: role, BEN: "admin"}))
        house.hear("agent")
        house.posts()
        return house

    return made


def test_without_a_list_every_full_member_may_do_everything() -> None:
    member, guest = DeskUser("U1", "Ann", True), DeskUser("U2", "Guest", False)
    assert all(may(member, None, permission) for permission in PERMISSIONS)
    assert not any(may(guest, None, permission) for permission in PERMISSIONS)


def test_the_list_gives_nothing_to_who_is_no_member() -> None:
    left = DeskUser("U1", "Ann", False)  # a guest, deactivated, or of another company (Slack Connect)
    assert refusal(left, staff(U1="admin"), "case:read", {}.__getitem__) == wording.NO_MEMBER


@pytest.mark.parametrize("role", ROLES)
def test_words_in_a_thread_take_case_reply(listed: Listed, role: Role) -> None:
    house = listed(role)
    house.writes("Hello", ANNA)
    house.writes("she is a VIP", ANNA, note=True)
    allowed = "case:reply" in ROLES[role]
    assert (case(house)[0] == CaseState.CLAIMED) == allowed
    assert len(house.rows(desk_messages)) == (2 if allowed else 0)
    assert ("Hello" in house.texts()) == allowed
    assert len(house.ephemerals()) == (0 if allowed else 2)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("id_", BUTTONS)
def test_a_press_takes_what_the_button_says(listed: Listed, id_: str, role: Role) -> None:
    house = listed(role)
    house.presses(id_, ANNA)
    refused = [post.text for post in house.ephemerals() if post.text.startswith("You may not ")]
    assert bool(refused) == (id_.startswith(("case_", "return_")) and BUTTONS[id_].needs not in ROLES[role])


def test_who_lacks_it_is_told_what_and_whom_to_ask(listed: Listed) -> None:
    house = listed("viewer")
    house.presses("case_claim", ANNA)
    (told,) = house.ephemerals()
    assert told.user == ANNA
    assert told.text == (
        "You may not take cases: that takes the role agent or lead. Ben can give it to you (agents.yaml)."
    )
    assert house.row(cases).claimed_by is None


@pytest.mark.parametrize(
    ("user", "permission", "words"),
    [
        ("U1", "refund:approve", "approve refunds: that takes the role finance. Bea or Sam can give it"),
        ("U1", "audit:read", "see who did what: that takes the role lead. Bea or Sam can give it"),
        ("U9", "case:read", "You are not on the desk's list, so nothing was done. Bea or Sam can add you"),
    ],
)
def test_the_admins_who_are_still_there_are_named(user: str, permission: Permission, words: str) -> None:
    names = {"U2": DeskUser("U2", "Bea", True), "U3": DeskUser("U3", "Gone", False), "U4": DeskUser("U4", "Sam", True)}
    agents = staff(U1="agent", U2="admin", U3="admin", U4="admin")
    assert words in refusal(DeskUser(user, "Ann", True), agents, permission, names.__getitem__)


def test_where_nobody_is_admin_the_file_is_named() -> None:
    told = refusal(DeskUser("U9", "Ann", True), staff(U1="agent"), "case:read", {}.__getitem__)
    assert "Whoever keeps the store's files can add you (agents.yaml)." in told


def test_a_list_keeps_out_who_is_not_on_it(store: Store) -> None:
    house = House(store, agents=staff(UBEN="agent"))
    house.hear("agent")
    house.posts()
    house.writes("Hello", ANNA)
    assert house.row(cases).claimed_by is None
    assert "not on the desk's list" in house.ephemerals()[-1].text
    house.act(Command(house.fresh("trigger"), PLACE, ANNA, "queue", house.clock()))
    assert "not on the desk's list" in house.ephemerals()[-1].text
    house.writes("Hello", BEN)
    assert house.row(cases).claimed_by == BEN


def test_a_guest_is_no_agent_whatever_the_list_says(store: Store) -> None:
    house = House(store, agents=staff(**{GUEST: "admin"}))
    house.hear("agent")
    house.posts()
    house.writes("Hello", GUEST)
    assert house.row(cases).claimed_by is None
    assert house.ephemerals()[-1].text == wording.NO_MEMBER
