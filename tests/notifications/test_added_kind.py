"""Tests that a kind of notice is one folder of YAML, ours or the store's, found by being there."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import ConfigurationError
from core.shop.returns import ReturnRecord, ReturnState
from notifications import About, Change, EventFacts, Policy, Send, Subject, load_policy, notices_due, plan
from tests.notifications.samples import CHANNELS, HOUR, NOW, POLICY, PROVIDERS, STORE, candidate, order, recipient

ADDED = Path(__file__).parent / "fixtures" / "kinds" / "back_again"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    shutil.copytree(ADDED, tmp_path / "notices" / ADDED.name)
    return tmp_path


def policy(store: Path) -> Policy:
    return load_policy(store, CHANNELS, PROVIDERS, shipped=STORE)


def returned(state: ReturnState) -> About:
    return About(order=order(), returned=ReturnRecord("r1", "1001", state))


CHANGE = Change(
    EventFacts("return.updated", "shop"),
    NOW,
    Subject.RETURN,
    returned(ReturnState.IN_TRANSIT),
    returned(ReturnState.RECEIVED),
    {},
    POLICY.when(NOW),
    "r1",
)


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "Your parcel r1 of order 1001 is back with Northwind."),
        ("zh", "您寄回的包裹 r1（订单 1001）已到达 Northwind。"),
    ],
)
def test_a_folder_adds_a_kind_of_notice(store: Path, locale: str, words: str) -> None:
    rules = policy(store)
    (notice,) = [each for each in notices_due(CHANGE, rules.kinds) if each.kind == "back_again"]
    assert (notice.key, notice.order_number, notice.subject_id) == ("back_again:r1", "1001", "r1")
    decision = plan(notice, recipient(candidate("telegram", HOUR), locale=locale), CHANGE.after, NOW, rules)
    assert isinstance(decision, Send)
    assert decision.ways[0].message.text == words


def test_news_are_told_once_and_only_while_they_are_true(store: Path) -> None:
    rules = policy(store)
    (notice,) = [each for each in notices_due(CHANGE, rules.kinds) if each.kind == "back_again"]
    again = replace(CHANGE, before=CHANGE.after)
    assert all(each.kind != "back_again" for each in notices_due(again, rules.kinds))
    assert notice not in notices_due(replace(CHANGE, told={notice.key: True}), rules.kinds)
    inspected = returned(ReturnState.INSPECTED)
    assert not isinstance(plan(notice, recipient(candidate("telegram", HOUR)), inspected, NOW, rules), Send)


def test_the_stores_own_file_changes_what_it_names(tmp_path: Path) -> None:
    (tmp_path / "notices" / "shipped").mkdir(parents=True)
    (tmp_path / "notices" / "shipped" / "kind.yaml").write_text("expires_after: 6h\nenabled: false\n")
    kind = policy(tmp_path).kinds["shipped"]
    assert (kind.expires_after.total_seconds(), kind.is_on, kind.subject) == (6 * 3600, False, Subject.PARCEL)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("subject: return", "subject: retour", 2, "did you mean 'return'?"),
        ("subject: return\n", "", 1, "subject is missing"),
        ("return.state == 'received' and", "return.sate == 'received' and", 4, "nothing is called 'sate'"),
        ("before.state !=", "before.status !=", 4, "before.status"),
        ("still_true: return", "still_true: refund", 5, "refund.state"),
        ("on: [return.updated]", "on: [return.update]", 3, "return.updated"),
        ("reference: return.id", "reference: return.name", 7, "return.name"),
        ("expires_after: 2d", "expires_after: 2 days", 8, "expected a time like 30s"),
        ("expires_after", "expire_after", 8, "expires_after"),
        ('key: "{{ return.id }}"\n', "", 3, "key is missing"),
        ("subject: return", "subject: return\ncategory: advert", 3, "service"),
        ("{{ return.id }}", "{{ return.id", 6, "expected"),
    ],
)
def test_a_mistake_is_told_with_its_line(store: Path, old: str, new: str, line: int, words: str) -> None:
    file = store / "notices" / "back_again" / "kind.yaml"
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(ConfigurationError) as caught:
        policy(store)
    assert f"kind.yaml:{line}: " in str(caught.value)
    assert words in str(caught.value)


def test_what_a_kind_decides_by_code_is_no_matter_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "notices" / "delay").mkdir(parents=True)
    (tmp_path / "notices" / "delay" / "kind.yaml").write_text("settle: 5m\nif: order.closed\n")
    with pytest.raises(ConfigurationError, match=r"kind.yaml:2: if: the kind delay decides this by code"):
        policy(tmp_path)
