"""Tests that `agents.yaml` is read in all its forms, and that a mistake in it is named with line and nearest name."""

import re
from pathlib import Path

import pytest

from config.agents import load_agents
from core.desk.permissions import PERMISSIONS, ROLES, Staff
from core.errors import ConfigurationError

EXAMPLE = Path(__file__).parents[2] / "config" / "store" / "agents.example.yaml"


def loaded(path: Path, text: str) -> Staff:
    file = path / "agents.yaml"
    file.write_text(text)
    read = load_agents(file, ["support"])
    assert read is not None
    return read


def test_without_the_file_there_is_no_list(tmp_path: Path) -> None:
    assert load_agents(tmp_path / "agents.yaml") is None


def test_a_role_a_list_and_the_long_form(tmp_path: Path) -> None:
    long = "{roles: [agent, finance], teams: [support], languages: [en, zh-CN], max_cases: 8}"
    staff = loaded(tmp_path, f"agents:\n  U1: {long}\n  U2: [viewer]\n  U3: admin\n")
    first = staff.agents["U1"]
    assert (first.roles, first.teams) == (("agent", "finance"), ("support",))
    assert (first.languages, first.max_cases) == (("en", "zh-CN"), 8)
    assert first.permissions == ROLES["agent"] | ROLES["finance"]
    assert staff.agents["U2"].max_cases is None
    assert staff.agents["U3"].permissions == set(PERMISSIONS)
    assert staff.admins() == ["U3"]


def test_the_store_adds_to_what_a_role_may_do(tmp_path: Path) -> None:
    staff = loaded(tmp_path, "agents: {U1: finance, U2: agent}\nroles: {finance: ['case:reply']}\n")
    assert staff.agents["U1"].permissions == ROLES["finance"] | {"case:reply"}
    assert staff.holders("refund:approve") == ["U1"]
    assert staff.roles_with("case:reply") == ["agent", "lead", "finance", "admin"]
    assert not staff.may("U2", "refund:approve")
    assert not staff.may("U9", "case:read")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "agents.yaml:1: agents: expected user ids with roles, like U0123456789: [agent]"),
        ("agents: []", "agents.yaml:1: agents: expected user ids with roles"),
        (
            "agents:\n  U1: [king]\n",
            "agents.yaml:2: agents.U1.roles.0: king: expected one of admin, agent",
        ),
        ("agents:\n  U1: [leed]\n", "did you mean 'lead'?"),
        ("agents:\n  U1: []\n", "agents.yaml:2: agents.U1.roles: "),
        ("agents:\n  bea: [lead]\n", "agents.yaml:2: agents.bea: expected a member's id, like U0123456789"),
        ("agents:\n  U1: {roles: [agent],\n    max_case: 8}\n", "agents.yaml:3: agents.U1.max_case: "),
        ("agents:\n  U1: {roles: [agent],\n    max_cases: 0}\n", "agents.yaml:3: agents.U1.max_cases: "),
        ("agents:\n  U1: {roles: [agent], languages: [English]}\n", "agents.yaml:2: agents.U1.languages.0: "),
        (
            "agents:\n  U1:\n    roles: [agent]\n    teams: [suport]\n",
            "agents.yaml:4: agents.U1.teams.0: there is no team 'suport' in routing.yaml; expected one of support; did",
        ),
        ("agents: {U1: agent}\nroles:\n  finance: ['refund:aprove']\n", "did you mean 'refund:approve'?"),
        ("agents: {U1: agent}\nroles:\n  finance: ['refund:aprove']\n", "agents.yaml:3: roles.finance.0: "),
        (
            "agents: {U1: agent}\nroles:\n  king: ['case:read']\n",
            "agents.yaml:3: roles.king: king: expected one of admin",
        ),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(words)):
        loaded(tmp_path, text)


def test_the_example_is_one() -> None:
    staff = load_agents(EXAMPLE)
    assert staff is not None
    assert staff.admins()
