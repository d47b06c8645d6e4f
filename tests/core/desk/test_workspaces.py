"""Tests the one string by which a channel or a person is known in any workspace."""

import re

from hypothesis import given
from hypothesis import strategies as st

from core.desk.links import thread_link, without_links
from core.desk.workspaces import NAME, account_of, bare, within

NAMES = st.one_of(st.just(""), st.from_regex(NAME, fullmatch=True))
IDS = st.from_regex("[CUF][A-Z0-9]{1,10}", fullmatch=True)


@given(NAMES, IDS)
def test_an_id_says_its_account_and_itself(account: str, id_: str) -> None:
    named = within(account, id_)
    assert (account_of(named), bare(named)) == (account, id_)
    assert within(account, named) == named


@given(NAMES, NAMES, IDS)
def test_no_two_workspaces_share_an_id(one: str, other: str, id_: str) -> None:
    assert (within(one, id_) == within(other, id_)) == (one == other)


def test_nobody_is_nobody_everywhere() -> None:
    assert within("eu", "") == ""


@given(NAMES, IDS)
def test_a_link_leads_into_any_workspace(account: str, id_: str) -> None:
    link = thread_link(7, within(account, id_), "1796119280.445566")
    assert without_links(link) == "#7" != link


def test_names_have_room_in_every_column() -> None:
    assert re.fullmatch(NAME, "a" * 20)
    assert not re.fullmatch(NAME, "a" * 21)
    assert not re.fullmatch(NAME, "EU")
