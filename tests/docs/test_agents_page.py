"""Tests that the page about agents lists every permission with its roles, as they are."""

import re
from pathlib import Path

from core.desk.permissions import PERMISSIONS, ROLES

PAGE = Path(__file__).parents[2] / "docs" / "desk" / "agents.md"


def test_the_page_lists_what_each_role_may_do() -> None:
    rows = re.findall(r"^\| `(\w+:\w+)` \| (.+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name: (words, set(roles.split(", ")) - {"–"}) for name, words, roles in rows} == {
        name: (words, {role for role, allowed in ROLES.items() if name in allowed and role != "admin"})
        for name, words in PERMISSIONS.items()
    }
