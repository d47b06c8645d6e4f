"""Tests that the doctor names who of the desk's list is not there, and says when nothing can be approved."""

import asyncio

import pytest

from bots.cli.doctor import desk
from bots.cli.doctor.finding import OK, WARN
from core.desk.events import DeskUser
from core.desk.permissions import ROLES, Role, Staff
from core.errors import Outcome, SendError
from tests.fakes import FakeDesk, members, staff


class Workspace(FakeDesk):
    """Knows its users, and says of others what Slack's adapter says."""

    def find(self, user_id: str) -> DeskUser:
        if user_id not in self.users:
            raise SendError(Outcome.ADDRESS_DEAD, "user_not_found")
        return self.users[user_id]


def told(workspace: Workspace, agents: Staff | None) -> list[tuple[str, str]]:
    return [(each.state, each.words) for each in asyncio.run(desk.members(workspace, agents))]


def test_all_is_well() -> None:
    workspace = Workspace(members("UANN", "UBEA", "USAM"))
    agents = staff(UANN="admin", UBEA="finance", USAM="lead")
    assert told(workspace, agents) == [(OK, "all 3 of agents.yaml are full members")]


def test_who_is_not_there_is_named() -> None:
    workspace = Workspace(members("UANN", "UBEA", UGUEST="Guest"))
    agents = staff(UANN="admin", UBEA="admin", UGUEST="agent", UTYPO="agent")
    assert told(workspace, agents) == [
        (WARN, "agents.yaml: Guest (UGUEST) is a guest, a bot or deactivated, and may do nothing"),
        (WARN, "agents.yaml: Slack knows no UTYPO; remove it, or mend its id"),
    ]


@pytest.mark.parametrize(
    ("roles", "words"),
    [
        ({"UANN": "admin"}, "agents.yaml has one full member: whoever asks for a refund"),
        ({"UANN": "agent", "UBEA": "lead"}, "nobody may approve refunds: give somebody the role finance or admin"),
        ({"UANN": "agent", "UBEA": "admin"}, "Bea alone may approve refunds, and never their own"),
        ({"UANN": "finance", "UBEA": "finance"}, "nobody may approve campaigns: give somebody the role lead or admin"),
        ({"UGUEST": "admin"}, "agents.yaml has no full member"),
    ],
)
def test_what_nobody_can_approve(roles: dict[str, Role], words: str) -> None:
    workspace = Workspace(members("UANN", "UBEA", UGUEST="Guest"))
    assert any(state == WARN and words in said for state, said in told(workspace, staff(**roles)))


def test_where_everybody_is_an_agent_one_alone_approves_nothing() -> None:
    assert told(Workspace(members("UANN", "UBEA")), None)[0][0] == OK
    ((state, words),) = told(Workspace(members("UANN", UGUEST="Guest")), None)
    assert state == WARN
    assert words.startswith("Ann is the only full member in the desk's channel: ")
    assert "nothing can be approved" in told(Workspace(members(UGUEST="Guest")), None)[0][1]


def test_a_desk_that_does_not_answer_is_said() -> None:
    class Away(Workspace):
        async def members(self) -> list[str]:
            raise SendError(Outcome.MISCONFIGURED, "token_revoked", "install the app again")

    ((state, words),) = told(Away(), None)
    assert state == WARN
    assert "token_revoked" in words


def test_every_approval_is_a_permission_of_somebody() -> None:
    assert all(any(permission in allowed for allowed in ROLES.values()) for permission in desk.APPROVALS)
