"""Tests that the audit log has it when operators change who may do what, once, and that it is sealed by a timer."""

import dataclasses

import pytest

from core.desk.permissions import Staff
from hub.hub import Hub
from hub.timers.kinds import audit as timer
from storage.desk import audit, audit_chain
from storage.desk.audit import Entry
from storage.engine.store import Store
from tests.fakes import staff
from tests.hub.house import ANNA, House


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


def look(house: House, agents: Staff | None, hub: Hub | None = None) -> None:
    hub = hub or house.hub
    hub.shelf.now = dataclasses.replace(hub.shelf.now, agents=agents)
    timer.KIND.handle(hub, "", house.clock())


def entries(house: House, action: str) -> list[Entry]:
    with house.store.read() as conn:
        return audit.listed(conn, action=action)


def test_changed_roles_are_noted_once(house: House) -> None:
    look(house, None)
    assert entries(house, "roles.changed") == []
    for _ in range(2):
        look(house, staff(UANNA="lead"))
    look(house, staff(UANNA="admin", UBEN="agent"))
    look(house, None)
    assert [entry.data for entry in entries(house, "roles.changed")] == [
        {},
        {"agents": {"UANNA": ["admin"], "UBEN": ["agent"]}, "added": {}},
        {"agents": {"UANNA": ["lead"]}, "added": {}},
    ]


def test_what_a_role_may_do_more_is_noted(house: House) -> None:
    one = staff(**{ANNA: "viewer"})
    look(house, one)
    look(house, Staff(one.agents, {**one.roles, "viewer": one.roles["viewer"] | {"case:reply"}}))
    assert entries(house, "roles.changed")[0].data["added"] == {"viewer": ["case:reply"]}


def test_accounts_that_are_switched_off_are_noted(house: House) -> None:
    look(house, None)
    fewer = {key: channel for key, channel in house.hub.channels.items() if key[0] == "sms"}
    look(house, None, dataclasses.replace(house.hub, channels=fewer))
    assert entries(house, "accounts.changed")[0].data["accounts"] == ["sms:main"]


def test_the_timer_seals(house: House) -> None:
    look(house, None)
    with house.store.read() as conn:
        verdict = audit_chain.verify(conn)
    assert (verdict.broken, verdict.unsealed) == ("", 0)
    assert verdict.sealed > 0
