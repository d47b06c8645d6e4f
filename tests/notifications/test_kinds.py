"""Tests each kind of notice: due by its news and by no other, true as long as it is, in words in every language."""

from dataclasses import replace

import pytest

from core.content.text import sms_segments
from notifications import Change, Letter, Notice, notices_due, render
from notifications.notice import view_of
from tests.notifications.examples import DUE
from tests.notifications.samples import CHANNELS, NOW, POLICY, candidate, recipient

BY_HAND = {"holiday_cutoff", "back_in_stock"}  # by a campaign, by who waits for it


def notice(kind: str, change: Change) -> Notice | None:
    """Returns the notice of this kind that is due, and is no other of its family."""
    return next((each for each in notices_due(change, POLICY.kinds) if each.kind == kind), None)


def test_every_kind_has_its_example() -> None:
    assert set(DUE) | BY_HAND == set(POLICY.kinds)


@pytest.mark.parametrize("kind", sorted(DUE))
def test_its_news_make_it_due_once(kind: str) -> None:
    change = DUE[kind]
    found = notice(kind, change)
    assert found is not None
    assert found.key.startswith(f"{kind}:")
    assert len(found.key) > len(kind) + 1
    assert found.expires_at - found.created_at >= POLICY.kinds[kind].settle
    assert notice(kind, replace(change, told={**change.told, found.key: True})) is None
    assert POLICY.kinds[kind].still_true(view_of(found, change.after, change.when))


BY_KEY = {"stock_problem"}  # what is told again is known by its key alone


@pytest.mark.parametrize(
    "kind", sorted({kind for kind, change in DUE.items() if change.event.type != "timer"} - BY_KEY)
)
def test_what_was_so_before_is_no_news(kind: str) -> None:
    change = DUE[kind]
    if change.before is None:
        return
    assert notice(kind, replace(change, before=change.after)) is None


@pytest.mark.parametrize("kind", sorted(DUE))
def test_other_news_do_not_make_it_due(kind: str) -> None:
    ours = DUE[kind]
    others = [
        change for change in DUE.values() if change.event.type != ours.event.type and change.subject != ours.subject
    ]
    assert all(notice(kind, change) is None for change in others)


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize("kind", sorted(DUE))
def test_it_has_words_on_every_channel(kind: str, locale: str) -> None:
    change = DUE[kind]
    found = notice(kind, change)
    assert found is not None
    to = recipient(locale=locale)
    for channel in CHANNELS:
        said = render(Letter(found, change.after, to, POLICY, NOW), candidate(channel))
        assert all(mark not in said.text for mark in ("{", "None", "\n\n", "\u202f", "True", "  "))
        assert any("\u4e00" <= sign <= "\u9fff" for sign in said.text) == (locale == "zh")
        assert all(len(option.title) <= 20 for option in said.options)
    assert sms_segments(said.text) <= 3


def test_no_key_names_another_kind() -> None:
    keys = [found.key for kind, change in DUE.items() if (found := notice(kind, change))]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("kind", "other"), [("shipped", "split_shipment"), ("split_shipment", "shipped")], ids=["whole", "part"]
)
def test_a_parcel_that_left_is_told_by_one_of_them(kind: str, other: str) -> None:
    assert notice(other, DUE[kind]) is None
